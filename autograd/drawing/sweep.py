"""The sweep of back-propagation, picture by picture: numbered files, or a GIF.

All pictures have the same layout: what the sweep has not reached yet is there already,
in the colour of what lies behind it.
"""

from __future__ import annotations

from ..imports import needed
from ..writing.files import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from .renderer import Picture
    from .scene import Scene

COLOURS = 64  # of a GIF


def frames(picture: Picture) -> Iterator[Picture]:
    """Yield what `picture`, which `draw` made, is at each step of the sweep.

    Raises:
        ValueError: If there are no gradients, or nodes are folded.
    """
    from dataclasses import replace

    from .dot import draw_graph
    from .scene import Scene, Sweep

    scene: Scene | None = picture.scene
    if scene is None or not scene.shows_grad or not scene.single:
        raise ValueError(
            "a sweep needs a picture of a graph with gradients, each node with a box of"
            " its own (hint: call backward() first, and draw fewer nodes)"
        )
    snapshot = scene.snapshot
    left = [0] * len(snapshot.nodes)  # what each grad still waits for
    for n, i in snapshot.taken:
        left[snapshot.args[n][i]] += 1
    active: set[tuple[int, int]] = set()
    passed: set[tuple[int, int]] = set()
    known = {n for n, waits in enumerate(left) if not waits}
    steps = sorted({n for n, _ in snapshot.taken}, reverse=True)
    told = sum(map(scene.is_told, steps)) + 1
    k = 0
    for n in [-1, *steps, -1]:
        active = {step for step in snapshot.taken if step[0] == n}
        passed |= active
        for step in active:
            left[snapshot.args[n][step[1]]] -= 1
        known |= {n for n, waits in enumerate(left) if not waits}
        if n < 0 or scene.is_told(n):
            sweep = Sweep(set(known), set(passed), active, f"{k} / {told}")
            look = replace(scene.look, partials=True, paths=[], sweep=sweep)
            yield draw_graph(Scene(snapshot, scene.folding, look))
            k += 1


def animate(picture: Picture, file: str | Path, seconds: float = 1.2) -> list[Path]:
    """Write the sweep of back-propagation, and return the files.

    Args:
        picture: What `draw` made of a graph with gradients.
        file: A `.gif`; or with another ending, such as `.svg` or `.png`, the name to
            which numbers are added: `sweep-01.svg`, `sweep-02.svg`, …
        seconds: How long each picture of a GIF is shown.

    Raises:
        ImportError: If Pillow, which writes a GIF, is missing.
        ValueError: If there are no gradients, or nodes are folded.
    """
    from pathlib import Path

    file = Path(file)
    kind = file.suffix[1:].lower()
    if kind == "gif":
        return [write_whole(file, _gif(list(frames(picture)), seconds))]
    # All are drawn before the first is written.
    drawn = [frame.pipe(kind) for frame in frames(picture)]
    return [
        write_whole(file.with_stem(f"{file.stem}-{k:02}"), frame)
        for k, frame in enumerate(drawn, 1)
    ]


def _gif(pictures: list[Picture], seconds: float) -> bytes:
    import io

    library: Any = needed("PIL.Image", "a GIF needs", "Pillow", "pictures")
    images = []
    for picture in pictures:
        image = library.open(io.BytesIO(picture.pipe("png"))).convert("RGB")
        images.append(image.quantize(COLOURS))
    times = [round(1000 * seconds)] * len(images)
    times[-1] *= 3
    out = io.BytesIO()
    images[0].save(
        out, "GIF", save_all=True, append_images=images[1:], duration=times, loop=0
    )
    return out.getvalue()
