"""A map as data for the page's script: numbers and texts packed small, nothing in them markup."""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike, NDArray

from diversify.report.documents import MapDocument, Spots
from diversify.report.map_density import Density, Squares, quantised

FOLDER = Path(__file__).parent

SHORT_TEXT = 160
"""Characters of an instruction shown inside the report."""
SHORT_NAME = 24
"""Characters of a source's name in the legend."""
LIGHT = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a900", "#7a5cc4",
         "#8c564b", "#6b7280", "#003f5c", "#8fbf3f"]  # fmt: skip
"""Colours of sources and clusters; the first six are Okabe and Ito's, for colour-blind eyes."""
DARK = ["#3d9fe0", "#f0b429", "#2fc49a", "#e08fc0", "#8fd0f5", "#f0813a", "#d9cc3c", "#a58cf0",
        "#c08a7c", "#9aa4b0", "#6d8fb8", "#a9d65c"]  # fmt: skip
"""The same on a dark page."""
SCRIPTS = ("map_data.js", "map_colours.js", "map_pixels.js", "map_plane.js", "map_words.js",
           "map_gestures.js", "map.js")  # fmt: skip
STYLES = ("style.css", "map.css")


@dataclass(frozen=True)
class Marks:
    """Places and the texts behind them."""

    places: Squares  # (n, 2)
    texts: Sequence[str]


@dataclass(frozen=True)
class MapView:
    """Everything that a map shows."""

    points: Marks
    """Training rows that are drawn."""
    sources: Sequence[str]
    """Source of each drawn row."""
    clusters: ArrayLike | None = None
    picked: ArrayLike | None = None
    """Whether each drawn row is in the mix; None where no mix is known."""
    tests: Mapping[str, Marks] = field(default_factory=dict)
    method: str = ""
    terms: Sequence[str] = ()
    """What each cluster is about, in a few words."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows of each source in all, where more were laid out than are drawn."""
    picked_rows: int | None = None
    """Picked rows in all, where more were laid out than are drawn."""
    density: Density | None = None


@dataclass(frozen=True)
class MapCard:
    """A map, ready for its script."""

    data: Markup
    modes: list[tuple[str, str]]
    """How it can be coloured: the script's word, and the reader's."""
    tests: bool
    method: str
    still: str = ""
    """The same map as a still image, for readers without scripts: a data address."""


def view_of(document: MapDocument) -> MapView:
    """Take the map out of a document that `map` wrote."""
    points, tests = document.points, document.tests
    spots: list[Spots] = [points, *tests.values()]
    squares = quantised(
        np.array([(x, y) for one in spots for x, y in zip(one.x, one.y, strict=True)])
    )
    ends = np.cumsum([len(one.x) for one in spots])[:-1]
    marks = [
        Marks(places, [cut(text, SHORT_TEXT) for text in one.text])
        for places, one in zip(np.split(squares, ends), spots, strict=True)
    ]
    return MapView(
        points=marks[0],
        sources=points.source,
        clusters=points.cluster,
        picked=points.picked if any(points.picked or ()) else None,  # no mix, no colour for it
        tests=dict(zip(tests, marks[1:], strict=True)),
        method=document.method,
    )


def map_card(view: MapView, still: str = "") -> MapCard:
    """Make a map ready, with a button for each way to colour it that its data allow."""
    modes = [("source", "source")]
    modes += [("cluster", "cluster")] if view.clusters is not None else []
    modes += [("picked", "picked")] if view.picked is not None else []
    data = Markup(as_script_data(map_data(view)))
    return MapCard(data, modes, any(_drawn_tests(view)), view.method, still)


def map_data(view: MapView) -> dict[str, Any]:
    """Turn a map into what the scripts read; they show every text as text."""
    tests, clusters, density = _drawn_tests(view), view.clusters, view.density
    count = len(view.sources)
    drawn = Counter(view.sources)
    names = sorted(drawn | dict(view.rows))  # of all rows, as the density layer counts them
    number = {name: place for place, name in enumerate(names)}
    picked = None if view.picked is None else np.asarray(view.picked, dtype=np.uint8)
    all_picked = int(picked.sum()) if picked is not None else 0
    columns = np.concatenate([view.points.places, *(marks.places for marks in tests.values())])
    texts = [text for marks in (view.points, *tests.values()) for text in marks.texts]
    rows = [view.rows.get(name, drawn[name]) for name in names]
    return {
        "rows": sum(rows),
        "count": count,
        "x": packed(columns[:, 0]),
        "y": packed(columns[:, 1]),
        "source": packed(np.array([number[name] for name in view.sources], dtype="<u2")),
        "sources": [
            {"name": cut(name, SHORT_NAME), "rows": all}
            for name, all in zip(names, rows, strict=True)
        ],
        "cluster": None if clusters is None else packed(np.asarray(clusters).astype("<i4")),
        "terms": list(view.terms),
        "picked": None if picked is None else packed(picked),
        "picked_rows": all_picked if view.picked_rows is None else view.picked_rows,
        "picked_drawn": all_picked,
        "text": packed("\n".join(texts).encode("utf-8", "replace")),
        "tests": [
            {"name": cut(name, SHORT_NAME), "count": len(marks.texts)}
            for name, marks in tests.items()
        ],
        "density": None if density is None else _packed_density(density),
        "colours": {"light": LIGHT, "dark": DARK},
    }


def _drawn_tests(view: MapView) -> dict[str, Marks]:
    return {name: marks for name, marks in view.tests.items() if len(marks.texts)}


def _packed_density(density: Density) -> dict[str, Any]:
    return {"bins": density.bins, "grids": [packed(grid) for grid in density.grids]}


def packed(content: bytes | NDArray[np.generic]) -> str:
    """Pack bytes by deflate, written in base64."""
    raw = content if isinstance(content, bytes) else np.ascontiguousarray(content).tobytes()
    return base64.b64encode(zlib.compress(raw, 9)).decode()


def cut(text: str, longest: int) -> str:
    """Fold a text's whitespace, which leaves no line break of any kind, and cut it."""
    folded = " ".join(text.split())
    return folded if len(folded) <= longest else folded[: longest - 1] + "…"


def as_script_data(data: object) -> str:
    """Write JSON that nothing in it can close the script element around it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def map_script() -> str:
    """Source of the one script that draws maps."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)


def map_style() -> str:
    """Rules of the house, and those of a map."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLES)
