"""A neuron of a network explained by itself, as a function of its own.

What it computes is written down as a function of Python, with its own number of inputs
and its own activation, so that the explanation can show the line of each step. A page
that trains has such an explanation for each kind of neuron, and tells it the numbers of
the moment: those of the inputs, and the slope of the loss by what the neuron gives.
"""

from __future__ import annotations

import linecache
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from autograd import Value, explain, record
from autograd.phrases import Language, Phrases

from ..modules.activations import LINEAR, Activation, activation_name
from ..modules.layers import Neuron
from ..modules.module import Module
from ..modules.tensors import shape_of
from .network import Seen, watching

MOST_INPUTS = 4  # that are told one by one; the others' share is one number
FILE = "<neuron>"


def numbers_told(
    neuron: Neuron, row: Sequence[float], kept: Sequence[int]
) -> dict[str, Any]:
    """Return the numbers of a neuron: weights and inputs, the rest if any, and bias.

    Args:
        neuron: The neuron.
        row: What goes into it.
        kept: Which inputs are told one by one; what the others add is one number.
    """
    numbers: dict[str, Any] = {}
    for i in kept:
        numbers |= {f"w{i + 1}": neuron.w[i].data, f"x{i + 1}": row[i]}
    if rest := [i for i in range(len(row)) if i not in kept]:
        numbers["rest"] = sum(neuron.w[i].data * row[i] for i in rest)
    return numbers | {"b": neuron.b.data}


def explain_neuron(
    numbers: Mapping[str, Any],
    activation: Activation | None,
    loss: str,
    language: Language | None,
) -> Any:
    """Return the lesson on a function written for a neuron.

    Args:
        numbers: Of its arguments: w1, x1, …, perhaps rest, b, and what `loss` takes.
        activation: What bends the sum; None for nothing.
        loss: The loss as a formula of `neuron`; "" to explain what the neuron gives.
        language: "en" or "fr"; None for that of the environment.
    """
    terms = [
        name if name == "rest" else f"{name} * x{name[1:]}"
        for name in numbers
        if name[0] in "wr"
    ]
    name = activation_name(activation) or "activation"
    result = "total" if name == LINEAR else f"{name}(total)"
    lines = [f"total = {' + '.join([*terms, 'b'])}", f"return {result}"]
    if loss:
        lines[1:] = [f"neuron = {result}", f"loss = {loss}", "return loss"]
    code = "\n    ".join([f"def one_neuron({', '.join(numbers)}):", *lines]) + "\n"
    # Python looks up there the lines of code that stands in no file, to be shown.
    linecache.cache[FILE] = (len(code), None, code.splitlines(True), FILE)
    made: dict[str, Any] = {name: activation}
    exec(compile(code, FILE, "exec"), made)
    data = [key for key in numbers if key[0] in "xrs"]
    return explain(made["one_neuron"], language=language, given=data, **numbers)


def explained_neurons(
    model: Module,
    row: list[float],
    target: Any,
    loss: Callable[[Any, Any], Any],
    seen: Seen,
    words: Phrases,
) -> tuple[dict[str, Any], str, list[str]]:
    """Return what a page needs to explain each neuron with the numbers of the moment.

    It is what explaining.js has to know, the script that finds the numbers, and a page
    for each kind of neuron, of which what is drawn is told the number. There is none
    for a neuron if it is of another kind than `Neuron`, works several times for a
    sample or shares a weight, for what one use says is not what it learns; nor if it
    takes what is not drawn.

    Args:
        model: The network.
        row: A sample,
        target: and its target.
        loss: Gives the loss of a list of predictions and one of targets.
        seen: Each neuron, what goes in, and what is drawn of it: see `record_network`.
        words: The language.
    """
    neurons = list(dict.fromkeys(neuron for neuron, *_ in seen))
    probes = [Value(0.0) for _ in neurons]

    def sample(x: Any, y: Any) -> Any:
        with watching(neurons, probes):
            return loss([model(x)], [y])

    sizes = [(len(row),), shape_of(target) or 1]
    program = record(sample, sizes, [*model.parameters(), *probes])
    uses = Counter(p for neuron, *_ in seen for p in (*neuron.w, neuron.b))
    kinds: dict[Any, int] = {}
    pages: list[str] = []
    for neuron, xs, unit in seen:
        known = -1 not in (*unit["weights"], unit["bias"], *unit["from"])
        once = all(uses[p] == 1 for p in (*neuron.w, neuron.b))
        if type(neuron) is not Neuron or not known or not once:
            continue
        kind = min(len(xs), MOST_INPUTS + 1), neuron.activation
        if kind not in kinds:
            kinds[kind] = len(pages)
            try:
                pages.append(_page(*kind, words.language))
            except RuntimeError as error:
                pages.append(str(error))
        unit["page"] = kinds[kind]
    # The pages have most lines in common.
    lines: dict[str, int] = {}
    numbered = [[lines.setdefault(line, len(lines)) for line in page.split("\n")]
                for page in pages]  # fmt: skip
    data = {"pages": numbered, "lines": list(lines), "most": MOST_INPUTS}
    script = program.to_javascript().replace("const program", "const probing", 1)
    return data | {"words": words.table("explained")}, script, pages


@cache  # a page takes a while to place, and its numbers are told it anyway
def _page(count: int, activation: Activation | None, language: Language) -> str:
    """Return the page that explains a neuron of so many inputs.

    Raises:
        RuntimeError: If there is no Graphviz to place the nodes.
    """
    # Numbers at which most functions can be computed.
    neuron = Neuron(count, activation=activation, init=lambda *_: 0.1)
    told = count if count <= MOST_INPUTS else MOST_INPUTS - 1
    numbers = numbers_told(neuron, [1.0] * count, range(told))
    numbers |= {"slope": 1.0, "start": 0.0}
    formula = "slope * neuron + start"
    return explain_neuron(numbers, activation, formula, language).to_html()
