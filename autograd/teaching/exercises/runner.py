"""The one runner of learners' code: it gets cases, and sends what became of them.

It runs in a process of its own where there are any: a fork, for a class that a notebook
has in memory; for a file, a Python that runs this file as a script and imports nothing
else of ours. So no right answer is in reach of the code, and whoever ends, floods or
forges that process has numbers against them that are not there, or not right.
"""

from __future__ import annotations

import json
import linecache
import os
import re
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import FunctionType, ModuleType
from typing import IO, Any

SCRIPT = "<check_engine>"  # in place of a file, for the code of the cases
LINES = 1_000_000  # of Python, for one graph
DEEP = 3000  # nodes of a long chain
# Such chains, in a browser, which breaks where a node lets go of thousands.
KEPT: list[Any] = []
SECONDS = 10.0  # for all cases, by the clock
MEMORY = 2**30  # bytes, beyond those with which the process begins
MOST = 10_000_000  # bytes that are read of what it sends, or that a file may have

# Where a child can go on from where a process with threads has forked.
FORKS = sys.platform not in ("darwin", "emscripten", "wasi", "win32")

# What the code of others may not do, as Python's audit calls it.
REFUSED = (
    "ctypes.dlsym", "os.ch", "os.exec", "os.fork", "os.kill", "os.link", "os.posix",
    "os.remove", "os.rename", "os.rmdir", "os.spawn", "os.startfile", "os.symlink",
    "os.system", "os.truncate", "shutil.", "socket.", "subprocess.",
)  # fmt: skip
NOT_THEIRS = "autograd.value", "unittest.mock"
LIBRARY = os.path.dirname(os.__file__)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# What was sent, by the place of a case, or by a key: "limits" (which of "time" and
# "memory" hold), "code" (what is wrong with it), "far" (an error on a long chain),
# "other" (ops that no case asks for), "end" ("stopped" by a limit of time, or "ended").
# But for right numbers, nothing of it is to be trusted.
Outcome = dict[str, Any]
Send = Callable[[str, Mapping[str, Any]], Any]


class EndlessError(BaseException):
    """Raised in the learner's code where it does not come to an end."""


class NoValueError(Exception):
    """Raised where an operator of the learner gives something else than a Value."""


# --- in the process of the learner's code ---------------------------------------------


def attempt(make: Any, cases: Sequence[Mapping[str, Any]], send: Send) -> None:
    """Build the graphs of all cases with a class of Values, and send what comes out.

    Of a case there are the code of each of its graphs (`rounds`), the number of each
    leaf (`given`), and the method that it is left out without (`needs`).
    """
    for n, case in enumerate(cases):
        found = _watched(_try, make, case)
        send(str(n), found)
        if "EndlessError" in found.get("kinds", ()):
            return
    send("far", _watched(_long_chain, make))
    send("other", _watched(_others, make, {case["needs"] for case in cases}))


def _try(found: dict[str, Any], make: Any, case: Mapping[str, Any]) -> None:
    names = {name: make(number) for name, number in case["given"].items()}
    leaves, needs, scope = list(names), case["needs"], {}
    leaf = names[leaves[0]]
    kinds = type(leaf).__mro__
    found["ours"] = any(kind.__module__ in NOT_THEIRS for kind in kinds)
    if needs and not hasattr(leaf, needs):
        maker = make.__init__ if isinstance(make, type) else make
        function = getattr(maker, "__globals__", {}).get(needs)
        found["lacks"] = not isinstance(function, FunctionType)
        if found["lacks"]:
            return
        found["function"], scope[needs] = True, function
    found["data"] = []
    for code in case["rounds"]:
        code = as_function(code, needs) if scope else code
        exec(compile(code, SCRIPT, "exec"), scope, names)
        found["data"].append({})
        for name, value in names.items():
            if value is None or isinstance(value, int | float):
                raise NoValueError(f"{name} = {value}")
            found["data"][-1][name] = _sendable(value.data)
        held = getattr(names["L"], "__dict__", {}).values()
        found["open"] = any(thing is ... for thing in held)
        if found["open"]:
            return
        names["L"].backward()
    found["grads"] = {name: _sendable(names[name].grad) for name in leaves}
    found["grads"]["L"] = _sendable(getattr(names["L"], "grad", None))


