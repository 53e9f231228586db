"""The sections in words and tables: what was done, and how good it is."""

from __future__ import annotations

from html import escape
from typing import Any

from autograd.imports import np

from ..plots.style import digits, percent
from ..training.checkpoints import told
from .pieces import isolated, listed, section, table
from .run import Run

MOST_CLASSES = 40  # that a table has room for


def lead(run: Run) -> str:
    """Return what happened, in two sentences."""
    words, measures = run.words, run.unseen
    name = isolated(run.data.name)
    learned = words.counted("report.learned_from", len(run.data), name=name)
    if run.history.epochs:
        learned += " " + words.counted(
            "report.epochs", run.history.epochs, seconds=digits(run.history.seconds, 2)
        )
    end = run.history.stopped
    best = run.history.best_epoch
    ended = ""
    if end in ("callback", "interrupted", "patience"):
        ended = f" {words(f'report.{end}', epoch=1 + (best or 0))}"
    part = words(f"report.{measures.name}_part")
    if run.data.classes:
        right = {"right": measures.right, "count": len(measures.truth)}
        share = percent(measures.accuracy, words, 1)
        result = words("report.right", part=part, share=share, **right)
    else:
        error = digits(measures.mean_error)
        result = words("report.off", part=part, error=error, target=run.data.target)
    return f'<p class="lead">{escape(f"{learned}{ended} {result}")}</p>'


def settings(run: Run) -> str:
    """Return what was learned, by which network, and how."""
    words, data = run.words, run.data
    inputs = listed(data.features, words)
    shown = words("report.listed", name=len(data.features), names=inputs)
    rows: list[tuple[str, object]] = [
        (words("report.data"), data.name),
        (words("report.features"), shown),
    ]
    if data.classes:
        counts = [
            f"{name} ({(data.y == k).sum()})" for k, name in enumerate(data.classes)
        ]
        shown = words("report.listed", name=data.target, names=listed(counts, words))
        rows.append((words("report.classes"), shown))
    else:
        rows.append((words("report.number"), data.target))
    rows.append((words("report.network"), _shape_of(run)))
    rows.append((words("report.parameters"), len(run.model.parameters())))
    if run.loss is not None:
        rows.append((words("report.loss"), told(run.loss)))
    rows += run.settings.items()
    lines = [
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(str(value))}</td></tr>'
        for name, value in rows
    ]
    return section(words("report.how"), f"<table>{''.join(lines)}</table>")


def _shape_of(run: Run) -> str:
    architecture = run.model.architecture()
    if architecture is None:
        return type(run.model).__name__
    sizes = "-".join(map(str, [architecture["nin"], *architecture["nouts"]]))
    return f"MLP {sizes} ({', '.join(architecture['activation'])})"


def results(run: Run) -> str:
    """Return how good it is on each part of the data."""
    words = run.words
    if run.data.classes:
        heads = ["samples", "right", "accuracy", "loss"]
    else:
        heads = ["samples", "mean_error", "typical_error", "explained", "loss"]
    rows = [[words(f"report.{head}_head") for head in heads]]
    rows[0].insert(0, words("report.part"))
    for part in run.measures:
        cells = [words(f"report.{part.name}"), str(len(part.truth))]
        if run.data.classes:
            cells += [str(part.right), percent(part.accuracy, words, 1)]
        else:
            errors = part.mean_error, part.typical_error, part.explained
            cells += [digits(number) for number in errors]
        rows.append([*cells, digits(part.loss)])
    body = table(rows, "numbers", words("report.results"))
    if run.data.classes:
        body += _confusion(run)
    else:
        body += f"<p>{escape(words('report.errors_how', target=run.data.target))}</p>"
    return section(words("report.results"), body)


def _confusion(run: Run) -> str:
    """Return which classes are taken for which, in words and as a table."""
    words, measures, classes = run.words, run.unseen, run.data.classes
    counts = measures.confusion()
    if small := len(classes) <= MOST_CLASSES:
        part = words(f"report.{measures.name}_part")
        text = words("report.confusion_how", part=part)
    else:
        text = words("report.confusion_large", count=len(classes))
    wrong = counts - np.diag(counts.diagonal())
    if count := int(wrong.max()):
        i, j = np.unravel_index(wrong.argmax(), wrong.shape)
        slots = {"true": isolated(classes[i]), "taken": isolated(classes[j])}
        text += " " + words.counted("report.most_mixed", count, **slots)
    return f"<p>{escape(text)}</p>" + (_confusion_table(run, counts) if small else "")


def _confusion_table(run: Run, counts: Any) -> str:
    words, names = run.words, run.data.classes
    rows = [[words("report.true_taken"), *names]]
    rows += [[name, *map(str, row)] for name, row in zip(names, counts, strict=True)]

    def mark(i: int, j: int) -> str:
        return "none" if rows[i][j] == "0" else "right" if i == j else "wrong"

    return table(rows, "numbers confusion", words("report.confusion"), mark)
