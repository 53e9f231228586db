"""Code that runs tasks: one after the other, block by block, step after step."""

from __future__ import annotations

from llvmlite import ir

from .emit import (
    FAULT,
    FIRST,
    I64,
    ORDER,
    POINTER,
    SAMPLES,
    SIZE,
    START,
    VECTORS,
    VOID,
    Emitter,
    word,
)
from .host import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# A task is three words: the kernel, its block, and its arguments.
TASK = 3


def _tasks(module: ir.Module, name: str) -> None:
    """Call the kernels of a list of tasks, one after the other. Args: tasks, count."""
    e = Emitter(module, name, (POINTER, I64))
    b = e.b
    tasks, count = e.function.args
    kernel = ir.FunctionType(VOID, (POINTER, POINTER))
    with e.loop(count) as i:
        task = e.at(tasks, b.mul(i, word(8 * TASK)))
        words = [b.load(e.at(task, word(8 * n)), typ=I64) for n in range(TASK)]
        block, args = (b.inttoptr(w, POINTER) for w in words[1:])
        b.call(b.inttoptr(words[0], kernel.as_pointer()), [block, args])
    e.finish()


def _blocks(module: ir.Module, name: str) -> None:
    """Run tasks block by block. Args: block, tasks, count, samples from, to, step."""
    e = Emitter(module, name, (POINTER, POINTER, I64, I64, I64, I64))
    b = e.b
    _, tasks, count, start, end, step = e.function.args
    e.write(FIRST, word(1))
    with e.loop(end, start, step) as first:
        left = b.sub(end, first)
        samples = b.select(b.icmp_signed("<", left, step), left, step)
        e.write(START, first)
        e.write(SAMPLES, samples)
        vectors = b.sdiv(b.add(samples, word(width() - 1)), word(width()))
        e.write(VECTORS, vectors)
        b.call(module.globals["tasks"], [tasks, count])
        e.write(FIRST, word(0))
    e.finish()


def _program(module: ir.Module, name: str) -> None:
    """Run the passes of a program.

    Args: block, passes, samples of the batch, samples of a block.
    The words of passes: how many; of each, tasks in common, then those of a block.
    """
    e = Emitter(module, name, (POINTER, POINTER, I64, I64))
    b = e.b
    block, passes, size, step = e.function.args
    e.write(SIZE, size)
    with e.loop(b.load(passes, typ=I64)) as k:
        words = e.at(passes, b.add(b.mul(k, word(32)), word(8)))
        one, count, batch, more = (
            b.load(e.at(words, word(8 * n)), typ=I64) for n in range(4)
        )
        b.call(module.globals["tasks"], [b.inttoptr(one, POINTER), count])
        with e.when(b.icmp_signed("!=", more, word(0))):
            args = [block, b.inttoptr(batch, POINTER), more, word(0), size, step]
            b.call(module.globals["blocks"], args)
    e.finish()


def _train(module: ir.Module, name: str) -> None:
    """Take steps, and return how many were taken: fewer if one was not finite.

    Args: the words of a training, the first step, and the one after the last. The
    words: block, passes, samples of a block and of a batch; for each step where its
    order begins (or 0), and its two settings; where these go; where a loss is found,
    and where losses go; the tasks that make a step count; the word that says where
    predictions go, and how many bytes a step leaves there.
    """
    e = Emitter(module, name, (POINTER, I64, I64), I64)
    b = e.b
    words, start, end = e.function.args

    def pointers(*places: int) -> list[Any]:
        return [b.inttoptr(number(place), POINTER) for place in places]

    def number(place: int) -> Any:
        return b.load(e.at(words, word(8 * place)), typ=I64)

    block, passes, orders, settings, setting = pointers(0, 1, 4, 5, 6)
    loss, losses, commit, predictions = pointers(7, 8, 9, 11)
    samples, size, commits, left = map(number, (2, 3, 10, 12))
    fault = e.at(block, word(8 * FAULT))
    b.store(word(0), fault)
    done = e.function.append_basic_block()
    with e.loop(end, start) as s:
        of_step = b.mul(s, word(8))
        b.store(b.load(e.at(orders, of_step), typ=I64), e.at(block, word(8 * ORDER)))
        row = e.at(settings, b.mul(of_step, word(2)))
        for offset in (word(0), word(8)):
            e.keep(e.load(e.at(row, offset)), e.at(setting, offset))
        b.call(module.globals["program"], [block, passes, size, samples])
        e.keep(e.load(loss), e.at(losses, of_step))
        b.store(b.add(b.load(predictions, typ=I64), left), predictions)
        fine = e.function.append_basic_block()
        b.cbranch(b.icmp_signed("==", b.load(fault, typ=I64), word(0)), fine, done)
        at_fault = b.block
        b.position_at_end(fine)
        b.call(module.globals["tasks"], [commit, commits])
    after = b.block
    b.branch(done)
    b.position_at_end(done)
    taken = b.phi(I64)
    taken.add_incoming(s, at_fault)
    taken.add_incoming(end, after)
    e.finish(taken)


RUNNING = {
    "tasks": _tasks,
    "blocks": _blocks,
    "program": _program,
    "train": _train,
}
