"""From DOT to a picture: finding a program that draws, and running it.

A function that a page gives comes first, then an explicit choice, then a `dot` that
the system has, then `graphviz-pure`, which pip installs: it need not be on PATH.
Programs run as a process of their own, never through a shell, so that one that crashes
takes nothing with it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import graphviz
from graphviz.backend import dot_command, execute, rendering

from ..forks import waited_for
from ..imports import needed
from ..messages import cut
from ..phrases import Phrases
from ..writing.colours import DRAWING, style_sheet
from ..writing.files import free_name, write_whole
from .engine import given
from .tikz import tikz

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .engine import Layout

CHOICE = "GRAPHVIZ_DOT"
INSTALL = "pip install graphviz-pure, or install Graphviz from graphviz.org"
SECONDS = 60.0  # that a renderer has, lest a picture takes for ever

PURE = "graphviz-pure"
graphviz.FORMATS.add("tex")

# A negative number: in the DOT its sign is one that every renderer knows the width of.
_NEGATIVE = re.compile(r"(<text [^>]*>|… )(?:-|&#45;)(?=\d|inf)")

_lock = waited_for(threading.RLock())
_TOOLTIP = re.compile(
    r'<title>[^<]*</title>(\s*<g id="[^"]*"><a xlink:title="([^"]*)">)'
)


@dataclass(frozen=True)
class Renderer:
    """What lays graphs out and draws them, and why it was taken.

    Attributes:
        program: One that understands Graphviz's options; for a function, its name.
        reason: Why it was taken.
        function: What is called in place of the program, if that is none.
    """

    program: Path
    reason: str
    function: Layout | None = None


def find_renderer() -> Renderer:
    """Return the renderer to use.

    Raises:
        RuntimeError: If there is none.
    """
    for function in given:
        name = getattr(function, "__qualname__", type(function).__name__)
        return Renderer(Path(name), "given: autograd.drawing.use_layout", function)
    chosen = dot_command.DOT_BINARY
    if os.fspath(chosen) != "dot":
        reason = "chosen: graphviz.backend.dot_command.DOT_BINARY"
        return Renderer(Path(chosen), reason)
    chosen = os.environ.get(CHOICE)
    if chosen:
        return Renderer(Path(chosen), f"chosen: environment variable {CHOICE}")
    system = shutil.which("dot")
    if system:
        return Renderer(Path(system), "the system's Graphviz")
    for folder in _script_folders():
        pure = shutil.which(PURE, path=folder)
        if pure:
            return Renderer(Path(pure), "graphviz-pure, installed by pip")
    raise _refused("no_renderer", install=INSTALL)


def _script_folders() -> Iterator[str]:
    """Yield where pip puts programs: for this Python, for this user, and on PATH."""
    yield sysconfig.get_path("scripts")
    with suppress(ValueError):  # in a browser there are no users
        yield sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    yield os.environ.get("PATH", os.defpath)


class Picture(graphviz.Digraph):
    """A `graphviz.Digraph` that finds its renderer by itself.

    An SVG carries full precision as tooltips, and turns dark with its reader's screen
    where the theme is "auto". The DOT is in `source`, whether or not it can be drawn.
    """

    scene: Any = None  # what `draw` has drawn

    def attr(self, kw: Any = None, _attributes: Any = None, **attrs: Any) -> None:
        """Set attributes, as `graphviz.Digraph.attr` does: they win over ours."""
        kinds = {"node": self.node_attr, "edge": self.edge_attr}
        given = {**(_attributes or {}), **attrs}
        kinds.get(kw and kw.lower(), self.graph_attr).update(given)

    def pipe(self, format: str | None = None, *args: Any, **options: Any) -> Any:
        """Return the picture, as `graphviz.Digraph.pipe` does.

        Raises:
            RuntimeError: If the renderer is missing or fails.
        """
        options.setdefault("quiet", True)  # it warns of letters that are not ASCII
        with _lock:  # while another thread draws, its program looks chosen
            renderer = find_renderer()
        if renderer.function is not None:
            form = (format or self.format).lower()
            picture = _asked(renderer, renderer.function, self.source, form)
            if options.get("encoding"):
                picture = picture.decode()
        else:
            with self._rendering(renderer):
                picture = super().pipe(format, *args, **options)
        _check_drawn(picture, format or self.format, renderer)
        if (format or self.format).lower() != "svg":
            return picture
        if isinstance(picture, str):
            return finished(picture)
        return finished(picture.decode()).encode()

    def render(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        filename: Any = None,
        directory: Any = None,
        view: bool = False,
        cleanup: bool = True,
        format: str | None = None,
        *,
        outfile: Any = None,
        quiet_view: bool = False,
        **options: Any,
    ) -> str:
        """Write the picture to a file, as `graphviz.Digraph.render` does.

        The file is written whole, or stays as it was. With cleanup=False the DOT is
        left beside it.

        Raises:
            RuntimeError: If the renderer is missing or fails; the DOT is kept then.
            OSError: If the file cannot be written.
        """
        if outfile is not None:
            outfile = Path("" if directory else os.fsdecode(self.directory), outfile)
            format = rendering.get_format(outfile, format=format)
            filename = filename or os.path.abspath(outfile.with_suffix(".gv"))
        self.filename = os.fspath(filename or self.filename)
        self.directory = os.fspath(directory or self.directory)
        form = format or self.format
        file = outfile or rendering.get_outfile(self.filepath, format=form)
        os.makedirs(file.parent, exist_ok=True)
        if options.pop("raise_if_result_exists", False) and file.exists():
            raise graphviz.FileExistsError(f"render needs a new file; got {file}")
        options.pop("overwrite_source", None)  # which is not read from a file
        try:
            write_whole(file, self.pipe(form, **options))
        except RuntimeError:
            write_whole(free_name(self.filepath), self.source)
            raise
        if not cleanup:
            write_whole(self.filepath, self.source)
        if view or quiet_view:
            graphviz.view(file, quiet=quiet_view)
        return os.fspath(file)

    @contextmanager
    def _rendering(self, renderer: Renderer) -> Iterator[None]:
        """Have the graphviz package run our renderer for as long as this lasts."""
        with _lock:
            before = dot_command.DOT_BINARY, execute.run_check
            dot_command.DOT_BINARY = renderer.program
            execute.run_check = _run
            try:
                yield
            except subprocess.TimeoutExpired as error:
                slots = {"program": renderer.program, "reason": renderer.reason}
                raise _refused("slow", seconds=f"{SECONDS:g}", **slots) from error
            except (graphviz.ExecutableNotFound, graphviz.CalledProcessError) as error:
                raise _failure(renderer, error) from error
            except OSError as error:  # it may not, or cannot, be run
                if str(error.filename) != os.fspath(renderer.program):
                    raise
                raise _failure(renderer, error) from error
            finally:
                dot_command.DOT_BINARY, execute.run_check = before


def _asked(renderer: Renderer, function: Layout, dot: str, form: str) -> bytes:
    """Return the picture that the function of a renderer makes of a DOT."""
    convert = CONVERTED.get(form)
    try:
        made = function(dot, "svg" if convert else form)
        if not isinstance(made, str):
            raise TypeError(f"{type(made).__name__} {cut(made)}")
    except Exception as error:
        raise _failure(renderer, error) from error
    return convert(finished(made)) if convert else made.encode()


def _run(
    command: Any,
    *,
    input_lines: Iterator[Any] | None = None,
    encoding: str | None = None,
    quiet: bool = False,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Run a command as the graphviz package does, but not for ever."""
    if input_lines is not None:
        options["input"] = ("" if encoding else b"").join(input_lines)
    command, convert = _in_svg([os.fspath(part) for part in command])
    done: subprocess.CompletedProcess[Any]
    try:
        done = subprocess.run(command, encoding=encoding, timeout=SECONDS, **options)
    except FileNotFoundError as error:
        raise graphviz.ExecutableNotFound(command) from error
    if done.returncode:
        raise graphviz.CalledProcessError(
            done.returncode, command, done.stdout, done.stderr
        )
    if convert is not None:
        svg = done.stdout if encoding else done.stdout.decode()
        made = convert(finished(svg))
        done.stdout = made.decode() if encoding else made
    if done.stderr and not quiet:
        words = done.stderr
        sys.stderr.write(
            words if isinstance(words, str) else words.decode(errors="replace")
        )
    return done


