"""The lessons of the site: read without a script, and run where they stand."""

from __future__ import annotations

import re
import shutil

import lessons
import pytest

from nn.site.lessons import write_lessons
from nn.site.pages import STATIC
from tests.browser.conftest import complaints, needs_runtime

SLOW = 120_000  # milliseconds that Python may take to begin, on a busy machine
ALONE = re.compile(r"<[\w.]*Picture[^>]*>|\s+$", re.MULTILINE)  # what is no text
# Run cells one after the other, and tell what each printed and showed, as text.
RUN = """async ([cells, space]) => {
  const told = [];
  for (const code of cells) {
    let text = "";
    const onOutput = (part) => { text += part; };
    const name = `<cell ${told.length}>`;
    const found = await window.python.run(code, { space, name, onOutput });
    told.push(found.error ?? `${text}\\n${found["text/plain"] ?? ""}`);
  }
  return told;
}"""
in_place = pytest.mark.parametrize(
    "path",
    [path for path in lessons.LESSONS if path.name[0] in "1234"],
    ids=lambda path: f"{path.parent.name}-{path.name[0]}",
)


@pytest.fixture(scope="module")
def written():
    return dict(write_lessons())


def address(path):
    return f"{'fr/' * (path.parent.name == 'fr')}lessons/{path.stem}.html"


def test_all_lessons_are_written_and_lead_to_each_other(written):
    assert {address(path) for path in lessons.LESSONS} < set(written)
    assert {"lessons/index.html", "fr/lessons/index.html"} < set(written)
    for place, text in written.items():
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
        if place.endswith(("-1.html", "-2.html")):
            continue
        assert text.count("<script") == 3 and '.ipynb"' not in text
        for link in re.findall(r'(?:href|src)="([^"#]+\.html)"', text):
            found = (lessons.FOLDER / place).parent.joinpath(link).resolve()
            found = found.relative_to(lessons.FOLDER).as_posix()
            assert found in written or found.endswith(("index.html", "train.html"))


def test_a_lesson_is_there_before_anything_runs(written, tab, tmp_path):
    shutil.copytree(STATIC, tmp_path, dirs_exist_ok=True)
    for place, text in written.items():
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (path,) = (path for path in lessons.LESSONS if path.name.startswith("3_regle"))
    page, heard = tab(False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((tmp_path / address(path)).as_uri())
    cells = [c for c in lessons.read(path).cells if c.cell_type == "code"]
    sources = page.locator(".cell .source").all_text_contents()
    assert sources == [cell.source for cell in cells]
    assert page.locator("iframe").count() == 2
    assert "C’est la même chose" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("about:blank")
    assert heard == []


@pytest.fixture(scope="module")
def tabbed(browser, built_site):
    """Give a tab in which the site is open; nothing goes wrong there unsaid."""
    _, at = built_site
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(SLOW)
    page, heard = context.new_page(), []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    context.on("request", lambda asked: heard.extend(elsewhere(asked.url, at)))
    yield page, at
    context.close()
    assert heard == []


def elsewhere(address, at):
    return [] if address.startswith((at, "data:", "about:", "blob:")) else [address]


@pytest.fixture(scope="module")
def python(tabbed):
    page, at = tabbed
    page.goto(f"{at}lessons/")
    page.evaluate(
        """async () => {
        const { Python } = await import("/python.js");
        window.python = new Python();
        await window.python.ready;
      }"""
    )
    return page


@needs_runtime
@in_place
def test_all_cells_run_and_answers_are_checked(path, python):
    tries, cells, wanted = iter(lessons.answers(path)), [], []
    for cell in lessons.read(path).cells:
        if cell.cell_type != "code":
            continue
        cells.append(cell.source)
        wanted.append(lessons.text_of(cell))
        if "exercise" in lessons.tags(cell):
            for answer, solved in next(tries):
                check = f"_checked = {lessons.check_of(cell)}"
                cells.append(f"{answer}\n{check}\n{lessons.VERDICT}")
                wanted.append(solved)
            cells.append(cell.source)
            wanted.append(lessons.text_of(cell))
    told = python.evaluate(RUN, [cells, f"{path.parent.name} {path.stem}"])
    for code, text, want in zip(cells, told, wanted, strict=True):
        if isinstance(want, bool):
            assert f"verdict {want} True" in text, (code, text)
        else:
            text, want = (ALONE.sub("", one).strip() for one in (text, want))
            assert lessons.same_text(want, text), (code, text, want)


@needs_runtime
def test_a_learner_runs_changes_and_answers(tabbed):
    page, at = tabbed
    page.goto(f"{at}fr/lessons/1_un_bouton.html")
    third, exercise = page.locator("#cell-3"), page.locator("#cell-6")
    third.locator(".act").click()
    third.get_by_role("alert").get_by_text("NameError: name 'perte'").wait_for()
    assert third.locator(".wrong").text_content().strip() == "1"
    third.locator(".outcome button").click()
    third.get_by_text("variation 0.4400").wait_for()
    field = exercise.locator("textarea")
    field.fill(field.input_value().replace("...", "(perte(4.001) - perte(4)) / 0.001"))
    field.press("Shift+Enter")
    exercise.get_by_text("C’est juste.").wait_for()
    assert page.evaluate("document.activeElement.closest('.cell').id") == "cell-7"
    field.fill('from autograd import solution\nsolution("1.1")')
    field.press("Control+Enter")
    exercise.get_by_text("La variation de la perte").wait_for()
    field.fill("while True:\n    pass")
    field.press("Control+Enter")
    page.locator("#stop").click()
    exercise.get_by_text("Ce que les cellules avaient calculé est perdu").wait_for()
    page.reload()
    assert "while True" in field.input_value()
    exercise.get_by_text("Comme avant").click()
    assert "pente = ..." in field.input_value()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@needs_runtime
@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["lessons/", "fr/lessons/3_regle_de_la_chaine.html"])
def test_axe_finds_nothing(tabbed, place, scheme):
    page, at = tabbed
    page.emulate_media(color_scheme=scheme)
    page.goto(at + place)
    assert complaints(page, iframes=False) == ""
