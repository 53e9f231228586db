"""Code that runs tasks: one after the other, block by block, step after step."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from .emit import I64, POINTER, VOID, WORDS, Emitter, word
from .host import width

# A task is three words: the kernel, its block, and its arguments.
TASK = 3


def _tasks(e: Emitter) -> None:
    """Call the kernels of a list of tasks, one after the other. Args: tasks, count."""
    b = e.b
    tasks, count = e.function.args
    kernel = ir.FunctionType(VOID, (POINTER, POINTER))
    with e.loop(count) as i:
        task = e.item(b.inttoptr(tasks, POINTER), i, 8 * TASK)
        words = [b.load(e.item(task, n), typ=I64) for n in range(TASK)]
        block, args = (b.inttoptr(w, POINTER) for w in words[1:])
        b.call(b.inttoptr(words[0], kernel.as_pointer()), [block, args])


def _program(e: Emitter) -> None:
    """Run the passes of a program, each block by block.

    Args: block, passes, samples of the batch, samples of a block.
    The words of passes: how many; of each, tasks in common, then those of a block.
    """
    b, tasks = e.b, e.module.globals["tasks"]
    _, passes, size, step = e.function.args
    with e.loop(b.load(passes, typ=I64)) as k:
        words = e.item(e.item(passes, k, 32), 1)
        one, count, batch, more = (b.load(e.item(words, n), typ=I64) for n in range(4))
        b.call(tasks, [one, count])
        e.write("first", word(1))
        with e.loop(size, word(0), step) as start:
            left = b.sub(size, start)
            samples = b.select(b.icmp_signed("<", left, step), left, step)
            vectors = b.sdiv(b.add(samples, word(width() - 1)), word(width()))
            e.write("start", start)
            e.write("samples", samples)
            e.write("vectors", vectors)
            b.call(tasks, [batch, more])
            e.write("first", word(0))


def _train(e: Emitter) -> Any:
    """Take steps, and return how many were taken: fewer if one was not finite.

    Args: the words of a training, the first step, and the one after the last. The
    words: block, passes, samples of a block and of a batch; for each step where its
    order begins (or 0), and its two settings; where these go; where a loss is found,
    and where losses go; the tasks that make a step count; the word that says where
    predictions go, and how many bytes a step leaves there.
    """
    b = e.b
    words, start, end = e.function.args

    def pointers(*places: int) -> list[Any]:
        return [b.inttoptr(number(place), POINTER) for place in places]

    def number(place: int) -> Any:
        return b.load(e.item(words, place), typ=I64)

    block, passes, orders, settings, setting = pointers(0, 1, 4, 5, 6)
    loss, losses, predictions = pointers(7, 8, 11)
    samples, size, commit, commits, left = map(number, (2, 3, 9, 10, 12))
    fault, order = (e.item(block, WORDS.index(name)) for name in ("fault", "order"))

    def fine() -> Any:
        return b.icmp_signed("==", b.load(fault, typ=I64), word(0))

    b.store(word(0), fault)
    taken: list[Any] = [start]
    with e.loop(end, start, carried=taken) as s:
        with e.when(fine()):
            b.store(b.load(e.item(orders, s), typ=I64), order)
            row = e.item(settings, s, 16)
            for n in range(2):
                e.keep(e.load(e.item(row, n)), e.item(setting, n))
            b.call(e.module.globals["program"], [block, passes, size, samples])
            e.keep(e.load(loss), e.item(losses, s))
            b.store(b.add(b.load(predictions, typ=I64), left), predictions)
            with e.when(fine()):
                b.call(e.module.globals["tasks"], [commit, commits])
        taken[0] = b.select(fine(), b.add(s, word(1)), taken[0])
    return taken[0]


RUNNING = {"tasks": _tasks, "program": _program, "train": _train}

# What they take and return, for they are no tasks themselves.
SIGNATURES: dict[str, Any] = {
    "tasks": ((I64, I64), VOID),
    "program": ((POINTER, POINTER, I64, I64), VOID),
    "train": ((POINTER, I64, I64), I64),
}
