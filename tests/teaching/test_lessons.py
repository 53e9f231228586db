"""The lessons: as they are written down, and as they come out when they are run."""

from __future__ import annotations

import ast
import re
import sys

import lessons
import pytest

from autograd.phrases import LANGUAGES
from autograd.teaching.exercises.keys import exercises, key_of

LARGEST = 600_000  # bytes of a file
FIRST = 'from autograd import speak\n\nspeak("{}")'
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
    assert cells[0].source == FIRST.format(path.parent.name)
    for cell in cells:
        assert not re.search(r"^\s*[%!]|ipywidgets|http", cell.source, re.MULTILINE)
        assert not set(lessons.tags(cell)) - {"exercise", "measured", "torch"}


@every_lesson
def test_a_lesson_asks(path):
    notebook = lessons.read(path)
    predict = {"en": "**Predict.**", "fr": "**Prédis.**"}[path.parent.name]
    assert sum(predict in cell.source for cell in notebook.cells) >= 4
    exercises = [c for c in notebook.cells if "exercise" in lessons.tags(c)]
    assert len(exercises) >= 3
    for answers in lessons.answers(path):
        tried = [solved for _, solved in answers]
        assert tried.count(True) == 1
        assert tried.count(False) >= 2


@every_lesson
def test_a_cell_names_its_exercise(path):
    cells = [c for c in code_cells(lessons.read(path)) if "exercise" in lessons.tags(c)]
    assert len(cells) == len(lessons.answers(path))
    for n, cell in enumerate(cells, 1):
        check = lessons.check_of(cell)
        if check.startswith("check_answer("):
            assert check.startswith(f"check_answer('{path.name[0]}.{n}', ")
        has_key = "right" in exercises()[f"{path.name[0]}.{n}"]
        assert has_key == check.startswith("check_answer(")


@every_lesson
def test_no_cell_holds_a_key_or_a_solution(path):
    language, notebook = path.parent.name, lessons.read(path)
    assert all(set(cell.metadata) <= {"tags", "slideshow"} for cell in notebook.cells)
    asked = [c for c in code_cells(notebook) if "exercise" in lessons.tags(c)]
    shown = [lessons.text_of(c) for c in code_cells(notebook) if c not in asked]
    cells = [c.source for c in notebook.cells] + shown
    for exercise in exercises():
        known = key_of(exercise, language)
        for text in (known.solution.code.strip(), *(why for _, why in known.wrong)):
            assert not any(text in cell for cell in cells), exercise
    assert not any("right=" in cell.source for cell in asked)


def minutes_of(notebook):
    """Estimate a lesson: its words, guesses, code, exercises, and their blanks."""
    code = code_cells(notebook)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    words = sum(len(text.split()) for text in texts)
    guesses = sum(len(re.findall(r"\*\*Pr[eé]di", text)) for text in texts)
    lines = sum(bool(line.strip()) for cell in code for line in cell.source.split("\n"))
    asked = [ast.parse(c.source) for c in code if "exercise" in lessons.tags(c)]
    blanks = sum(
        getattr(node, "value", 0) is ... for tree in asked for node in ast.walk(tree)
    )
    return words / 100 + guesses + lines / 12 + 2 * len(asked) + blanks


@every_lesson
def test_goals_and_minutes_stand_at_the_top(path):
    notebook = lessons.read(path)
    goals, time = {"en": ("Goals", "Time"), "fr": ("Buts", "Durée")}[path.parent.name]
    (minutes,) = re.findall(rf"\*\*{time}\.\*\* \w+ (\d+)", notebook.cells[0].source)
    assert f"**{goals}.** " in notebook.cells[0].source
    assert abs(int(minutes) - minutes_of(notebook)) <= 5
    table = (lessons.FOLDER / "README.md").read_text("utf-8")
    rows = [line for line in table.split("\n") if line.startswith("| [")]
    (row,) = [row for row in rows if path.name in row]
    assert row.endswith(f"| {minutes} |")


@every_lesson
def test_a_name_is_imported_where_it_is_first_used(path):
    seen = set()
    for cell in code_cells(lessons.read(path)):
        tree = ast.parse(cell.source)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {(a.asname or a.name).partition(".")[0] for a in node.names}
                assert names <= used and not names & seen, names
                seen |= names


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_lessons_need_no_library(number, language):
    known = {"autograd", "nn", *sys.stdlib_module_names}
    for cell in code_cells(lessons.read(numbered(language)[number - 1])):
        found = re.findall(r"^\s*(?:from|import) (\w+)", cell.source, re.MULTILINE)
        assert known.issuperset(found)


@every_lesson
def test_a_page_is_a_picture_and_text_too(path):
    for cell in code_cells(lessons.read(path)):
        for output in cell.outputs:
            page = output.get("data", {}).get("text/html", "")
            if "<iframe" in page:
                assert {"image/svg+xml", "text/plain"} <= set(output.data)
                still = page.rpartition("</iframe>")[2]
                assert "<svg" in still and "<pre>" in still


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
    made, faults = lessons.run(path, lessons.answers(path))
    assert not faults
    assert not lessons.differences(lessons.read(path), made)


IMPORTED = "from autograd import check_answer\n"


def lesson_of(folder, answer):
    """Write a lesson of one exercise, and return its path."""
    new = lessons.nbformat.v4
    asked = new.new_code_cell(
        f"{IMPORTED}x = {answer}\n"
        'check_answer(x, right=6, wrong=[(5, "Multiply.")], language="en")',
        metadata={"tags": ["exercise"]},
    )
    path = folder / "lesson.ipynb"
    lessons.nbformat.write(lessons.tidy(new.new_notebook(cells=[asked])), path)
    return path


def tries(solution, wrong):
    return [[(f"{IMPORTED}{solution}", True), (f"{IMPORTED}{wrong}", False)]]


def test_exercises_that_are_judged_wrongly_are_found(tmp_path):
    path = lesson_of(tmp_path, "...")
    made, faults = lessons.run(path, tries("x = 2 * 3", "x = 5"))
    assert not faults and "No answer yet" in lessons.text_of(made.cells[0])
    _, faults = lessons.run(path, tries("x = 2 + 3", "x = 7"))
    assert [f.split()[-2:] for f in faults] == [["False", "True"], ["False", "False"]]


def test_outputs_that_differ_are_found(tmp_path):
    path = lesson_of(tmp_path, "6")
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
