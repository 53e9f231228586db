"""What the network says everywhere: decision boundaries, and the maps of numbers.

The regions of one answer (see `view`) are drawn in the colours of the answers, and on
them the samples; an animation shows how the regions came about.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import Any

from autograd.imports import np
from autograd.phrases import Language, Phrases
from autograd.writing.files import write_whole

from ..data.dataset import Data
from ..data.preprocessing import Preprocessing
from ..modules.module import Module
from ..training.trail import Trail
from .grid import View, look_at
from .style import (
    BLUE,
    MUTED,
    PAPER,
    SIZE,
    TEXT,
    digits,
    drawing,
    look,
    places_for,
    plain,
)

MOST_SAMPLES = 400  # that are drawn
MOST_CLASSES = 19  # that are named
FRAME = 150  # milliseconds, of an animation
LAST_FRAME = 1500


def plot_boundary(
    model: Module,
    data: Data,
    *,
    preprocessing: Preprocessing | None = None,
    ax: Any = None,
    language: Language | None = None,
) -> Any:
    """Return a matplotlib figure of what the model says at each point.

    For classes, the regions of each class; for numbers, a map of their height. Of three
    features or more, it shows the plane of the two that tell most, or, of more than
    twelve, the one in which the data spreads most.

    Args:
        model: The trained network.
        data: Samples, as the network takes them.
        preprocessing: What was done to them; the axes then show what was measured.
        ax: The axes to draw into; by default those of a new figure.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the model gives other than an output for each class, or one, or
            if a parameter is not finite.

    >>> from nn import MLP, load_data
    >>> figure = plot_boundary(MLP(2, [4, 1]), load_data("moons"), language="en")
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()
    ('x1', 'x2')
    """
    words = Phrases(language, "nn.phrases")
    view = look_at(model, data, preprocessing, words)
    with drawing():
        return draw_view(view, words, ax)[0]


def animate_boundary(
    path: str | os.PathLike[str],
    model: Module,
    data: Data,
    trail: Trail,
    *,
    preprocessing: Preprocessing | None = None,
    language: Language | None = None,
) -> Path:
    """Write an animated GIF of how the picture of `plot_boundary` came about.

    Args:
        path: The file.
        model: The trained network.
        data: Samples, as the network takes them.
        trail: The parameters on the way, as a callback of `fit`.
        preprocessing: See `plot_boundary`.
        language: See `plot_boundary`.

    Returns:
        The path.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: See `plot_boundary`.
        OSError: If the file cannot be written.

    >>> import tempfile
    >>> from nn import MLP, Trail, fit, load_data
    >>> xor, model = load_data("xor"), MLP(2, [4, 1], seed=0)
    >>> trail = Trail(model)
    >>> _ = fit(model, xor, epochs=2, callbacks=[trail], progress=False)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     animate_boundary(f"{folder}/xor.gif", model, xor, trail).name
    'xor.gif'
    """
    words = Phrases(language, "nn.phrases")
    view = look_at(model, data, preprocessing, words)
    with drawing():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image

        figure, drawn = draw_view(view, words)
        axes, canvas = figure.axes[0], FigureCanvasAgg(figure)
        pictures = []
        for epoch, shapes in view.frames(trail):
            for artist, shape in zip(drawn, shapes, strict=True):
                artist.set_path(shape)
            axes.set_title(frame_name(epoch, words))
            canvas.draw()
            image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
            pictures.append(image.quantize(64, dither=Image.Dither.NONE))
    film = BytesIO()
    times = [FRAME] * (len(pictures) - 1) + [LAST_FRAME]
    pictures[0].save(
        film, "GIF", save_all=True, append_images=pictures[1:], duration=times, loop=0
    )
    return write_whole(path, film.getvalue())


def draw_view(view: View, words: Phrases, ax: Any = None) -> tuple[Any, list]:
    """Return a figure of shapes and samples, and what was drawn of the shapes.

    Each is a group `shape-0`, `shape-1`, … in an SVG.
    """
    from matplotlib.patches import PathPatch

    shapes, classes = view.shapes(), view.data.classes
    figure, (axes,) = places_for(1, SIZE[1], ax)
    x, flat = view.ticks[0], len(view.ticks) == 1
    colours = shape_colours(view, len(shapes))
    style: dict[str, Any] = {"edgecolor": MUTED, "linewidth": 1.0, "alpha": 0.3}
    if not classes:
        style = {"edgecolor": PAPER, "linewidth": 0.5}
    drawn = []
    for k, (shape, colour) in enumerate(zip(shapes, colours, strict=True)):
        if flat:
            style = {"fill": False, "edgecolor": colour, "linewidth": 2}
        patch = PathPatch(shape, gid=f"shape-{k}", **{"facecolor": colour, **style})
        drawn.append(axes.add_patch(patch))
    places = view.plane.places(view.data.X)
    chosen = _some(len(places))
    _draw_samples(axes, view, places[chosen], view.y[chosen], colours, words)
    names = [*map(plain, view.plane.names)]
    axes.set(xlabel=names[0], xlim=(x[0], x[-1]))
    if flat:
        axes.set_ylabel(words("plots.output") if classes else plain(view.data.target))
    else:
        y = view.ticks[1]
        axes.set(ylabel=names[1], ylim=(y[0], y[-1]))
    return figure, drawn


def frame_name(epoch: int | None, words: Phrases) -> str:
    """Return what a frame shows."""
    if epoch is None:
        return words("plots.kept")
    return words("plots.after_epoch", epoch=epoch) if epoch else words("plots.start")


def shape_colours(view: View, count: int) -> list[str]:
    """Return the colour of each shape."""
    flat, classes = len(view.ticks) == 1, view.data.classes
    if flat and (count == 1 or not classes):
        return [BLUE] * count
    if classes:
        return [look(k)["color"] for k in range(count)]
    import matplotlib
    from matplotlib.colors import to_hex

    shades = matplotlib.colormaps["cividis"]
    return [to_hex(shades((k + 0.5) / count)) for k in range(count)]


def _draw_samples(
    axes: Any,
    view: View,
    places: np.ndarray,
    y: np.ndarray,
    colours: list[str],
    words: Phrases,
) -> None:
    size = 5.0 if len(places) <= 150 else 3.5
    style = {
        "linestyle": "none", "markersize": size, "markeredgecolor": TEXT,
        "markeredgewidth": 0.5,
    }  # fmt: skip
    flat = len(view.ticks) == 1
    classes = view.data.classes
    if classes:
        for k, name in enumerate(classes):
            own = places[y == k]
            across = own[:, 1] if not flat else np.zeros(len(own))
            label = plain(name) if k < MOST_CLASSES else None
            axes.plot(own[:, 0], across, **look(k), **style, label=label)
        if len(classes) > MOST_CLASSES:
            rest = words("plots.more", count=len(classes) - MOST_CLASSES)
            axes.plot([], [], linestyle="none", label=rest)
        axes.legend(
            title=plain(view.data.target), ncols=1 if len(classes) < 8 else 2,
            loc="center left", bbox_to_anchor=(1.0, 0.5), handletextpad=0.2,
        )  # fmt: skip
    elif flat:
        style["color"] = colours[0]
        axes.plot(places[:, 0], y, marker="o", **style)
        axes.margins(y=0.1)
        axes.autoscale_view(scalex=False)
    else:
        from matplotlib.cm import ScalarMappable
        from matplotlib.colors import BoundaryNorm, ListedColormap

        width = view.levels[1] - view.levels[0]
        bounds = [view.levels[0] - width, *view.levels, view.levels[-1] + width]
        norm = BoundaryNorm(bounds, len(colours))
        shades = ListedColormap(colours)
        for k, colour in enumerate(colours):
            own = places[norm(y).clip(0, len(colours) - 1) == k]
            axes.plot(own[:, 0], own[:, 1], marker="o", color=colour, **style)
        bar = axes.figure.colorbar(ScalarMappable(norm, shades), ax=axes)
        bar.set_label(plain(view.data.target))
        bar.set_ticks(bounds, labels=[digits(bound, 3) for bound in bounds])


def _some(count: int) -> Any:
    """Return the places of the samples that are drawn."""
    if count <= MOST_SAMPLES:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).permutation(count)[:MOST_SAMPLES])
