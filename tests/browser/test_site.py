"""The site as it is built, in a browser: it explains and trains, offline too."""

from __future__ import annotations

import gzip
import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest

from nn.site.server import Handler
from tests.browser.conftest import complaints, needs_runtime

MOST = 9_000_000  # bytes that the first page may load, compressed
SLOW = 120_000  # milliseconds that Python may take to begin, on a busy machine

pytestmark = needs_runtime


class Site:
    """The site behind a server that can be stopped, in a browser that notes all."""

    def __init__(self, folder, browser):
        handler = partial(Handler, directory=folder)
        self.folder = folder
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.at = f"http://localhost:{self.server.server_port}/"
        self.context = browser.new_context(viewport={"width": 1366, "height": 768})
        self.context.set_default_timeout(SLOW)
        self.heard, self.asked = [], set()
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.heard.append(message.text))
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("request", lambda request: self.note(request.url))

    def note(self, address):
        if address.startswith(self.at):
            self.asked.add(address.removeprefix(self.at) or "index.html")
        elif not address.startswith(("data:", "about:")):
            self.heard.append(address)

    def open(self, place):
        """Open a page that was not open, and wait for Python."""
        self.page.goto("about:blank")
        self.page.goto(self.at + place)
        self.wait()

    def wait(self):
        self.page.locator("#state").get_by_text(" s)").wait_for()

    def answer(self):
        """Return what was printed and what is wrong, once Python has answered."""
        self.page.locator("#stop").wait_for(state="hidden")
        return self.page.text_content("#output"), self.page.text_content("#error")

    def explain(self, code):
        self.page.fill("#code", code)
        self.page.click("#act")
        return self.answer()

    def inner(self):
        """Return the frame in which a page of ours is shown."""
        return self.page.frame_locator("#frame").frame_locator("iframe")

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def site(browser, built_site):
    site = Site(built_site[0], browser)
    site.open("")
    yield site
    site.context.close()
    site.stop()


def test_the_first_page_is_small_and_shows_at_once_what_needs_no_python(site):
    files = [site.folder / name for name in site.asked]
    packed = [file.with_name(f"{file.name}.gz") for file in files]
    sizes = [
        min(f.stat().st_size for f in two if f.exists())
        for two in zip(files, packed, strict=True)
    ]
    assert site.folder / "runtime" / "pyodide.asm.wasm" in files
    assert sum(sizes) < MOST
    waits = gzip.decompress((site.folder / "parabola.html.gz").read_bytes())
    assert b"parabola, step by step" in waits
    site.inner().get_by_text("parabola, step by step").wait_for()
    assert "Content-Security-Policy" in waits.decode()  # its own


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("def f(w=2.0, x=3.0):\n    print('hi')\n    return w*x", "f, step by step"),
        ("def f(x, w):\n    return w*x*x", "f, step by step"),
        ("def f(w=2.0):\n    return tanh(w)", "missing? from autograd import tanh"),
        ("from autograd import tanh\n\ndef f(w=[1.0, 2.0]):\n"
         "    return tanh(w[0]*w[1])", "f, step by step"),
        ("(w*x - 1)**2", "(w*x - 1)**2, step by step"),
        ("def f(w=2.0)\n    return w", "my_code.py:1: SyntaxError: expected ':'"),
        ("def f(w=2.0):\n    return u*w", "my_code.py:2: NameError: name 'u' is not"),
        ("from autograd import log\ndef f(w=-2.0):\n    return log(w)",
         "my_code.py:3: log needs a positive argument; got -2.0 at 'w'"),
        ("def f(w=2.0):\n    return 3", "returns one Value"),
        ("def f(w=2.0):\n    return f(w)", "RecursionError"),
    ],
)  # fmt: skip
def test_functions_are_explained_and_errors_told_as_in_a_terminal(site, code, shown):
    output, error = site.explain(code)
    assert output == ("hi" if "print" in code else "")
    if shown.endswith("step"):
        assert not error
        site.inner().get_by_text(shown).wait_for()
    else:
        assert shown in error and error.startswith("error: ")
    marked = site.page.locator(".editor .wrong").all_text_contents()
    line = error.partition("my_code.py:")[2].partition(":")[0]
    assert "".join(marked).strip() == line