def as_function(code: str, op: str) -> str:
    """Return the code with a function in place of a method.

    >>> as_function("L = c.exp()*a + c", "exp")
    'L = exp(c)*a + c'
    """
    return re.sub(rf"(\w+)\.{op}\(\)", rf"{op}(\1)", code)


def _sendable(given: Any) -> float | str | None:
    """Return a number, or the text of what is none."""
    try:
        return None if given is None else float(given)
    except (TypeError, ValueError, OverflowError):
        return str(given)[:1000]


def _long_chain(found: dict[str, Any], make: Any) -> None:
    nodes = [make(1.0)]
    if sys.platform == "emscripten":
        KEPT.append(nodes)
    for _ in range(DEEP):
        nodes.append(nodes[-1] + nodes[0])
    nodes[-1].backward()


def _others(found: dict[str, Any], make: Any, known: set[str]) -> None:
    """Note the methods that make a node of a node, and that no case asks for."""
    node, found["names"] = make(0.5), []
    for name in dir(node):
        if not name.startswith("_") and name not in known:
            with suppress(Exception):
                made = getattr(node, name)()
                if type(made) is type(node) and made is not node:
                    found["names"].append(name)


def _watched(work: Callable[..., Any], *args: Any) -> dict[str, Any]:
    """Return what some work notes, and what it raises; an endless one is stopped.

    Each line that it runs is counted, which Python does for debuggers: so it ends in
    the learner's own code, at the same line on each machine.
    """
    found: dict[str, Any] = {}
    left = LINES

    def count(frame: Any, event: str, arg: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise EndlessError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work(found, *args)
    except (Exception, EndlessError, SystemExit) as error:
        sys.settrace(before)
        found |= _error(error)
    finally:
        sys.settrace(before)
    return found


def _error(error: BaseException) -> dict[str, Any]:
    """Return what is sent of an error, with the line of the learner's code."""
    told = {"kinds": _kinds(error), "text": str(error)[:1000]}
    if isinstance(error, AttributeError) and error.name is not None:
        told |= {"holder": _kinds(error.obj), "name": error.name}
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.filename not in (__file__, SCRIPT)]
    if own := [frame for frame in own if not frame.filename.startswith(LIBRARY)]:
        told |= {"line": own[-1].lineno, "code": own[-1].line or ""}
    return told


def _kinds(thing: object) -> list[str]:
    return [kind.__name__ for kind in type(thing).__mro__]


def defined(cells: Sequence[str], name: str, send: Send) -> Any:
    """Return the class of a name that the code of some cells defines; else None."""
    from unittest.mock import MagicMock

    module = sys.modules["submission"] = ModuleType("submission")
    sys.modules |= {"autograd": MagicMock(), "nn": MagicMock()}
    names, kept, told = vars(module), None, {}
    for n, code in enumerate(cells, 1):
        file = f"<cell {n}>"
        linecache.cache[file] = len(code), None, code.splitlines(True), file
        try:
            exec(compile(code, file, "exec"), names)
        except (Exception, SystemExit) as error:
            told = told or _error(error)
        found = names.get(name)
        theirs = getattr(found, "__module__", "") == "submission"
        if theirs and isinstance(found, type | FunctionType):
            kept = found
    send("code", told | {"defined": kept is not None, "ours": name in names})
    return kept


