"""The map as data for the page's script: every text already escaped, cut and wrapped."""

import html
import json
import textwrap
from typing import Any

from plotly.offline import get_plotlyjs

from diversify.report.documents import MapDocument, Spots

LONGEST_TEXT = 160
"""Characters of an instruction shown on hover."""
LONGEST_NAME = 24
"""Characters of a source's name in the legend."""
LINE = 40
"""Characters in a line of it, so that a phone shows it whole."""


def map_data(document: MapDocument) -> dict[str, Any]:
    """Turn a map into what `map.js` draws; source names become numbers of a list."""
    points = document.points
    sources = sorted(set(points.source))
    number = {name: index for index, name in enumerate(sources)}
    return {
        "x": points.x,
        "y": points.y,
        "text": [hover(text) for text in points.text],
        "source": [number[name] for name in points.source],
        "sources": [short_name(name) for name in sources],
        "cluster": points.cluster,
        "picked": points.picked if any(points.picked or ()) else None,  # no mix, no colour for it
        "tests": [of_test_file(name, spots) for name, spots in document.tests.items() if spots.x],
    }


def of_test_file(name: str, spots: Spots) -> dict[str, Any]:
    """Turn one test file's instructions into what `map.js` draws."""
    texts = [hover(text) for text in spots.text]
    return {"name": short_name(name), "x": spots.x, "y": spots.y, "text": texts}


def hover(text: str) -> str:
    """Cut and wrap a text, then escape it: Plotly reads hover text as markup."""
    folded = " ".join(text.split())
    cut = folded if len(folded) <= LONGEST_TEXT else folded[: LONGEST_TEXT - 1] + "…"
    return "<br>".join(html.escape(line) for line in textwrap.wrap(cut, LINE))


def short_name(name: str) -> str:
    """Cut a name and escape it; the legend is read as markup too."""
    return html.escape(name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…")


def as_script_data(data: object) -> str:
    """Write JSON that nothing in it can close the script element around it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def plotly_script() -> str:
    """Source of plotly.js, as the installed package brings it."""
    return str(get_plotlyjs())
