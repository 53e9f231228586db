"""Make the pictures of README.md and README.fr.md, for light and dark screens.

`python notebooks/pictures/make.py` writes them beside this file. Graphs are
drawn by `draw`; pages are photographed in a Chromium, whose place the variable
`CHROMIUM` may say.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from autograd import Value, draw, explain, tanh
from nn import MLP, Adam, Trail, fit, load_data, write_report

FOLDER = Path(__file__).parent
THEMES = ("light", "dark")
LANGUAGES = ("en", "fr")
SIZE = {"width": 1200, "height": 860}
STEP = 7  # of the lesson: the slopes of a line


def graphs() -> dict[str, tuple[Value, dict]]:
    """Return the graphs to draw, by name, and how."""
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(6.5, "c")
    neuron = tanh(a * b + c)
    neuron.label = "L"
    reused = Value(3.0, "a")
    total = reused * reused + reused
    total.label = "L"
    for output in (neuron, total):
        output.backward()
    return {
        "graph": (neuron, {"partials": True}),
        "paths": (total, {"partials": True, "highlight": [reused]}),
    }


def drawn(name: str, language: str, theme: str) -> str:
    """Return the SVG of a graph."""
    output, options = graphs()[name]
    picture = draw(output, theme=theme, language=language, **options)
    return picture.pipe("svg", encoding="utf-8")


def lesson_page(folder: Path, language: str) -> Path:
    """Return the page that steps through the loss of a neuron."""

    def loss(w, x, b, y):
        s = w * x + b
        p = tanh(s)
        return (p - y) ** 2

    lesson = explain(loss, w=0.5, x=2.0, b=-1.0, y=1.0)
    path = folder / f"lesson.{language}.html"
    lesson.save(path, language=language)
    return path


def report_page(folder: Path, language: str) -> Path:
    """Return the report of a training on two moons."""
    data = load_data("moons")
    model = MLP(2, [16, 16, 1], seed=1)
    trail = Trail(model)
    history = fit(
        model,
        data,
        optimizer=Adam(model.parameters(), lr=0.02),
        epochs=60,
        callbacks=[trail],
        progress=False,
        engine="numpy",
    )
    path = folder / f"report.{language}.html"
    return write_report(
        path, model, data, history, trail=trail, language=language
    )


def photograph_lesson(page: Page, to: Path) -> None:
    """Write a picture of a lesson in the middle of back-propagation."""
    page.set_viewport_size({"width": 1200, "height": 640})
    page.keyboard.press("Home")
    for _ in range(STEP):
        page.keyboard.press("ArrowRight")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(300)
    page.screenshot(path=to)


def photograph_report(page: Page, to: Path) -> None:
    """Write a picture of the part of a report that shows loss and boundary."""
    boxes = [page.locator("section").nth(n).bounding_box() for n in (2, 3)]
    left, right = (box for box in boxes if box is not None)
    clip = {
        "x": left["x"] - 10, "y": left["y"] - 10,
        "width": right["x"] + right["width"] - left["x"] + 20,
        "height": max(left["height"], right["height"]) + 20,
    }  # fmt: skip
    page.screenshot(path=to, full_page=True, clip=clip)


# How a page is written, and how it is photographed.
PAGES = {
    "page": (lesson_page, photograph_lesson),
    "report": (report_page, photograph_report),
}


def photographs() -> None:
    """Write the pictures of pages."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as started, tempfile.TemporaryDirectory() as folder:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        for language, (name, made) in product(LANGUAGES, PAGES.items()):
            write, photograph = made
            file = write(Path(folder), language)
            for theme in THEMES:
                page = browser.new_page(
                    viewport=SIZE, color_scheme=theme, reduced_motion="reduce"
                )
                page.goto(file.as_uri())
                photograph(page, FOLDER / f"{name}.{language}-{theme}.png")
                page.close()
        browser.close()


def main() -> None:
    """Write all pictures."""
    for made in product(graphs(), LANGUAGES, THEMES):
        name, language, theme = made
        file = FOLDER / f"{name}.{language}-{theme}.svg"
        file.write_text(drawn(*made), "utf-8")
    photographs()


if __name__ == "__main__":
    main()
