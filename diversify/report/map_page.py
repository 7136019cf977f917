"""The map on a page of its own: one file that opens without network."""

import base64
from pathlib import Path

from markupsafe import Markup

from diversify.io.whole import whole
from diversify.report.map_still import still_png
from diversify.report.map_view import MapView, map_card, map_script, map_style
from diversify.report.policy import policy
from diversify.report.templates import page_template

READING = (
    "Near means alike: rows that lie close ask for similar things in similar words. Far means "
    "little: the distance between two far groups, and the size of a group, say nothing certain."
)


def write_map_page(path: Path, view: MapView, title: str) -> None:
    """Write the page; the file appears only when it is whole."""
    with whole(path) as draft:
        draft.write_text(build_map_page(view, title), encoding="utf-8")


def build_map_page(view: MapView, title: str) -> str:
    """Build the page as one HTML text, with a still image for readers without scripts."""
    still = ""
    if view.density is not None:
        image = base64.b64encode(still_png(view.density)).decode()
        still = f"data:image/png;base64,{image}"
    script = map_script()
    return page_template("map_page.html").render(
        title=title,
        card=map_card(view, still),
        reading=READING,
        style=Markup(map_style()),
        script=Markup(script),
        policy=Markup(policy([script])),
    )
