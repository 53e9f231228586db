"""The program that a playground gives does in Python what the page did."""

from __future__ import annotations

import math

import pytest

from autograd import Phrases, Value
from autograd import tanh as bend
from nn import MLP, SGD, Adam, Layer, Module, binary_cross_entropy, cross_entropy
from nn.playground import playground_page
from nn.playground.saving import program_parts

SHARE = 0.5
SHOWN = "[now.train.loss, now.train.right / now.train.count, now.test.loss]"
# One after the other: settings that change, points that come and go.
STORY = """takeSteps(20); settings.rate *= 0.5; takeSteps(5); settings.batch = 16;
  takeSteps(30); settings.penalty = 0.01; data.rows.push([0.5, 0.25, labels[1]]);
  refill(); takeSteps(30); data.rows = data.rows.slice(20); refill(); takeSteps(4);
  showAll()"""


def weigh(w, x):
    return bend(w * x) + math.pi * SHARE


class Own(Module):
    """A network of one's own."""

    def __init__(self, width=2):
        self.weights = [Value(0.1 * i - 0.2) for i in range(width)]
        self.layer = Layer(width, 1, nonlin=False, seed=5)

    def __call__(self, x):
        pairs = zip(self.weights, x, strict=True)
        return self.layer([weigh(w, number) for w, number in pairs])


def half(predictions, targets):
    """Half a margin."""
    return SHARE * binary_cross_entropy(predictions, targets)


half.targets = "bits"


class Sized(Own):
    def __init__(self, width):
        super().__init__(width)


def lines(text, **space):
    """Run a program, and return what it prints."""
    printed = []
    exec(
        compile(text, "saved", "exec"), {**space, "print": lambda *x: printed.append(x)}
    )
    return dict(printed)


@pytest.fixture
def saved(show):
    def run(model, loss=None, optimizer=None, story=STORY, data="moons", **more):
        page = playground_page(
            model, data, loss, optimizer=optimizer, language="en", **more
        )
        page = show(page)
        page.evaluate(story)
        return page.evaluate(SHOWN), page.evaluate("savedProgram()")

    return run


@pytest.mark.parametrize("kind", [Adam, SGD])
def test_it_trains_to_the_same_loss(saved, kind):
    model = MLP(2, [4, 3, 1], activation="tanh", seed=0)
    shown, text = saved(model, optimizer=kind(model.parameters(), lr=0.05))
    said = lines(text)
    assert said["loss:"] == pytest.approx(shown[0], rel=1e-9)
    assert said["right:"] == f"{shown[1]:.1%}"
    assert said["loss in the test:"] == pytest.approx(shown[2], rel=1e-9)
    assert 'MLP(2, [4, 3, 1], activation="tanh")' in text
    assert "numpy" not in text and "samples += [" in text
    unused = {"Adam": "SGD", "SGD": "Adam"}[kind.__name__]
    assert unused not in text.split("START")[0]


def test_a_class_and_a_loss_of_ones_own_stand_in_it(saved):
    shown, text = saved(Own(), half)
    assert "class Own(Module):" in text and "def weigh(w, x):" in text
    assert "import Value, mean, tanh as bend" in text and "import math" in text
    assert text.index("SHARE = 0.5") < text.index("def weigh") < text.index("class Own")
    assert lines(text)["loss:"] == pytest.approx(shown[0], rel=1e-9)


def test_settings_of_an_optimiser_and_classes_with_an_output_each(saved):
    model = MLP(2, [3, 2], activation=["relu", "tanh"], seed=0)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    shown, text = saved(model, cross_entropy, optimizer)
    said = lines(text)
    assert said["loss:"] == pytest.approx(shown[0], rel=1e-9)
    assert said["right:"] == f"{shown[1]:.1%}"
    assert (
        "lr=0.1, momentum=0.9, nesterov=False, " in text
        and 'activation=["relu", "tanh"]' in text
    )


def test_another_optimiser_and_first_weights_begin_anew(saved):
    story = """settings.seed = 3; beginAgain(); takeSteps(9); chooseOptimizer("SGD");
      chooseOptimizer("Adam"); takeSteps(9); chooseOptimizer("SGD"); takeSteps(9);
      showAll()"""
    shown, text = saved(MLP(2, [3, 1], seed=0), story=story)
    assert lines(text)["loss:"] == pytest.approx(shown[0], rel=1e-9)
    assert text.count("optimizer = Adam") == 2 and "next_batch" not in text


def test_what_is_too_long_to_tell_begins_where_the_page_is(saved):
    story = """for (let i = 1; i < 200; i++) { settings.rate = 0.1 / i; takeSteps(1); }
      showAll()"""
    shown, text = saved(MLP(2, [3, 1], seed=0), story=story)
    assert lines(text)["loss:"] == pytest.approx(shown[0], rel=1e-9)
    assert "of this moment" in text and "train(optimizer, steps=" not in text


def test_numbers_have_no_accuracy_and_before_the_first_step_it_can_be_run(saved):
    data = ([[0.0], [1.0], [2.0]], [[1.0, 0.0], [3.0, 1.0], [5.5, 2.0]])
    model = MLP(1, [2, 2], seed=0)
    shown, text = saved(model, data=data, story="showAll()")
    assert lines(text) == {"loss:": pytest.approx(shown[0], rel=1e-12)}


def test_what_the_class_was_made_with_is_asked_for(saved):
    _, text = saved(Sized(2), story="showAll()")
    assert "model = Sized(...)  # " in text


def test_what_has_no_source_is_imported_or_asked_for():
    space = {"__name__": "elsewhere"}
    exec("from nn import MLP\nclass Net(MLP): pass", space)
    words = Phrases("en", "nn.phrases")
    found = program_parts(space["Net"](2, [1]), lambda ys, ts: 0.0, [], words)
    assert found["parts"] == ["from elsewhere import Net", "loss = ...  # <lambda>"]
    assert found["asks"] and found["shape"] is None


def test_the_button_shows_it(show):
    page = show(playground_page(MLP(2, [2, 1], seed=0), "xor", language="fr"))
    page.click("#save")
    said = page.inner_text("dialog pre")
    assert said.rstrip("\n") == page.evaluate("savedProgram()").rstrip("\n")
    assert "Copier" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    assert page.locator("dialog.saved").count() == 0
