"""Ten steps and the whole plane, as the playground takes them for each picture.

    python -m pip install -e ".[test]" && python tests/benchmarks/playground.py

The network is 2-8-8-1, the data 500 points, a step takes all of them. Chromium does
both, the pictures of all neurons and all that is drawn besides included. Sixty pictures
a second leave 16.7 ms for each. After 0.2.0, on one core of an AMD EPYC that had much
else to do: 6.1 ms.
"""

import shutil

from playwright.sync_api import sync_playwright

from nn import MLP, load_data, playground_page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ROUNDS, FLOOR = 100, 1000 / 60
PARTS = {
    "ten steps": "takeSteps(10)",
    "the plane": "computePlane(); paintMap(); drawLines(); paintNeurons(Infinity)",
    "what is said": "look(); checkGrowth(); showWires(); showNumbers(); showWords()",
}


def main():
    """Print the best time of each part, and of all together."""
    model = MLP(2, [8, 8, 1], activation="tanh", init="xavier", seed=0)
    page = playground_page(model, load_data("moons", samples=500))
    found = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_content(page)
        best = {name: _milliseconds(tab, code) for name, code in PARTS.items()}
        browser.close()
    for name, milliseconds in best.items():
        print(f"{name:<14} {milliseconds:6.2f} ms")
    total = sum(best.values())
    print(f"{'a picture':<14} {total:6.2f} ms; {FLOOR:.1f} at most")


def _milliseconds(tab, code):
    return tab.evaluate(
        f"""() => {{
          let best = Infinity;
          for (let round = 0; round < {ROUNDS}; round++) {{
            const begun = performance.now();
            {code};
            best = Math.min(best, performance.now() - begun);
          }}
          return best;
        }}"""
    )


if __name__ == "__main__":
    main()
