"""What bandit finds in the package is explained here, line by line counted; anything new fails."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("bandit")

ROOT = Path(__file__).parents[2]

ANYWHERE = {
    "B101": "an assert states what we believe about our own code; data are checked by DataError",
    "B311": "a seeded generator draws rows, not secrets: the same seed must give the same bytes",
    "B404": "subprocess is used with lists of words; B602 and B604 to B607 watch over each call",
}
EXPLAINED = {
    ("B102", "evaluation/sandbox/program.py"): (1, "runs strange code inside the sandbox"),
    ("B105", "synth/algebraic/parser.py"): (2, "tokens of an expression are no passwords"),
    ("B106", "curation/lsa.py"): (1, "a pattern of tokens is no password"),
    ("B108", "evaluation/sandbox/jail.py"): (3, "/tmp of the sandbox: a tmpfs of its own"),
    ("B603", "evaluation/sandbox/mounts.py"): (1, "a list of words: ldd and files of ours"),
    ("B607", "evaluation/sandbox/mounts.py"): (1, "ldd, as the system has it on its path"),
    ("B603", "evaluation/sandbox/running.py"): (1, "a list of words: bwrap, and our own program"),
    ("B603", "io/snakemake.py"): (1, "a list of words: this python and snakemake"),
    ("B615", "evaluation/harness/sources.py"): (1, "its revision is asked for and written down"),
    ("B615", "evaluation/writing/vllm_writer.py"): (2, "a folder that this run trained"),
    ("B615", "io/minilm.py"): (1, "local files only, and its weights' hash is checked"),
    ("B615", "io/models.py"): (2, "the commit that is got names the model in every summary"),
    ("B615", "io/test_sets/hub_benchmarks.py"): (1, "its revision is written down"),
    ("B615", "io/tokens.py"): (1, "a tokenizer counts tokens; none of its code is run"),
    ("B704", "report/map_page.py"): (3, "style, script and policy are files of the package"),
    ("B704", "report/map_view.py"): (1, "JSON whose <, > and & are escaped for a script element"),
    ("B704", "report/measure_page.py"): (2, "style and policy are files of the package"),
    ("B704", "report/page.py"): (3, "style, script and policy are files of the package"),
    ("B603", "workflow/conda.py"): (1, "a list of words: conda asked for its version"),
    ("B607", "workflow/conda.py"): (1, "conda, as Snakemake will find it on the path"),
}
"""Finding and file -> how many there are, and why they may stay."""


@pytest.fixture(scope="module")
def found():
    words = ["-m", "bandit", "--quiet", "--recursive", "--format", "json", "diversify"]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert report["errors"] == []
    assert report["metrics"]["_totals"]["loc"] > 10_000
    return report["results"]


def test_every_finding_is_explained(found):
    counted = Counter(
        (one["test_id"], one["filename"].removeprefix("diversify/"))
        for one in found
        if one["test_id"] not in ANYWHERE
    )
    assert counted == {key: count for key, (count, _) in EXPLAINED.items()}


def test_nothing_severe_is_found(found):
    assert not [one for one in found if one["issue_severity"] == "HIGH"]


def test_no_finding_is_hushed_at_its_line():
    modules = list((ROOT / "diversify").rglob("*.py"))
    assert len(modules) > 300
    assert not [path for path in modules if "nosec" in path.read_text(encoding="utf-8")]
