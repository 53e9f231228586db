"""A browser for the tests of the page, and a page that fails where it complains."""

from __future__ import annotations

import importlib
import os
import shutil

import pytest

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


@pytest.fixture
def show(browser, tmp_path):
    """Open HTML in a new page; it may say nothing and ask the network for nothing."""
    contexts, heard = [], []

    def open_page(html, width=1280, height=860, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(html, "utf-8", "replace")
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "about:")) or heard.append(request.url)
            ),
        )
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == []
