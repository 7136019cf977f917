"""The hooks of pre-commit, in a clone: they pass on what is there and fail on what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit")
pytestmark = pytest.mark.workflow

ROOT = Path(__file__).parents[2]


def pre_commit(folder, *words):
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *words],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(folder),
            "PRE_COMMIT_HOME": str(folder.parent / "cache"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone") / "diversify"
    subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
    return folder


def test_the_config_is_valid_and_fetches_nothing(clone):
    code, said = pre_commit(clone, "validate-config", ".pre-commit-config.yaml")
    assert code == 0, said
    repositories = [
        line for line in (clone / ".pre-commit-config.yaml").read_text().splitlines()
        if "repo:" in line
    ]  # fmt: skip
    assert repositories == ["  - repo: local"]


def test_every_hook_passes_on_what_is_committed(clone):
    code, said = pre_commit(clone, "run", "--all-files")
    assert code == 0, said
    assert said.count("Passed") == 7 and "Skipped" not in said


@pytest.mark.parametrize(
    ("file", "text", "hook"),
    [
        ("diversify/records.py", "x  =  1\n", "ruff format"),
        ("diversify/records.py", "import os\n", "ruff check"),
        ("rules/report.smk", "rule  odd :\n    input: 'x'\n", "snakefmt"),
        ("diversify/config/report.py", "    more: int = 1\n", "the schema is that of the code"),
    ],
)
def test_a_hook_fails_on_what_it_watches_over(clone, file, text, hook):
    path = clone / file
    before = path.read_text()
    path.write_text(before + text)
    try:
        hooks = {
            "ruff format": "ruff-format",
            "ruff check": "ruff",
            "the schema is that of the code": "schema",
        }
        code, said = pre_commit(clone, "run", hooks.get(hook, hook), "--files", file)
    finally:
        path.write_text(before)
    assert code == 1, said
    assert "Failed" in said
