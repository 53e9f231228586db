"""The report in a browser: its film, its frame, telephones, paper and the dark."""

from __future__ import annotations

import pytest

from .conftest import complaints, needed

nn = pytest.importorskip("nn")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return a report in each language."""
    train, test = nn.load_data("moons").split()
    model = nn.MLP(2, [4, 1], seed=0)
    trail = nn.Trail(model)
    history = nn.fit(model, train, epochs=3, callbacks=[trail], progress=False)
    folder = tmp_path_factory.mktemp("reports")
    return {
        language: nn.write_report(
            folder / language, model, train, history, test=test, trail=trail,
            language=language,
        ).read_text("utf-8")
        for language in ("en", "fr")
    }  # fmt: skip


def region(page):
    return page.locator("#shape-1 path").get_attribute("d")


class TestFilm:
    def test_the_slider_goes_back_to_the_start(self, show, pages):
        page = show(pages["en"])
        slider = page.locator("#epoch")
        trained = region(page)
        assert slider.get_attribute("aria-valuetext") == "after epoch 3"
        slider.focus()
        page.keyboard.press("Home")
        assert page.locator("#said").inner_text() == "before training"
        assert region(page) != trained
        page.keyboard.press("End")
        assert region(page) == trained

    def test_it_plays_to_the_end(self, show, pages):
        page = show(pages["fr"], motion="no-preference")
        play = page.locator("#play")
        play.click()
        assert play.inner_text() == "Pause"
        needed("playwright.sync_api").expect(play).to_have_text("Lecture")
        assert page.locator("#said").inner_text() == "après l’époque 3"

    def test_nothing_plays_for_whom_motion_is_too_much(self, show, pages):
        page = show(pages["en"], motion="reduce")
        assert page.locator("#play").is_hidden()
        assert page.locator("#epoch").is_visible()


class TestLooks:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_on_a_telephone_nothing_sticks_out(self, show, pages, language, scheme):
        page = show(pages[language], width=390, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        results = page.locator(".numbers").first
        assert results.evaluate("t => t.scrollWidth <= t.parentElement.clientWidth")
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (colour == "rgb(255, 255, 255)") == (scheme == "light")
        smallest = page.evaluate(
            """Math.min(...[...document.querySelectorAll(
              "figure:not(.network) svg text")].map(
                (text) => text.getBoundingClientRect().height))"""
        )
        assert smallest >= 9.0

    def test_long_names_are_broken_and_short_ones_are_not(self, show, tmp_path):
        X, y = [[0.0, 1.0], [1.0, 0.0]], [0, 1]
        long = "x" * 500
        data = nn.Data(X, y, [long, long], [long, "b"], long, long)
        model = nn.MLP(2, [2, 1], seed=0)
        text = nn.write_report(tmp_path / "r", model, data, language="en").read_text()
        page = show(text, width=390)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        heading = page.get_by_text("network", exact=True).first
        assert heading.evaluate("e => e.getBoundingClientRect().height") < 60

    def test_the_neuron_is_explained_in_its_frame(self, show, pages):
        page = show(pages["fr"])
        frame = page.frame_locator("iframe >> nth=0")
        frame.locator("#next").click()
        assert frame.locator("#count").inner_text().startswith("1")

    def test_the_network_trains_on_in_its_frame(self, show, pages):
        page = show(pages["fr"])
        frame = page.frame_locator("iframe >> nth=1")
        frame.locator("#one").click()
        assert frame.locator("#count").inner_text() == "1 pas"
        frame.locator("button.neuron >> nth=0").click()
        inner = frame.frame_locator("dialog iframe")
        inner.locator("#next").click()
        assert inner.locator("#count").inner_text().startswith("1")

    def test_without_script_it_is_all_there(self, show, pages):
        page = show(pages["en"], scripts=False)
        assert page.locator("#controls").is_hidden()
        assert len(region(page)) > 100

    def test_on_paper(self, show, pages):
        page = show(pages["en"])
        page.emulate_media(media="print")
        assert page.locator("#controls").is_hidden()
        assert page.pdf()[:4] == b"%PDF"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, show, pages, scheme):
        page = show(pages["en"], scheme=scheme)
        assert complaints(page, iframes=False) == ""
