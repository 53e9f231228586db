"""The playground in a browser: it learns, goes back, is drawn in, is passed on."""

from __future__ import annotations

import math
import random
import re

import pytest

from .conftest import complaints, needed

np = pytest.importorskip("numpy")
nn = pytest.importorskip("nn")

from nn.playground import playground_page  # noqa: E402

# Steps until most are right, or there have been too many; the share that is right.
LEARN = """([set, optimizer, rate]) => {
  chooseSet(game.sets.findIndex(({ name }) => name === set));
  beginAgain();
  Object.assign(settings, { optimizer, rate });
  let share = 0;
  while (share < 0.95 && run.steps < 3000) {
    takeSteps(50);
    const part = measure(data.X);
    share = part.right / part.count;
  }
  return share;
}"""


def network(*sizes, **options):
    options = {"activation": "tanh", "init": "xavier", "seed": 0, **options}
    return nn.MLP(sizes[0], list(sizes[1:]), **options)


@pytest.fixture(scope="module")
def pages():
    """Return pages, each made when it is first asked for."""
    made = {}

    def page(name, language="en"):
        if (name, language) not in made:
            made[name, language] = playground_page(*MODELS[name](), language=language)
        return made[name, language]

    return page


def wave():
    rows = [[i / 20 - 1] for i in range(40)]
    return network(1, 6, 1), (rows, [math.sin(4 * x) for (x,) in rows])


def product():
    draws = random.Random(0)
    rows = [[draws.uniform(-1, 1), draws.uniform(-1, 1)] for _ in range(60)]
    return network(2, 6, 1), (rows, [x * y for x, y in rows])


FEATURES = ["width", "weight", "petals", "length"]


def flowers():
    draws, kinds = random.Random(0), [i % 3 for i in range(60)]
    rows = [
        [
            draws.gauss(0, 1),
            draws.gauss(0, 1),
            draws.gauss(k, 0.3),
            draws.gauss(-k, 0.3),
        ]
        for k in kinds
    ]
    data = nn.Data(rows, kinds, FEATURES, ["rose", "tulip", "daisy"], "flowers", "kind")
    return network(4, 5, 3), data


MODELS = {
    "moons": lambda: (network(2, 8, 8, 1), "moons"),
    "relu": lambda: (network(2, 8, 1, activation="relu", init="kaiming"), "circles"),
    "wave": wave,
    "product": product,
    "flowers": flowers,
}


def until(page, condition):
    """Wait, as the page's policy lets Playwright evaluate nothing by itself."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(condition)


# --- training -------------------------------------------------------------------------


@pytest.mark.long
def test_it_learns_moons_circles_xor_and_spirals(show, pages):
    page = show(pages("moons"))
    for name in ("moons", "circles", "xor", "spiral"):
        assert page.evaluate(LEARN, [name, "Adam", 0.03]) >= 0.95, name
    page = show(pages("relu"))
    assert page.evaluate(LEARN, ["circles", "SGD", 0.3]) >= 0.95


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
def test_its_steps_are_those_of_fit(show, kind):
    data, model = nn.load_data("moons", samples=37), network(2, 5, 1)
    optimizer = kind(model.parameters(), lr=0.05)
    options = {"optimizer": optimizer, "penalty": 1e-3}
    page = show(playground_page(model, data, language="en", **options))
    found = page.evaluate(
        """() => {
          const losses = [];
          for (let k = 0; k < 30; k++) {
            const squares = p.reduce((sum, x) => sum + x * x, 0);
            losses.push(measure(data.X).loss + settings.penalty * squares);
            takeSteps(1);
          }
          return { losses, weights: placeOf.map((place) => p[place]) };
        }"""
    )
    history = nn.fit(
        model, data, epochs=30, batch_size=None, engine="numpy", progress=False,
        **options,
    )  # fmt: skip
    weights = [p.data for p in model.parameters()]
    assert found["losses"] == pytest.approx(history.losses, rel=1e-9)
    assert found["weights"] == pytest.approx(weights, rel=1e-9, abs=1e-12)


def test_it_plays_pauses_steps_and_goes_back_to_the_same_weights(show, pages):
    page = show(pages("moons"), motion="no-preference")
    before = page.evaluate("[...p]")
    assert page.is_disabled("#again") and "Train" in page.inner_text("#play")
    page.select_option("#batch", "16")
    page.focus("#rates")
    page.keyboard.press("ArrowRight")  # which belongs to the slider
    assert page.inner_text("#count") == "0 steps"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#count") == "1 step"
    page.keyboard.press(" ")
    assert "Pause" in page.inner_text("#play")
    until(page, "run.steps > 20")
    page.click("#play")
    count = page.evaluate("run.steps")
    after = page.evaluate("[...p]")
    page.wait_for_timeout(60)
    assert page.evaluate("run.steps") == count
    assert page.evaluate("course.length") > 2
    assert page.get_attribute("#curve polyline", "points")
    assert f"after step {count}" in (page.get_attribute("#curve", "aria-label") or "")
    page.keyboard.press("Home")
    assert page.evaluate("[...p]") == before
    page.evaluate(f"takeSteps({count})")
    assert page.evaluate("[...p]") == after
    page.click("#fresh")
    assert page.evaluate("[...p]") != before
    assert page.inner_text("#count") == "0 steps"


def test_a_little_motion_has_as_many_steps_in_fewer_pictures(show, pages):
    page = show(pages("moons"))
    page.select_option("#speed", "600")
    page.click("#play")
    until(page, "run.steps > 50")
    assert page.evaluate("course.length") < 5
    page.click("#play")


# --- what is shown --------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_neuron_has_a_picture_and_every_weight_a_line(show, pages, name):
    page = show(pages(name))
    page.evaluate("takeSteps(20); showAll()")
    model, _ = MODELS[name]()
    assert page.locator("button.neuron").count() == sum(
        len(layer.neurons) for layer in model.layers
    )
    assert page.locator("path.wire").count() == len(model.parameters())
    painted = """[...document.querySelectorAll("button.neuron canvas")].map((canvas) =>
      new Set(new Uint32Array(pixelsOf(canvas).image.data.buffer)).size)"""
    assert min(page.evaluate(painted)) > 1
    assert page.locator(".dot").count() >= 40
    assert page.is_visible("#train-right") == (name not in ("wave", "product"))
    lines = page.locator("#lines path").count() + len(
        page.get_attribute("#edge", "d") or ""
    )
    assert bool(lines) == (name not in ("product", "flowers"))


def test_a_weight_tells_its_name_its_value_and_its_slope(show, pages):
    page = show(pages("moons"))
    page.evaluate("freshSlopes()")
    name = "0.weight[0,1]"
    at = page.evaluate(f"placeOf[game.parameters.indexOf('{name}')]")
    value, slope = page.evaluate(f"[short(p[{at}]), short(slopes[{at}])]")
    page.locator("button.neuron").first.focus()
    assert "neuron 1.1: 2 inputs, tanh" in page.inner_text("#told")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    told = page.inner_text("#told")
    assert told == (
        f"Weight from x2 to neuron 1.1 ({name}): {value}. Slope of the loss: {slope}."
    )
    assert page.inner_text("#live") == told
    assert page.locator("path.wire.marked").count() == 1
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.title") == "neuron 2.1"
    page.locator("path.touch").first.dispatch_event("pointerenter")
    assert "Weight from x1 to neuron 1.1" in page.inner_text("#told")
    negative = page.evaluate(
        "wires.filter((wire) => p[wire.place] < 0"
        " !== wire.line.classList.contains('negative')).length"
    )
    assert negative == 0


def test_sets_that_the_page_draws_take_noise(show, pages):
    page = show(pages("moons"))
    spread = """() => Math.max(...data.rows.map(([x]) => x)) """
    before, count = page.evaluate(spread), page.evaluate("data.rows.length")
    page.fill("#noise", "0.5")
    assert page.evaluate(spread) > before + 0.3
    assert page.evaluate("data.rows.length") == count
    assert "noise=0.5" in page.evaluate("location.hash")
    page = show(pages("flowers"))
    assert not page.is_visible("#noisy") and not page.is_visible("#choosing")


def test_of_several_features_two_are_looked_at(show, pages):
    page = show(pages("flowers"))
    assert page.evaluate("axes.map((i) => features[i])") == FEATURES[2:]
    page.select_option("#across", label=FEATURES[0])
    page.select_option("#up", label=FEATURES[0])
    assert page.evaluate("axes") == [3, 0]  # they change places
    means = "[1, 2].map((k) => Math.abs(grid[k] - meanOf(k)))"
    assert max(page.evaluate(means)) == 0


@pytest.mark.long
def test_rates_too_large_and_dead_neurons_are_named(show):
    model = network(2, 3, 1, activation="relu")
    model.layers[0].neurons[1].b.data = -50.0
    page = show(playground_page(model, "moons", nn.squared_error, language="en"))
    assert "Dead: 1.2." in page.inner_text("#word")
    assert page.locator("button.neuron.dead").count() == 1
    page.fill("#rate", "1e30")
    page.press("#rate", "Enter")
    page.select_option("#optimizer", "SGD")
    page.fill("#rate", "1e30")
    page.press("#rate", "Enter")
    page.click("#play")
    until(page, "!playing")
    assert "too large" in page.inner_text("#word")
    assert "Stopped" in page.inner_text("#word")
    page.click("#again")
    assert "Stopped" not in page.inner_text("#word")
    model = network(2, 2, 1)
    model.layers[0].neurons[0].b.data = 30.0
    page = show(playground_page(model, "xor", language="fr"))
    assert "Saturés\u00a0: 1.1." in page.inner_text("#word")
    page.fill("#rate", "-1")
    page.press("#rate", "Enter")
    assert "plus grand que 0" in page.inner_text("#word")
    page.click("#play")
    assert page.inner_text("#count") == "0 pas"


# --- points of one's own --------------------------------------------------------------


def put(page, x, y):
    box = page.locator("#board").bounding_box()
    page.mouse.click(
        box["x"] + box["width"] * x / 100, box["y"] + box["height"] * (1 - y / 100)
    )


def test_points_that_are_drawn_are_learned(show, pages):
    page = show(pages("moons"))
    put(page, 50, 50)  # nothing is chosen yet
    assert page.evaluate("data.rows.length") == 200
    page.click("#clear")
    assert page.evaluate("data.rows.length") == 0
    assert "No points" in page.inner_text("#word")
    page.click("#play")
    assert page.inner_text("#count") == "0 steps"
    page.click("#tools button >> nth=0")
    for x, y in ((20, 20), (30, 25), (25, 80)):
        put(page, x, y)
    page.click("#tools button >> nth=1")
    for x, y in ((80, 20), (70, 75), (75, 80)):
        put(page, x, y)
    page.click("#tools button >> nth=2")
    put(page, 76, 79)
    assert page.evaluate("data.rows.map(classOf)") == [0, 0, 0, 1, 1]
    assert page.inner_text("#counted").startswith("5 points")
    page.evaluate("settings.rate = 0.03; takeSteps(400); showAll()")
    assert page.inner_text("#train-right") == "100%"
    page.click("#back")
    assert page.evaluate("data.rows.length") == 200 and page.is_disabled("#back")


def test_points_are_drawn_with_keys_and_by_touch(show, pages):
    page = show(pages("wave", "fr"))
    page.keyboard.press("Tab")
    page.focus("#board")
    before = page.evaluate("data.rows.length")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("[data.rows.length, cursor]") == [before + 1, [60, 52]]
    at = page.evaluate("data.rows.at(-1)")
    assert at == pytest.approx(page.evaluate("[fromBoard(0, 60), fromBoard(1, 52)]"))
    assert "x1 " in page.inner_text("#live")
    assert page.evaluate("run.steps") == 0  # the keys are the board's
    page.keyboard.press("Delete")
    assert page.evaluate("data.rows.length") <= before
    page = show(pages("moons"))
    page.focus("#board")
    page.keyboard.press("2")
    page.keyboard.press(" ")
    assert page.evaluate("classOf(data.rows.at(-1))") == 1
    page.locator("#board").dispatch_event(
        "pointerdown", {"pointerType": "touch", "isPrimary": True}
    )
    put(page, 10, 10)
    assert page.evaluate("data.rows.length") == 202


# --- the link -------------------------------------------------------------------------


def test_a_link_shows_the_same_again(show, pages):
    page = show(pages("moons"))
    page.select_option("#set", label="spirals")
    page.select_option("#optimizer", "SGD")
    page.select_option("#batch", "16")
    page.select_option("#penalty", "0.001")
    page.click("#tools button >> nth=1")
    put(page, 40, 60)
    for _ in range(3):
        page.click("#one")
    state = """({ settings: { ...settings }, rows: data.rows, weights: [...p],
      steps: run.steps, set: $("set").value, shown: $("train-loss").textContent,
      link: stateNow() })"""
    before = page.evaluate(state)
    address = page.evaluate("location.href")
    assert "#set=spiral" in address
    page.goto("about:blank")
    page.goto(address)
    after = page.evaluate(state)
    assert after == before
    page.click("#again")
    assert page.inner_text("#count") == "0 steps"
    page.goto("about:blank")
    page.goto(address[:-9] + "%zz&rate=-3&axes=9.9")  # cut off, and wrong
    assert page.evaluate("[settings.rate, run.steps]") == [0.1, 0]


def test_in_a_frame_the_state_goes_to_the_page_around_it(show, pages):
    outer = """<!doctype html><title>frame</title><iframe sandbox="allow-scripts"
      width=1000 height=800></iframe><script>heard = [];
      addEventListener("message", (event) => heard.push(event.data));</script>"""
    page = show(outer)
    page.evaluate("(page) => { frames_ = document.querySelector('iframe');"
                  " frames_.srcdoc = page; }", pages("moons"))  # fmt: skip
    inner = page.frame_locator("iframe")
    inner.locator("#one").click()
    page.wait_for_function("heard.some((data) => data.state?.includes('steps=1'))")
    page.evaluate(
        "frames_.contentWindow.postMessage({ state: 'set=xor&rate=0.5' }, '*')"
    )
    expect = needed("playwright.sync_api").expect
    expect(inner.locator("#rate")).to_have_value("0.5")
    expect(inner.locator("#count")).to_have_text("0 steps")
    expect(inner.locator("#link")).to_be_hidden()


# --- all can use it -------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["moons", "flowers", "wave"])
def test_a_telephone_shows_all_of_it(show, pages, name, language):
    page = show(pages(name, language), width=390, height=844)
    page.evaluate("takeSteps(30); showAll()")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.documentElement.lang") == language
    text = page.inner_text("body")
    assert not re.search(r"\{\w+\}|undefined|NaN", text)
    page.click("#one")
    assert page.locator("#count").inner_text().startswith("31 ")


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "width", "scheme", "language"),
    [("moons", 1366, "light", "en"), ("flowers", 390, "dark", "fr"),
     ("wave", 1366, "dark", "en"), ("relu", 390, "light", "fr")],
)  # fmt: skip
def test_axe_finds_nothing(show, pages, name, width, scheme, language):
    page = show(pages(name, language), width=width, height=844, scheme=scheme)
    page.evaluate("takeSteps(40); showAll()")
    page.focus("button.neuron")
    assert complaints(page) == ""
