"""Snakemake's own report of a finished run: captions, figures, cards and pages are in it."""

import html
import re
import zipfile

import pytest

pytestmark = pytest.mark.workflow

TARGETS = ("results/smoke-report/index.html", "smoke_rewrite", "smoke_data")
CAPTIONS = {
    "page.rst": "All experiments of the run on one page",
    "experiment.rst": "on a page of its own",
    "figure.rst": "Points are means over seeds",
    "card.rst": "no better than chance, and the card says so",
    "workflow.rst": "With a fixed number of training rows, which rows?",
}


@pytest.fixture(scope="module")
def reported(finished, tmp_path_factory):
    """A copy of the finished run with the pages of two experiments, and its report as one file."""
    finished.snakemake("--quiet", "rules", "--", *TARGETS)
    out = tmp_path_factory.mktemp("report") / "report.html"
    finished.snakemake("--report", str(out), "--", *TARGETS)
    return html.unescape(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CAPTIONS)
def test_each_caption_is_in_the_report(reported, name):
    assert CAPTIONS[name] in re.sub(r"\s+", " ", reported.replace("\\n", " "))


def test_each_caption_file_is_named_by_a_rule(finished):
    rules = [finished.folder / "Snakefile", *sorted((finished.folder / "rules").glob("*.smk"))]
    text = "".join(path.read_text() for path in rules)
    written = {path.name for path in (finished.folder / "workflow/report").glob("*.rst")}
    assert written == set(re.findall(r"workflow/report/(\w+\.rst)", text))


def test_figures_cards_and_pages_are_inside_with_their_labels(reported):
    for category in ("Pages", "Figures", "Report cards"):
        assert f'"{category}"' in reported
    assert "smoke-rewrite-accuracy.svg" in reported
    assert "share0-budget400-seed0" in reported and "share50-budget400-seed0" in reported
    assert "all experiments" in reported


def test_captions_know_their_experiment_and_mix(reported):
    told = re.sub(r"<[^>]+>", "", reported)
    assert "How diverse the mix share50-budget400-seed0 of smoke-data is" in told


def test_the_report_asks_for_nothing_over_the_network(reported):
    assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="https?://', reported)


def test_as_a_zip_it_holds_the_same_files(finished, tmp_path):
    finished.snakemake("--report", str(tmp_path / "report.zip"), "--", *TARGETS)
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert any(name.endswith("report.html") for name in names)
    assert any(name.endswith("smoke-rewrite-accuracy.svg") for name in names)
    assert sum(name.endswith("card.html") for name in names) == 2