def limit() -> list[str]:
    """Limit this process, and return what holds, tried out."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        bytearray(2 * MEMORY)  # no page of which is touched
    except MemoryError:
        return ["time", "memory"]
    return ["time"]


def guard(folder: str) -> None:
    """Refuse processes, the network, our engines, and changes of files elsewhere.

    Python's audit is a fence, no wall: what machine code does, it does not see.
    """
    inside, engines = folder + os.sep, ("autograd", "nn", "micrograd")
    refused, writing, real = REFUSED, WRITING, os.path.realpath

    def hear(event: str, args: tuple[Any, ...]) -> None:
        allowed = not event.startswith(refused)
        if event == "import":
            allowed = args[0].split(".")[0] not in engines
        elif event == "open" and args[2] & writing and not isinstance(args[0], int):
            path = real(os.fsdecode(args[0]))
            allowed = path == os.devnull or path.startswith(inside)
        if not allowed:
            raise PermissionError(f"not allowed here: {event}")

    sys.addaudithook(hear)


def _serve(file: int, find: Callable[[Send], Any], cases: Any, trusted: bool) -> None:
    """Find a class and try it, within limits; what comes out goes to a file."""

    def send(key: str, told: Any) -> None:
        os.write(file, f"{json.dumps([key, told])}\n".encode())

    limits = limit()
    send("limits", limits)
    if trusted or "memory" in limits:
        make = find(send)
        if make is not None:
            attempt(make, cases, send)


def main() -> None:
    """Run the code of a submission, which comes in as JSON with all that is to do."""
    job = json.load(sys.stdin.buffer)
    file, null = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    guard(os.path.realpath(os.getcwd()))
    find = partial(defined, job["cells"], job["name"])
    _serve(file, find, job["cases"], job["trusted"])
    os._exit(0)  # whatever the code has left to be done at the end


# --- in ours --------------------------------------------------------------------------


def run_class(make: Any, cases: Sequence[Mapping[str, Any]]) -> Outcome:
    """Return what becomes of the cases with a class that is in memory.

    It is tried in a fork, which is limited in time and memory; where there is none,
    here.
    """
    if not FORKS:
        outcome: Outcome = {}
        attempt(make, cases, outcome.__setitem__)
        return outcome
    from multiprocessing import get_context

    with tempfile.TemporaryFile() as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of threads, none of which the child needs
        args = file.fileno(), lambda send: make, cases, True
        child = get_context("fork").Process(target=_serve, args=args)
        child.start()
        try:
            child.join(3.0 * SECONDS)  # for the machine may be busy
            late = child.is_alive()
        finally:
            child.kill()
            child.join()
        return _read(file, late)


def run_code(
    cells: Sequence[str],
    name: str,
    cases: Sequence[Mapping[str, Any]],
    seconds: float = SECONDS,
    trusted: bool = False,
) -> Outcome:
    """Return what becomes of the cases with a class that some code defines.

    Nothing of it runs where its memory is not limited, unless it is trusted; nor where
    there are no processes, as in a browser.
    """
    if sys.platform in ("emscripten", "wasi"):
        return {}
    job = {"cells": cells, "name": name, "cases": cases, "trusted": trusted}
    folders = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with folders as folder, tempfile.TemporaryFile() as file:
        homes = dict.fromkeys(("TMPDIR", "TEMP"), os.path.realpath(folder))
        try:
            subprocess.run(
                [sys.executable, "-I", __file__], input=json.dumps(job).encode(),
                stdout=file, stderr=subprocess.DEVNULL, cwd=folder, timeout=seconds,
                env={**os.environ, **homes}, start_new_session=True,
            )  # fmt: skip
            return _read(file)
        except subprocess.TimeoutExpired:
            return _read(file, late=True)


def _read(file: IO[bytes], late: bool = False) -> Outcome:
    """Return what a process has sent, which may be anything."""
    outcome: Outcome = {"end": "stopped" if late else "ended"}
    file.seek(0)
    for line in file.read(MOST).splitlines():
        with suppress(ValueError, TypeError, RecursionError):
            key, told = json.loads(line)
            outcome.setdefault(key, told)  # what was told first stands
    return outcome


if __name__ == "__main__":
    main()
