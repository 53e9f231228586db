"""An SVG of Graphviz as a picture of TikZ, in a document that pdflatex compiles."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from ..writing.resources import text_of
from .letters import plain

# The page is as large as the picture. What is drawn stands upside down in SVG.
WIDER = 0.6 / 0.525  # the letters of Courier than those that any LaTeX has
ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(svg: str) -> str:
    """Return the document for what Graphviz has drawn."""
    root = ET.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox", "0 0 0 0").split())
    colours: dict[str, str] = {}
    lines = [line for element in root.iter() if (line := _drawn(element, colours))]
    defined = "\n".join(
        rf"\definecolor{{{name}}}{{HTML}}{{{code}}}" for name, code in colours.items()
    )
    return text_of(__package__, "picture.tex").format(
        width=width + 2.0, height=height + 2.0, colours=defined, lines="\n".join(lines)
    )


def _drawn(element: ET.Element, colours: dict[str, str]) -> str:
    """Return what draws an element, "" for one that shows nothing."""

    def number(name: str) -> float:
        return float(element.get(name, "1"))

    kind = element.tag.rpartition("}")[2]
    if kind == "text":
        colour = _colour(element.get("fill", "black"), colours)
        size = number("font-size")
        bold = r"\bfseries" if element.get("font-weight") == "bold" else ""
        font = rf"\ttfamily\fontsize{{{size:g}}}{{{size:g}}}\selectfont{bold}"
        anchor = ANCHORS[element.get("text-anchor", "start")]
        return (
            rf"\node[anchor={anchor}, inner sep=0, xscale={WIDER:.3f}, text={colour},"
            rf" font={font}]"
            rf" at ({number('x'):g},{number('y'):g}) {{{plain(element.text or '')}}};"
        )
    if kind in ("polygon", "polyline"):
        points = [f"({pair})" for pair in element.get("points", "").split()]
        way = " -- ".join(points) + (" -- cycle" if kind == "polygon" else "")
    elif kind == "path":
        points = re.findall(r"-?[\d.]+,-?[\d.]+", element.get("d", ""))
        way = f"({points[0]})" + "".join(
            " .. controls ({}) and ({}) .. ({})".format(*points[i : i + 3])
            for i in range(1, len(points) - 2, 3)
        )
    elif kind == "ellipse":
        way = (
            f"({number('cx'):g},{number('cy'):g}) ellipse"
            f" [x radius={number('rx'):g}, y radius={number('ry'):g}]"
        )
    else:
        return ""
    styles = [
        f"{tikz}={_colour(colour, colours)}"
        for tikz, svg in (("fill", "fill"), ("draw", "stroke"))
        if (colour := element.get(svg, "none")) not in ("none", "transparent")
    ]
    styles.append(f"line width={number('stroke-width'):g}bp")
    if element.get("stroke-dasharray"):
        styles.append("dashed")
    return rf"\path[{', '.join(styles)}] {way};"


def _colour(colour: str, colours: dict[str, str]) -> str:
    """Return the name of a colour, and note how it is defined."""
    if not colour.startswith("#"):
        return colour
    name = f"c{colour[1:].upper()}"
    colours[name] = name[1:]
    return name
