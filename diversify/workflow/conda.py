"""What `--use-conda` needs, said in one line before anything is built."""

import re
import subprocess

from packaging.version import Version

from diversify.errors import ConfigError

OLDEST = "24.7.1"
"""Snakemake works with no conda older than this."""
ADVICE = (
    f"install conda {OLDEST} or later (https://conda-forge.org/download), or leave --use-conda out "
    "and run in an environment that holds the packages (docs/environments.md)"
)


def check_conda() -> None:
    """See that the shell which Snakemake will ask finds a conda, and one that is new enough.

    Raises:
        ConfigError: says what to do instead.
    """
    # as Snakemake asks: some have conda as a function of their shell, which `which` does not see
    asked = subprocess.run(
        ["bash", "-c", "conda --version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\d+\.\d+\.\d+", asked.stdout)
    if asked.returncode or found is None:
        raise ConfigError(f"there is no conda on the PATH: {ADVICE}")
    if Version(found[0]) < Version(OLDEST):
        raise ConfigError(f"conda {found[0]} is too old: {ADVICE}")
