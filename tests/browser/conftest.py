"""A browser for the tests of the page, and a page that fails where it complains."""

from __future__ import annotations

import importlib
import os
import shutil
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from autograd import Phrases

NAMES = ("chromium", "chromium-browser", "google-chrome")


def needed(module):
    """Return a module that the tests need; where CI is set, it must not be missing."""
    if os.environ.get("CI"):
        return importlib.import_module(module)
    return pytest.importorskip(module)


@pytest.fixture(scope="session")
def browser():
    sync_api = needed("playwright.sync_api")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is on PATH")
    with sync_api.sync_playwright() as driver:
        program = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield program
        program.close()


@pytest.fixture(scope="session")
def tab(browser):
    """Give the one tab that runs scripts, or the one that does not: for all pages."""
    tabs = {}

    def tab_of(scripts):
        if scripts not in tabs:
            context = browser.new_context(java_script_enabled=scripts)
            page, heard = context.new_page(), []
            page.set_default_timeout(5000)
            page.on("console", lambda message: heard.append(message.text))
            page.on("pageerror", lambda error: heard.append(str(error)))
            page.on("dialog", lambda dialog: heard.append(dialog.message))
            page.on("request", lambda request: heard.extend(asked(request.url)))
            tabs[scripts] = page, heard
        return tabs[scripts]

    return tab_of


def asked(address):
    """Return an address in a list, if it is one of the network."""
    return [] if address.startswith(("about:", "data:", "file:")) else [address]


@pytest.fixture
def show(tab, tmp_path):
    """Open HTML in a tab; it may say nothing and ask the network for nothing.

    A page takes the place of the one before, also of that of another test: a tab is
    opened in ten times the time. What moves costs time too, and moves where it is
    asked for.
    """
    used = []

    def open_page(html, width=1280, height=860, scheme="light", motion="reduce",
                  scripts=True):  # fmt: skip
        page, heard = tab(scripts)
        used.append((page, heard))
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="null", color_scheme=scheme, reduced_motion=motion)
        file = tmp_path / f"page{len(used)}.html"
        file.write_text(html, "utf-8", "replace")
        page.goto(file.as_uri())
        return page

    yield open_page
    said = []
    for page, heard in used:
        page.goto("about:blank")
        said += heard
        heard.clear()
    assert said == []


RUNTIME = os.environ.get("CHAINRULE_RUNTIME")
needs_runtime = pytest.mark.skipif(
    not RUNTIME, reason="CHAINRULE_RUNTIME names no folder with Python for the browser"
)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory):
    """Build the site once; give its folder, and the address where it is served."""
    from nn.site.build import build_site
    from nn.site.server import Handler

    out = tmp_path_factory.mktemp("built") / "site"
    build_site(out, None if RUNTIME == "npm" else Path(RUNTIME), Phrases("en"))
    handler = partial(Handler, directory=out)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield out, f"http://localhost:{server.server_port}/"
        server.shutdown()


def complaints(page, **options):
    """Return what axe has to say of a page: nothing, if all can use it."""
    axe = needed("axe_playwright_python.sync_playwright").Axe()
    base = needed("axe_playwright_python.base")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.axe_script)
    options = {"resultTypes": ["violations"], **options}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    results = base.AxeResults(found)
    return results.generate_report() if results.violations_count else ""
