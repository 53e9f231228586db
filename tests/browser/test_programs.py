"""Programs as JavaScript give, in Chromium, what they give on NumPy."""

import pytest

from tests.scripts import assert_agrees, every_op, networks


@pytest.mark.parametrize("cases", [every_op, networks], ids=["every op", "networks"])
def test_chromium_finds_what_numpy_finds(cases, tab):
    page, heard = tab(True)
    for name, case in cases().items():
        assert_agrees(page.evaluate(case.script()), case.wanted(), name)
    assert not heard
