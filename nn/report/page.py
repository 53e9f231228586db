"""The page itself: its style, its script, and where the sections stand."""

from __future__ import annotations

from html import escape

from autograd.writing.colours import plot_variables
from autograd.writing.page import REACHABLE, colours, policy
from autograd.writing.resources import text_of

from . import pictures, tables
from .pieces import isolated
from .run import Run

# In the order of the page: short ones beside each other, wide ones below.
PARTS = (
    tables.lead, tables.settings, tables.results, pictures.curves, pictures.boundary,
    pictures.activations, pictures.gradients, pictures.surface, pictures.network,
    pictures.neuron, pictures.playground,
)  # fmt: skip


def page(run: Run) -> str:
    """Return the whole page."""
    words = run.words
    return text_of(__package__, "report.html").format(
        title=escape(words("report.title", name=isolated(run.data.name))),
        language=words.language,
        # Pictures have styles of their own, and the frame with the neuron its own
        # script and policy, which that of this page must let be.
        policy=policy(),
        style=colours(**plot_variables()) + text_of(__package__, "report.css"),
        body="".join(part(run) for part in PARTS),
        script=f'"use strict";{REACHABLE}{text_of(__package__, "report.js")}',
    )
