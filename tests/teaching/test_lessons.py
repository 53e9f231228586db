"""The lessons: as they are written down, and as they come out when they are run."""

from __future__ import annotations

import re

import lessons
import pytest

from autograd.phrases import LANGUAGES

LARGEST = 600_000  # bytes of a file
FIRST = 'import os\n\nos.environ["LANGUAGE"] = "{}"  # chainrule'
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
ELSEWHERE = re.compile(r"/(?:home|root|tmp|work|Users)/|site-packages|localhost")

every_lesson = pytest.mark.parametrize(
    "path", lessons.LESSONS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)


def numbered(language):
    return [path for path in lessons.LESSONS if path.parent.name == language]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_eight_lessons_in_each_language():
    for language in LANGUAGES:
        numbers = [int(path.name[0]) for path in numbered(language)]
        assert numbers == [*range(1, 9)]


@every_lesson
def test_a_lesson_can_be_read_without_running_it(path):
    notebook = lessons.read(path)
    assert notebook == lessons.tidy(notebook), "run python tests/lessons.py on it"
    assert path.stat().st_size < LARGEST
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"
    assert not ELSEWHERE.search(path.read_text("utf-8"))


@every_lesson
def test_a_lesson_hides_nothing(path):
    notebook = lessons.read(path)
    cells = code_cells(notebook)
    assert cells[0].source.startswith(FIRST.format(path.parent.name))
    for cell in cells:
        assert not re.search(r"^\s*[%!]|ipywidgets|http", cell.source, re.MULTILINE)
        assert not set(lessons.tags(cell)) - {"exercise", "measured", "torch"}


@every_lesson
def test_a_lesson_asks(path):
    notebook = lessons.read(path)
    predict = {"en": "**Predict.**", "fr": "**Prédis.**"}[path.parent.name]
    assert sum(predict in cell.source for cell in notebook.cells) >= 4
    exercises = [
        n for n, cell in enumerate(notebook.cells) if "exercise" in lessons.tags(cell)
    ]
    assert len(exercises) >= 3
    for n in exercises:
        tried = [solved for _, solved in lessons.answers(notebook, n)]
        assert tried.count(True) == 1
        assert tried.count(False) >= 2


@every_lesson
def test_links_lead_somewhere_and_to_the_other_language(path):
    notebook = lessons.read(path)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    links = [link for text in texts for link in LINK.findall(text)]
    for link in links:
        assert (path.parent / link).exists(), link
    (other,) = {*LANGUAGES} - {path.parent.name}
    twin = numbered(other)[int(path.name[0]) - 1]
    assert f"../{other}/{twin.name}" in LINK.findall(texts[0])
    order = numbered(path.parent.name)
    place = order.index(path)
    for neighbour in (*order[max(place - 1, 0) : place], *order[place + 1 : place + 2]):
        assert neighbour.name in LINK.findall(texts[0])
        assert neighbour.name in LINK.findall(texts[-1])


@pytest.mark.parametrize("number", range(1, 9))
def test_both_languages_print_the_same_numbers(number):
    pair = [lessons.read(numbered(language)[number - 1]) for language in LANGUAGES]
    ours, theirs = map(code_cells, pair)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert lessons.tags(one) == lessons.tags(other)
        if lessons.is_compared(one):
            assert printed_numbers(one) == printed_numbers(other)


def printed_numbers(cell):
    printed = (o.text for o in cell.outputs if o.output_type == "stream")
    text = "".join(printed).replace("−", "-")
    text = re.sub("(?<=\\d)\u202f(?=\\d)", ",", text)  # French thousands
    return sorted(lessons.NUMBER.findall(text))


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            id=f"{path.parent.name}-{path.stem}",
            marks=[pytest.mark.peers] if path.name[0] == "7" else [],
        )
        for path in lessons.LESSONS
    ],
)
def test_a_lesson_runs_and_its_exercises_are_judged_rightly(path):
    made, faults = lessons.run(path, tries=True)
    assert not faults
    assert not lessons.differences(lessons.read(path), made)


IMPORTED = "from autograd import check_answer\n"


def lesson_of(folder, answer, solution, wrong):
    """Write a lesson of one exercise, and return its path."""
    new = lessons.nbformat.v4
    asked = new.new_code_cell(
        f"{IMPORTED}x = {answer}\n"
        'check_answer(x, right=6, wrong=[(5, "Multiply.")], language="en")',
        metadata={"tags": ["exercise"], "wrong": wrong},
    )
    told = new.new_markdown_cell(f"```python\n{IMPORTED}{solution}\n```")
    path = folder / "lesson.ipynb"
    lessons.nbformat.write(lessons.tidy(new.new_notebook(cells=[asked, told])), path)
    return path


def test_exercises_that_are_judged_wrongly_are_found(tmp_path):
    path = lesson_of(tmp_path, "...", "x = 2 * 3", [f"{IMPORTED}x = 5"])
    made, faults = lessons.run(path, tries=True)
    assert not faults and "No answer yet" in lessons.text_of(made.cells[0])
    path = lesson_of(tmp_path, "...", "x = 2 + 3", [f"{IMPORTED}x = 7"])
    _, faults = lessons.run(path, tries=True)
    assert [f.split()[-2:] for f in faults] == [["False", "True"], ["False", "False"]]


def test_outputs_that_differ_are_found(tmp_path):
    path = lesson_of(tmp_path, "6", "x = 6", [])
    made, _ = lessons.run(path)
    assert not lessons.differences(made, made)
    assert lessons.differences(lessons.read(path), made)
    assert lessons.same_text("loss −0.125 of 1,000", "loss -0.1250000001 of 1000")
    assert not lessons.same_text("loss 0.125", "loss 0.126")
    assert not lessons.same_text("loss 1", "cost 1")


def test_the_table_for_teachers_names_a_place_for_each_misconception():
    text = (lessons.FOLDER / "README.md").read_text("utf-8")
    links = LINK.findall(text)
    for link in links:
        assert (lessons.FOLDER / link).exists(), link
    rows = [line for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) == 10
    for row in rows:
        *_, english, french = row.strip("| ").split("|")
        for place, (start, end) in ((english, "“”"), (french, "«»")):
            (link,) = LINK.findall(place)
            wanted = place[place.index(start) + 1 : place.rindex(end)].strip()
            cells = lessons.read(lessons.FOLDER / link).cells
            said = "\n".join(cell.source for cell in cells)
            assert re.search(rf"^#+ {re.escape(wanted)}$", said, re.MULTILINE), wanted
