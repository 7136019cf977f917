"""The worked examples of CONTRIBUTING.md, followed word by word in a copy of the checkout."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.workflow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"(?P<said>[^\n]*(?:\n[^\n]+)*):\n\n```(?P<kind>\w+)\n(?P<text>.*?)\n```", re.DOTALL
)
PATH = re.compile(r"`([^`\s]+\.\w+)`$")


def steps(heading):
    """Give the blocks under a heading, each with the sentence that leads to it."""
    [section] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    found = list(STEP.finditer(section))
    assert len(found) == section.count("```") / 2 and len(found) >= 2
    return found


def follow(folder, step):
    """Do what a block says: write a file, add to one, change one, or run commands."""
    kind, text = step["kind"], step["text"] + "\n"
    if kind == "sh":
        run(folder, text)
        return
    path = folder / PATH.search(step["said"])[1]
    if kind == "diff":
        lines = text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        # the last line of a block may be the beginning of a longer one
        old, new = old.removesuffix("\n"), new.removesuffix("\n")
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{path.name} no longer holds, once:\n{old}"
        path.write_text(before.replace(old, new), encoding="utf-8")
    elif "At the end of" in step["said"]:
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{text}", encoding="utf-8")
    else:
        assert "new file" in step["said"] and not path.exists()
        path.write_text(text, encoding="utf-8")


def run(folder, commands):
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def copy(bare, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(bare.folder, folder, symlinks=True)
    return folder


def test_a_strategy_is_added_as_the_page_says(copy):
    for step in steps("Add a strategy"):
        follow(copy, step)
    manifest = json.loads((copy / "mix.manifest.json").read_text())
    assert "outlying" in json.dumps(manifest)
    assert len((copy / "mix.jsonl").read_text().splitlines()) == 3


def test_an_experiment_is_added_as_the_page_says(copy):
    for step in steps("Add an experiment"):
        follow(copy, step)


def test_a_stage_is_added_as_the_page_says(copy):
    for step in steps("Add a stage"):
        follow(copy, step)
    told = json.loads((copy / "results/smoke-data/lengths/summary.json").read_text())
    assert told["options"] == {"longest": 8}
    assert 0 < told["long"] < told["rows"]
    run(copy, "python -m diversify report results/smoke-data/lengths/summary.json --out page.html")
