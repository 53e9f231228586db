"""The sections with pictures, and what each picture says in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any

from autograd import Phrases, draw
from autograd.writing.page import for_script, frame

from ..data.dataset import Data
from ..playground import playground_page
from ..plots.boundary import MOST_SAMPLES, draw_view, frame_name
from ..plots.curves import plot_history
from ..plots.grid import View, look_at
from ..plots.neurons import MOST_SAMPLES as MOST_MEASURED
from ..plots.neurons import (
    draw_activations,
    draw_gradients,
    measure_activity,
    measure_gradients,
)
from ..plots.style import drawing, percent
from ..plots.surface import draw_surface, measure_surface
from ..training.samples import measured_on
from ..training.trail import Trail
from .neuron import example, most_wrong
from .pieces import isolated, left_out, listed, note, paragraphs, section
from .run import Run
from .svg import inline, inline_figure, outline

FRAMES = 24  # of the boundary
MOST_NUMBERS = 5000  # of samples in the playground
PLAYGROUND_HEIGHT = 760  # pixels


def curves(run: Run) -> str:
    """Return the loss and the accuracy, epoch by epoch."""
    words, history = run.words, run.history
    if not history.epochs:
        return section(words("report.curves"), note(words("report.no_history")))
    figure = plot_history(history, language=words.language)
    texts = [words("report.curves_how")]
    if history.accuracies:
        texts.append(words("report.curves_accuracy"))
    if history.validation_losses:
        texts.append(words("report.curves_validation"))
        best = (history.best_epoch or 0) + 1
        if best < 0.8 * history.epochs:
            texts.append(words("report.curves_best", epoch=best, last=history.epochs))
    return _picture(run, "curves", figure, texts)


def boundary(run: Run) -> str:
    """Return what the network answers at each point, and how that came about."""
    words = run.words
    title = words("report.boundary" if run.data.classes else "report.map")
    view = look_at(run.model, run.data, run.preprocessing, words)
    with drawing():
        figure, _ = draw_view(view, words)
        drawn = inline_figure(figure, "boundary", title)
    kind, plane = "classes" if run.data.classes else "numbers", view.plane.kind
    texts = [words(f"report.boundary_{'line' if len(view.ticks) == 1 else kind}")]
    if plane != "all":
        if plane == "features" and any(run.data.columns.values()):
            plane = "numbers"
        names, count = " × ".join(view.plane.names), len(run.data.features)
        texts.append(words(f"report.plane_{plane}", names=names, count=count))
    elif run.data.classes and len(view.ticks) == 2:
        texts.append(words("report.boundary_wrong"))
    if len(run.data) > MOST_SAMPLES:
        texts.append(words("report.some_samples", count=MOST_SAMPLES))
    film = ""
    if run.trail is not None and len(run.trail.points) > 1:
        film = _film(run.trail, view, figure.axes[0], words)
        texts.append(words(f"report.film_{kind}"))
    return section(title, f"<figure>{drawn}</figure>{film}{paragraphs(texts)}")


def _film(trail: Trail, view: View, axes: Any, words: Phrases) -> str:
    """Return the controls and the frames that show how the boundary came about."""
    frames = []
    for epoch, shapes in view.frames(trail, FRAMES):
        paths = [outline(shape, axes) for shape in shapes]
        frames.append({"name": frame_name(epoch, words), "shapes": paths})
    data = for_script(frames)
    play, stop = escape(words("report.play")), escape(words("report.stop"))
    return (
        '<div class="controls" id="controls" hidden>'
        f'<button id="play" data-play="{play}" data-stop="{stop}">{play}</button>'
        f'<input type="range" id="epoch" min="0" value="0"'
        f' aria-label="{escape(words("plots.epoch"))}">'
        '<output id="said"></output></div>'
        f'<script type="application/json" id="film">{data}</script>'
    )


def surface(run: Run) -> str:
    """Return the map of the loss, with the path."""
    words = run.words
    surface = measure_surface(run.model, run.data, run.trail, run.loss)
    texts = [words("report.surface_how")]
    share = percent(surface.share, words)
    count = len(run.model.parameters())
    texts.append(words(f"report.surface_{surface.kind}", share=share, count=count))
    if surface.kind == "path" and run.history.stopped == "patience":
        texts.append(words("report.surface_back"))
    if surface.samples < len(run.data):
        texts.append(words("report.surface_some", count=surface.samples))
    return _picture(run, "surface", draw_surface(surface, words), texts, wide=True)


def activations(run: Run) -> str:
    """Return the outputs of the neurons, the dead and the saturated by name."""
    words = run.words
    found = measure_activity(run.model, run.data.X)
    if not found:
        return section(words("report.activations"), note(words("report.no_neurons")))
    texts = [words("report.activations_how")]
    if any((layer.outputs == 0.0).any() for layer in found):
        texts.append(words("report.activations_zeros"))
    every = sum(layer.outputs.shape[1] for layer in found)
    for kind in ("dead", "saturated"):
        names = [
            words("report.neuron_name", neuron=number, layer=layer.layer)
            for layer in found
            for number in getattr(layer, kind)
        ]
        count, shown = len(names), listed(names, words)
        told = words.counted(f"report.{kind}", count, names=shown, every=every)
        texts.append(told if names else words(f"report.none_{kind}", count=every))
    return _picture(run, "activations", draw_activations(found, words), texts)


def gradients(run: Run) -> str:
    """Return the slopes of the loss, layer by layer."""
    words = run.words
    try:
        slopes = measure_gradients(run.model, run.data, run.loss)
    except ArithmeticError as error:  # the loss is beyond what a float can hold
        return section(words("report.gradients"), left_out(error, words))
    texts = [words("report.gradients_how")]
    if len(slopes) > 1:
        texts.append(words("report.gradients_small"))
    if len(run.data) > MOST_MEASURED:
        texts.append(words("report.surface_some", count=MOST_MEASURED))
    return _picture(run, "gradients", draw_gradients(slopes, words), texts)


def network(run: Run) -> str:
    """Return the network drawn with its weights."""
    words = run.words
    title = words("report.drawn")
    try:
        picture = draw(run.model, language=words.language)
        # What the picture says below itself is said by the page.
        picture.attr("graph", label="", bgcolor="transparent")
        drawn = inline(picture.pipe("svg").decode(), title)
    except (TypeError, ValueError, RuntimeError) as error:
        return section(title, left_out(error, words), wide=True)
    body = (
        f'<figure class="network scroll" tabindex="0" role="group"'
        f' aria-label="{escape(title)}">{drawn}</figure>'
    )
    texts = [words("report.drawn_how"), words("report.drawn_bias")]
    inputs = listed(run.data.features, words)
    texts.append(words("report.drawn_inputs", names=inputs))
    if len(run.data.classes) > 2:
        outputs = listed(run.data.classes, words)
        texts.append(words("report.drawn_outputs", names=outputs))
    return section(title, body + paragraphs(texts), wide=True)


def neuron(run: Run) -> str:
    """Return a neuron, explained step by step on a sample."""
    words = run.words
    title = words("report.neuron")
    rows, targets, loss = measured_on(run.model, run.data, run.loss)
    found = example(
        run.model, run.data, words.language,
        lambda i: loss(run.model(rows[i]), targets[i]),
        most_wrong(run.model, rows, targets, loss),
    )  # fmt: skip
    if found is None:
        return section(title, note(words("report.no_first_layer")), wide=True)
    texts = [words("report.neuron_how", neuron=found.neuron, sample=found.sample)]
    names = [
        words("report.input_is", number=number, name=isolated(name))
        for number, name in enumerate(run.data.features, 1)
        if name in found.features and name != f"x{number}"
    ]
    if names:
        texts.append(", ".join(names) + ".")
    if found.rest:
        texts.append(words.counted("report.neuron_rest", found.rest))
    if run.preprocessing is not None:
        texts.append(words("report.neuron_standardised"))
    try:
        # What a notebook shows of a lesson: the page that steps through it, in a frame.
        shown = found.lesson._repr_mimebundle_()["text/html"]
    except RuntimeError as error:  # there is no Graphviz to place the nodes
        shown = left_out(error, words)
    return section(title, paragraphs(texts) + shown, wide=True)


def playground(run: Run) -> str:
    """Return the page in which the network trains on, in a frame."""
    words, data, unseen = run.words, run.data, run.unseen
    title = words("report.playground")
    some, test = _some(data), None if unseen.name == "training" else _some(unseen.data)
    try:
        page = playground_page(
            run.model, some, run.loss, test=test, preprocessing=run.preprocessing,
            language=words.language,
        )  # fmt: skip
    except (ArithmeticError, ImportError, RuntimeError, TypeError, ValueError) as error:
        return section(title, left_out(error, words), wide=True)
    texts = [words("report.playground_how")]
    if len(some) < len(data):
        texts.append(words("report.surface_some", count=len(some)))
    shown = frame(page, title, PLAYGROUND_HEIGHT)
    return section(title, paragraphs(texts) + shown, wide=True)


def _some(data: Data) -> Data:
    """Return samples of not too many numbers, evenly out of all."""
    every = -(-data.X.size // MOST_NUMBERS)
    return replace(data, X=data.X[::every], y=data.y[::every])


def _picture(
    run: Run, name: str, figure: Any, texts: Iterable[str], *, wide: bool = False
) -> str:
    title = run.words(f"report.{name}")
    drawn = inline_figure(figure, name, title)
    body = f"<figure>{drawn}</figure><div>{paragraphs(texts)}</div>"
    if wide:
        body = f'<div class="beside">{body}</div>'
    return section(title, body, wide=wide)
