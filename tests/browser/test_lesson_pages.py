"""The lessons as pages, as nbconvert makes them: light and dark, wide and narrow."""

from __future__ import annotations

import lessons
import pytest
from nbconvert import HTMLExporter

WIDTHS = (1280, 390)

# What a browser could not show.
BROKEN = """() => [
  ...[...document.images].filter((image) => !image.naturalWidth).map((i) => i.alt),
  ...[...document.querySelectorAll("svg")]
    .filter((svg) => !svg.getBoundingClientRect().width).map((s) => s.outerHTML),
]"""


@pytest.mark.long
@pytest.mark.parametrize(
    "path", lessons.LESSONS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_lesson_is_a_page(browser, path, tmp_path):
    # A lesson and its twin are one page in two languages: one light, the other dark.
    theme = {"en": "light", "fr": "dark"}[path.parent.name]
    html, _ = HTMLExporter(theme=theme).from_filename(str(path))
    file = tmp_path / "lesson.html"
    file.write_text(html, "utf-8")
    context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
    context.route("http*://**", lambda route: route.abort())  # MathJax: not needed
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    frames = page.locator("iframe").all()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not page.evaluate(BROKEN)
        for frame in frames:
            inside = frame.content_frame
            assert inside.locator("h1").first.inner_text()
            # On a phone the graph of a lesson is one tap away.
            assert inside.locator("svg:visible, #told:visible").count()
    context.close()
    assert not [error for error in errors if "MathJax" not in error]
