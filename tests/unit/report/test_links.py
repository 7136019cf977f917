"""No text of the data can become a link, a style or markup: the templates leave no place for it."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "diversify" / "report"
TEMPLATES = sorted(FOLDER.glob("*.html"))
SCRIPTS = sorted(FOLDER.glob("*.js"))
FILLED = re.compile(r"\b(href|src|action|formaction|style|on\w+)=\"([^\"]*\{\{[^\"]*)\"")


def test_attributes_that_act_are_filled_with_our_own_words_alone() -> None:
    """`javascript:` in a row's text has nowhere to go: the one link leads to an anchor of ours."""
    assert len(TEMPLATES) >= 4
    filled = {
        (path.name, *found)
        for path in TEMPLATES
        for found in FILLED.findall(path.read_text(encoding="utf-8"))
    }
    acting = {one for one in filled if one[1] != "style"}
    assert acting == {
        ("template.html", "href", "#{{ one.anchor }}"),
        ("map_card.html", "src", "{{ map.still }}"),  # a data: URL of pixels, as is the next
        ("template.html", "src", "{{ picture.wide }}"),
    }


def test_scripts_put_text_into_pages_as_text() -> None:
    assert len(SCRIPTS) >= 5
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in text, f"{path.name}: {way}"


def test_nothing_is_declared_safe_in_a_template() -> None:
    for path in TEMPLATES:
        assert not re.search(r"\|\s*safe\b|autoescape", path.read_text(encoding="utf-8")), path.name
