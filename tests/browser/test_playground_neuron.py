"""A neuron of the playground opens its explain page, with the numbers of the moment."""

from __future__ import annotations

import re

import pytest

from autograd import Value
from nn import MLP, Layer, Module, Neuron, max_margin
from nn.playground import playground_page

from .conftest import complaints

NOW = """({ numbers: Object.fromEntries(inputs.map((n) => [labelOf(n), numbers.d[n]])),
  slopes: Object.fromEntries(inputs.map((n) => [labelOf(n), numbers.g[n]])),
  loss: numbers.d[root], title: document.querySelector("h1").textContent })"""
CLOSE = {"rel": 1e-9, "abs": 1e-12}


class Tied(Module):
    """A layer that is used twice, a kind of its own, and an input from elsewhere."""

    def __init__(self):
        self.twice = Layer(2, 2, activation="tanh", seed=1)
        self.dead = Neuron(2, seed=2)
        self.own = Halving(2, seed=3)
        self.last = Neuron(1, seed=4)
        self.out = Neuron(3, nonlin=False, seed=5)

    def __call__(self, x):
        h = self.twice(self.twice(x))
        return self.out([self.dead(h), self.own(h), self.last([h[0] * h[1]])])


class Halving(Neuron):
    def __call__(self, x):
        return super().__call__(x) / 2


@pytest.fixture(scope="module")
def model():
    return MLP(2, [5, 5, 1], activation="tanh", seed=0)


@pytest.fixture(scope="module")
def pages(model):
    return {
        language: playground_page(model, "moons", language=language)
        for language in ("en", "fr")
    }


def opened(page, name):
    """Open a neuron, and return what its page says."""
    page.evaluate(f"openNeuron('{name}')")
    page.wait_for_selector("iframe.told")
    found = page.frames[1].evaluate(NOW)
    page.click("dialog .row button")
    return found


def test_it_says_what_python_says_of_the_moment(show, pages, model):
    page = show(pages["en"])
    page.evaluate("takeSteps(20)")
    moment, sample, at = page.evaluate(
        "[placeOf.map((place) => p[place]), data.rows[mostWrong()], mostWrong() + 1]"
    )
    before = [p.data for p in model.parameters()]
    for p, number in zip(model.parameters(), moment, strict=True):
        p.data = number
    values = [[Value(x) for x in sample[:2]]]
    for layer in model.layers:
        output = layer(values[-1])
        values.append(output if isinstance(output, list) else [output])
    loss = max_margin(values[-1][0], sample[2])
    model.zero_grad()
    loss.backward()
    for name in ("1.3", "2.5", "3.1"):
        layer, number = map(int, name.split("."))
        neuron = model.layers[layer - 1].neurons[number - 1]
        said = opened(page, name)
        assert said["title"] == f"neuron {number} of layer {layer}, sample {at}"
        assert said["loss"] == pytest.approx(loss.data, **CLOSE)
        numbers, slopes = said["numbers"], said["slopes"]
        assert numbers["slope"] == pytest.approx(
            values[layer][number - 1].grad, **CLOSE
        )
        assert slopes["b"] == pytest.approx(neuron.b.grad, **CLOSE)
        inputs, rest = values[layer - 1], 0.0
        told = [(numbers[f"w{k}"], numbers[f"x{k}"], slopes[f"w{k}"])
                for k in (1, 2, 3) if f"w{k}" in numbers]  # fmt: skip
        found = [
            (w.data, x.data, w.grad) for w, x in zip(neuron.w, inputs, strict=True)
        ]
        for row in found:
            if not any(row == pytest.approx(one, **CLOSE) for one in told):
                rest += row[0] * row[1]
        assert len(told) == (2 if layer == 1 else 3)
        assert numbers.get("rest", 0.0) == pytest.approx(rest, **CLOSE)
    for p, number in zip(model.parameters(), before, strict=True):
        p.data = number


def test_another_sample_is_told_at_once(show, pages):
    page = show(pages["fr"])
    page.evaluate("openNeuron('2.1')")
    page.wait_for_selector("iframe.told")
    page.fill("dialog input", "7")
    page.press("dialog input", "Enter")
    frame = page.frames[1]
    frame.wait_for_function("document.title === 'neurone 1 de la couche 2, exemple 7'")
    names = page.locator("dialog dl").evaluate("e => e.textContent")
    assert "neurone" in names and "2.weight[0," in names and "2.bias[0]" in names
    assert page.locator("dialog .note").inner_text().startswith("x1 = ")
    page.keyboard.press("Escape")


def test_a_dead_neuron_has_a_slope_that_arrives_and_none_that_it_hands_on(show):
    model = MLP(2, [2, 1], seed=0)
    model.layers[0].neurons[0].b.data = -50.0
    page = show(playground_page(model, ([[1.0, 2.0]], [1.0]), language="en"))
    said = opened(page, "1.1")
    assert said["numbers"]["slope"] == -model.layers[1].neurons[0].w[0].data != 0.0
    assert said["slopes"]["w1"] == said["slopes"]["b"] == 0.0


def test_what_works_twice_or_is_of_another_kind_has_no_page(show):
    page = show(playground_page(Tied(), "xor", language="en"))
    for name in ("1.1", "3.1", "4.1"):
        page.evaluate(f"openNeuron('{name}')")
        said = page.inner_text("dialog")
        assert "cannot be explained by itself" in said
        assert page.locator("dialog iframe").is_hidden()
        page.click("dialog .row button")
    said = opened(page, "5.1")
    assert {"w1", "x3", "b"} <= said["numbers"].keys()
    page.evaluate("data.rows = []; refill(); openNeuron('5.1')")
    assert "no samples" in page.inner_text("dialog")
    page.evaluate("shownNeuron.close()")


def test_the_page_stays_small_and_its_policy_strict(pages):
    page = playground_page(MLP(2, [8, 8, 1], activation="tanh", seed=0), "moons")
    assert len(page.encode()) < 450_000
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)[1]
    assert "unsafe" not in policy and policy.startswith("default-src 'none'")


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_nothing(show, pages, scheme, width):
    page = show(pages["en"], scheme=scheme, width=width)
    page.evaluate("openNeuron('1.1')")
    page.wait_for_selector("iframe.told")
    assert complaints(page, iframes=False) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("shownNeuron.close()")
