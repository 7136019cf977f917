import shutil

import pytest
from snakemake.deployment.conda import MIN_CONDA_VER

from diversify.errors import ConfigError
from diversify.workflow.conda import OLDEST, check_conda


@pytest.fixture
def conda(tmp_path, monkeypatch):
    """Put a conda that says this first on the PATH; without one there is none."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def says(text, code=0):
        program = tmp_path / "conda"
        program.write_text(f"#!/bin/sh\necho '{text}'\nexit {code}\n")
        program.chmod(0o755)

    return says


def refused():
    with pytest.raises(ConfigError) as caught:
        check_conda()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("version", ["24.7.1", "24.11.0", "26.7.1"])
def test_a_conda_that_snakemake_works_with_is_taken(conda, version):
    conda(f"conda {version}")
    check_conda()


@pytest.mark.parametrize("version", ["4.14.0", "24.1.2", "24.7.0"])
def test_an_older_one_is_named_with_what_to_do(conda, version):
    conda(f"conda {version}")
    told = refused()
    assert told.startswith(f"conda {version} is too old: install conda 24.7.1 or later")
    assert "leave --use-conda out" in told


def test_without_one_the_line_says_what_to_do(conda):
    told = refused()
    assert told.startswith("there is no conda on the PATH: install conda 24.7.1 or later")
    assert "docs/environments.md" in told


@pytest.mark.parametrize(("text", "code"), [("conda 26.7.1", 1), ("command not found", 0)])
def test_one_that_does_not_answer_is_as_none(conda, text, code):
    conda(text, code)
    assert refused().startswith("there is no conda")


def test_a_conda_that_is_a_function_of_the_shell_is_seen(conda, monkeypatch):
    assert shutil.which("conda") is None
    monkeypatch.setenv("BASH_FUNC_conda%%", "() { echo conda 26.7.1; }")
    check_conda()


def test_the_oldest_conda_is_the_one_that_snakemake_asks_for():
    assert OLDEST == MIN_CONDA_VER
