"""The container recipe is read, not built: the lock, the Python and the files that it copies."""

import re
from pathlib import Path

import pytest

from diversify.workflow.environments import PYTHON

ROOT = Path(__file__).parents[3]
RECIPE = (ROOT / "envs/Dockerfile").read_text()


def instructions():
    """Instructions in their order, continued lines joined and comments left out."""
    whole = re.sub(r"^\s*#.*\n", "", RECIPE, flags=re.M).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in whole.splitlines() if line.strip()]


def of(word):
    return [rest for name, rest in instructions() if name == word]


def test_the_python_is_that_of_the_environments():
    [base] = of("FROM")
    assert base.startswith(f"python:{PYTHON}-slim")


def test_packages_are_those_of_the_lock_and_what_is_copied_is_there():
    install = next(run for run in of("RUN") if "pip install" in run)
    assert "--constraint requirements.lock" in install
    assert "pip check" in install
    sources = [word for copied in of("COPY") for word in copied.split()[:-1]]
    assert {"requirements.lock", "pyproject.toml", "diversify", "Snakefile", "rules"} <= set(
        sources
    )
    for source in sources:
        assert (ROOT / source).exists(), source


def test_the_lock_is_copied_before_it_is_used():
    order = [f"{name} {rest}" for name, rest in instructions()]
    copied = next(
        n for n, line in enumerate(order) if "COPY" in line and "requirements.lock" in line
    )
    used = next(n for n, line in enumerate(order) if "--constraint" in line)
    assert copied < used


def test_another_build_of_torch_can_be_asked_for():
    assert of("ARG") == ["TORCH_INDEX="]
    assert '${TORCH_INDEX:+--extra-index-url "${TORCH_INDEX}"}' in RECIPE


def test_the_sandbox_is_there_and_nothing_runs_as_root():
    assert any("bubblewrap" in run for run in of("RUN"))
    words = [name for name, _ in instructions()]
    assert of("USER") == ["1000"]
    assert "RUN" not in words[words.index("USER") :]


@pytest.mark.parametrize("extra", ["minilm", "static", "density", "s3", "evaluation"])
def test_extras_of_the_image_are_those_of_the_project(extra):
    assert f"\n{extra} = " in (ROOT / "pyproject.toml").read_text()
    assert re.search(rf"\.\[[^\]]*\b{extra}\b", RECIPE)
