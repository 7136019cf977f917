import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "config")
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *(page for folder in FOLDERS for page in sorted((ROOT / folder).rglob("*.md"))),
]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_docs_leads_somewhere(page):
    for found in LINK.finditer(page.read_text()):
        target = found[1] or found[2]
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_each_claim_of_the_table_leads_to_tests():
    rows = [line for line in (ROOT / "README.md").read_text().splitlines() if "](tests/" in line]
    assert len(rows) >= 20
    for row in rows:
        test = ROOT / re.findall(r"\]\((tests/[^)]+)\)", row)[-1]
        assert "def test_" in test.read_text(), row