def _in_svg(command: list[str]) -> tuple[list[str], Callable[[str], bytes] | None]:
    """Return a command for SVG, and what to make of that.

    So it is for what the renderer cannot draw itself; else it is the same command.
    """
    flag = next((part for part in command if part.startswith("-T")), "")
    form = flag[2:].lower()
    able = form == "pdf" and not os.path.basename(command[0]).startswith(PURE)
    if able or form not in CONVERTED:
        return command, None
    command = ["-Tsvg" if part is flag else part for part in command]
    return command, CONVERTED[form]


def _pdf(svg: str) -> bytes:
    typst = needed("typst", "PDF without Graphviz needs", "typst", "pictures")
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("/graph.svg")'
    return typst.compile({"main.typ": page, "graph.svg": svg.encode()})


# What is made of an SVG.
CONVERTED: dict[str, Callable[[str], bytes]] = {
    "pdf": _pdf,
    "tex": lambda svg: tikz(svg).encode(),
}


def _check_drawn(picture: bytes | str, ending: str, renderer: Renderer) -> None:
    """Refuse what a renderer made that is no picture, though it told of no error."""
    text = picture if isinstance(picture, str) else picture.decode(errors="replace")
    if not text.strip():
        raise _failure(renderer, ValueError("an empty picture"))
    if ending.lower() == "svg" and "<svg" not in text:
        raise _failure(renderer, ValueError("a picture that is no SVG"))


def _failure(renderer: Renderer, error: Exception) -> RuntimeError:
    got = str(error)
    if isinstance(error, graphviz.CalledProcessError):
        words = error.stderr or b""
        words = words.decode(errors="replace") if isinstance(words, bytes) else words
        code = error.returncode
        got = f"exit status {code}" if code >= 0 else f"a crash by signal {-code}"
        got += f": {words.strip()[-500:]}" if words.strip() else ""
    hint = INSTALL
    if renderer.function is not None:
        hint = Phrases("en")("refused.drawing.given")
    elif renderer.program.name.startswith(PURE):
        hint = Phrases("en")("refused.drawing.formats")
    slots = {"program": renderer.program, "reason": renderer.reason, "hint": hint}
    return _refused("broken", error=got, **slots)


def _refused(key: str, **slots: object) -> RuntimeError:
    return RuntimeError(Phrases("en")(f"refused.drawing.{key}", **slots))


def finished(svg: str) -> str:
    """Return `svg` with tooltips as SVG titles, and with the style sheet."""
    # Graphviz puts the tooltip on a link inside the group, and the node's id in the
    # title of the group. The id of the group tells the node as well.
    svg = _TOOLTIP.sub(r"<title>\2</title>\1", svg)
    svg = _NEGATIVE.sub(r"\1−", svg)
    if DRAWING not in svg:
        return svg
    return re.sub(
        r"<svg\b[^>]*>",
        lambda tag: f"{tag[0]}\n<style>{style_sheet()}</style>",
        svg,
        count=1,
    )
