"""A copy of the repository in which the smoke preset has run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT_OUT_NAMES = (".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "docs")
KEPT_OUT = shutil.ignore_patterns(*KEPT_OUT_NAMES)
SMOKE = "workflow/presets/smoke.yaml"


class Checkout:
    """A checkout of the project that a test may edit and run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def snakemake(self, *words, configs=(SMOKE,), check=True, cwd=None):
        """Run Snakemake on the smoke preset, or on other configs; gives everything it prints."""
        done = subprocess.run(
            [
                sys.executable, "-m", "snakemake", "--cores", "2",
                "--configfile", *(self.folder / config for config in configs), *words,
            ],
            cwd=cwd or self.folder,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def diversify(self, *words, cwd=None):
        """Run a command of this checkout; gives everything it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "diversify", *map(str, words)],
            cwd=cwd or self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def rules_to_rerun(self):
        """Names of the rules that a dry run would start."""
        said = self.snakemake("--dry-run")
        if "Nothing to be done" in said:
            return set()
        table = said.split("Job stats:")[1].split("total")[0].splitlines()[3:]
        return {line.split()[0] for line in table if line.strip()} - {"all"}

    def edit(self, name, old, new):
        """Replace text in a file, and make sure that it was there."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The smoke preset, run to its end once; earlier results of this checkout are taken along."""
    folder = tmp_path_factory.mktemp("finished") / "checkout"
    shutil.copytree(ROOT, folder, ignore=KEPT_OUT, symlinks=True)  # keeps modification times
    checkout = Checkout(folder)
    checkout.snakemake("--quiet", "rules")
    return checkout


@pytest.fixture
def checkout(finished, tmp_path):
    """A fresh copy of the finished checkout, to edit."""
    folder = tmp_path / "checkout"
    shutil.copytree(finished.folder, folder, symlinks=True)
    return Checkout(folder)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A checkout in which nothing has run."""
    folder = tmp_path_factory.mktemp("bare") / "checkout"
    aside = shutil.ignore_patterns(*KEPT_OUT_NAMES, "results", "logs", ".snakemake", "checkpoints")
    shutil.copytree(ROOT, folder, ignore=aside, symlinks=True)
    return Checkout(folder)
