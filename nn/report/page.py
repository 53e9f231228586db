"""The page itself: its head, its style, its script, and where the sections stand."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from . import pictures, tables
from .pieces import isolated
from .run import Run

# Nothing is fetched from anywhere. The frame with the neuron keeps a policy of its own.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
    " img-src data:; base-uri 'none'; form-action 'none'"
)

# In the order of the page: short ones beside each other, wide ones below.
PARTS = (
    tables.lead, tables.settings, tables.results, pictures.curves, pictures.boundary,
    pictures.activations, pictures.gradients, pictures.surface, pictures.network,
    pictures.neuron,
)  # fmt: skip


def page(run: Run) -> str:
    """Return the whole page."""
    words = run.words
    body = "".join(part(run) for part in PARTS)
    title = escape(words("report.title", name=isolated(run.data.name)))
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{_file('report.css')}</style></head>"
        f"<body><header><h1>{title}</h1></header><main>{body}</main>"
        f"<script>{_file('report.js')}</script></body></html>\n"
    )


def _file(name: str) -> str:
    return files(__name__.rpartition(".")[0]).joinpath(name).read_text("utf-8")
