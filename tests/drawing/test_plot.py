"""`Plot`: where things are in the picture, what is told, what is refused."""

from __future__ import annotations

import math
import xml.etree.ElementTree as xml

import pytest

from autograd import Plot, descend
from autograd.writing.colours import PALETTE


def read(plot):
    """Return the picture as a tree, which it is only if all is escaped."""
    return xml.fromstring(plot.svg())


def test_places_are_where_the_axes_say():
    plot = Plot((0, 10), (-1, 1), size=(400, 200))
    left, top, width, height = plot.box
    assert (width, height) == (400, 200)
    assert plot.place((0, -1)) == [left, top + 200]
    assert plot.place((5, 1)) == [left + 200, top]
    assert max(map(abs, plot.place((1e300, -1e300)))) <= 5000.0


def test_what_is_not_given_is_what_the_lines_need():
    plot = Plot((-1, 2)).curve(lambda x: x * x)
    low, high = plot.up
    assert -0.5 < low < 0 and 4 < high < 4.5
    assert Plot((0, 1)).up == (-0.06, 1.06)
    assert Plot((0, 1)).line([(0, 3), (1, 3)]).up == (2.0, 4.0)


def test_a_line_is_interrupted_where_there_is_no_number():
    def broken(x):
        return 1 / x if x > 1 or x < 0 else math.log(-1)

    d = Plot((-2, 2), (-3, 3)).curve(broken).svg().split('d="')[-1].split('"')[0]
    assert d.count("M") == 2 and "nan" not in d


def test_labels_are_told_and_escaped():
    plot = Plot((0, 1), names=("<b>", "&y"), title="</svg>")
    plot.line([(0, 0), (1, 1)], "a < b").dots([(0, 0)], "dots")
    plot.arrow((0, 0), (1, 1)).write((0.5, 0.5), '"here"')
    said = " ".join(read(plot).itertext())
    for text in ("<b>", "&y", "</svg>", "a < b", "dots", '"here"'):
        assert text in said
    assert repr(plot) == "<Plot of </svg>: a < b, dots>"
    assert 'aria-label="Plot of' in plot.svg()


def test_a_map_names_every_other_height():
    plot = Plot((-2, 2), (-2, 2)).contours(lambda x, y: x * x + y * y, at=(1, 2, 3))
    lines = [e for e in read(plot).iter() if "data stroke" in e.get("class", "")]
    assert len(lines) == 3
    texts = [e.text for e in read(plot).iter() if "data fill" in e.get("class", "")]
    assert texts == ["1", "3"]


def test_every_colour_has_a_dark_twin():
    plot = descend("x**2 + y**2", (1.0, 2.0)).picture
    light = {pair[0] for pair in PALETTE.values()}
    for element in read(plot).iter():
        for what in ("fill", "stroke"):
            assert element.get(what, "none") in {"none", *light}


def test_a_dot_that_is_nowhere_is_left_out():
    plot = Plot((0, 1)).dots([(0, math.nan), (0.5, 1.0), (math.inf, 0)])
    assert plot.svg().count("<circle") == 1


def test_other_colours_are_refused():
    with pytest.raises(ValueError, match=r"needs one of .*data, grad.*; got 'red'"):
        Plot((0, 1)).line([(0, 0), (1, 1)], colour="red").svg()


def test_sides_without_room_are_refused():
    for side in ((1, 1), (2, 1), (0, math.inf)):
        with pytest.raises(ValueError, match=r"Plot needs \(low, high\); got"):
            Plot((0, 1), side)
