"""What the project says of itself, in the files that others' tools look for."""

import tomllib
from pathlib import Path

import yaml

from diversify import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_citation_has_what_the_format_asks_for():
    """The required keys of CFF 1.2.0, and those that say which version is cited."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert cited["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type", "license", "version"} <= cited.keys()
    assert cited["authors"] and all(
        {"name", "family-names"} & one.keys() for one in cited["authors"]
    )
    assert (cited["version"], cited["license"]) == (__version__, PROJECT["license"])
    for reference in cited["references"]:
        assert {"type", "title", "authors"} <= reference.keys()


def test_the_licence_is_there_under_its_name():
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:200]
    assert PROJECT["license-files"] == ["LICENSE"]


def test_the_changelog_begins_with_this_version():
    headings = [
        line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")
    ]
    assert headings[0].split()[1] == __version__


def test_the_catalog_finds_what_it_looks_for():
    """A standardised workflow: its entry, rules, a page on its config, and how it is called."""
    for name in ("workflow/Snakefile", "config/README.md", "LICENSE", "README.md"):
        assert (ROOT / name).is_file()
    assert list((ROOT / "rules").glob("*.smk"))
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert set(usage["mandatory-flags"]) == {"desc", "flags"}
    deployment = usage["software-stack-deployment"]
    assert {"conda", "apptainer", "apptainer+conda"} <= deployment.keys()
    # nested, as documented, and above, where the catalog's script reads it
    assert deployment["report"] is True and usage["report"] is True


def test_the_readme_says_the_words_by_which_the_catalog_finds_workflows():
    text = (ROOT / "README.md").read_text().lower()
    assert "snakemake" in text and "workflow" in text