def test_a_chain_too_deep_for_a_browser_is_told_so(site):
    code = "def f(w=2.0):\n    v = w\n    for _ in range(7000):\n        v = v + 1\n"
    _, error = site.explain(code + "    v.backward()\n    return w*w\n")
    assert "too deep for Python in a browser" in error
    # What the runtime has to say of it is no error of ours.
    assert all("Pyodide" in said or "fatal" in said or "RangeError" in said
               for said in site.heard)  # fmt: skip
    site.heard.clear()
    site.wait()


def test_an_endless_loop_is_stopped_and_python_begins_anew(site):
    site.page.fill("#code", "def f(w=2.0):\n    while True:\n        w = w")
    site.page.click("#act")
    site.page.locator("#state", has_text="at work").wait_for()
    site.page.click("#stop")
    assert site.answer()[1].startswith("Stopped. Python begins anew")


def test_without_a_network_a_link_opens_in_french_and_is_explained(site):
    """The function is in the link, and all else came with the first visit."""
    page = site.page
    page.fill("#code", "def f(w=2.0, x=3.0):\n    return w*x + 1")
    page.fill("[data-name=w]", "5")
    page.click("#share")
    page.wait_for_timeout(100)
    _, _, link = page.url.partition("#")
    for _ in range(600):  # until the site is kept
        if page.evaluate("Boolean(navigator.serviceWorker.controller)"):
            break
        page.wait_for_timeout(100)
    site.stop()
    site.context.set_offline(True)
    site.open(f"fr/#{link}")
    assert page.input_value("#code") == "def f(w=2.0, x=3.0):\n    return w*x + 1"
    assert "Ce programme est venu avec le lien" in page.text_content("#output")
    page.click("#act")
    assert site.answer() == ("", "")
    site.inner().get_by_text("f, étape par étape").wait_for()
    assert site.inner().locator("#loss").text_content() == "f = 16"


@pytest.mark.parametrize("place", range(4), ids=["moons", "circles", "xor", "spiral"])
def test_each_set_is_learned(site, place):
    """Before Python is there."""
    site.page.goto("about:blank")
    site.page.goto(site.at + "train.html")
    inner = site.inner()
    inner.locator("#set").select_option(index=place)
    inner.locator("#speed").select_option("1e9")
    inner.locator("#rate").fill("0.03")
    inner.locator("#play").click()
    right = re.compile(r"^\s*(9[5-9]|100)")
    inner.locator("#train-right", has_text=right).wait_for()


def test_a_network_of_ones_own_trains_and_the_link_keeps_it(site):
    """Without a network too."""
    page, inner = site.page, site.inner()
    site.open("train.html")
    inner.locator("#play").click()  # moons, which lie there
    inner.locator("#train-right", has_text="100").wait_for()
    page.select_option("#activation", "relu")
    inner.locator("#about", has_text="2-8-8-1").wait_for()
    assert 'activation="relu"' in page.input_value("#code")
    page.click("#whole")
    page.select_option("#examples", label="a network of your own")
    inner.locator("#about", has_text="Net, 27 weights").wait_for()
    assert site.answer() == ("", "")
    page.fill("#code", page.input_value("#code").replace("2, 6", "2, six"))
    page.click("#act")
    page.locator("#error", has_text="NameError: name 'six' is not defined").wait_for()
    assert page.locator(".editor .wrong").text_content().strip() == "8"
    page.click("#share")
    page.wait_for_timeout(100)
    page.reload()
    assert "2, six" in page.input_value("#code")


@pytest.mark.parametrize("place", ["", "fr/train.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_can_use_it_on_a_phone_too(site, place, scheme):
    page = site.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site.at + place)
    page.locator("#state").get_by_text(" %").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints(page, iframes=False) == ""


def test_nothing_else_was_asked_for_and_nothing_complained(site):
    assert site.heard == []
