"""A machine that has conda, as far as Snakemake can tell, and a checkout to run there."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.workflow.conda.channel import make_channel

STANDIN = Path(__file__).with_name("standin.py")
ACTIVATE = 'export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n'
WITNESS = """\
import os, pathlib, sys
with pathlib.Path(__file__).with_name("ran.txt").open("a") as ran:
    print(sys.prefix, os.getcwd(), *sys.orig_argv[1:], file=ran)
"""
"""Python imports `sitecustomize` at its start: each job says which interpreter it runs in."""


class Machine:
    """A folder with a conda in it, its channel, and the environments that are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environments = folder / "environments"
        (folder / "bin").mkdir(parents=True)
        self.place_conda(f"#!{sys.executable}\n{STANDIN.read_text()}")
        (folder / "bin" / "activate").write_text(ACTIVATE)
        channels = {"conda-forge": [make_channel(folder / "channel")]}
        (folder / ".condarc").write_text(yaml.safe_dump({"custom_multichannels": channels}))

    def place_conda(self, text: str) -> None:
        """Put a program in conda's place."""
        path = self.folder / "bin" / "conda"
        path.write_text(text)
        path.chmod(0o755)

    def snakemake(self, checkout: Path, *words, cwd: Path | None = None):
        """Run the smoke preset of a checkout with `--use-conda`, and what else is asked."""
        path = [self.folder / "bin", Path(sys.executable).parent, os.environ["PATH"]]
        configs = [checkout / "config.yaml", checkout / "workflow/presets/smoke.yaml"]
        return subprocess.run(
            [
                sys.executable, "-m", "snakemake", "--cores", "2", "--use-conda",
                "--snakefile", checkout / "Snakefile", "--configfile", *configs,
                "--conda-prefix", self.environments, *words,
            ],
            cwd=cwd or checkout,
            # nothing but what the rules set themselves
            env={**os.environ, "PATH": ":".join(map(str, path)), "PYTHONPATH": ""},
            capture_output=True,
            text=True,
        )  # fmt: skip


def watched(checkout: Path) -> Path:
    """Have each Python that finds the checkout's package write down where it runs."""
    (checkout / "sitecustomize.py").write_text(WITNESS)
    return checkout / "ran.txt"


def jobs_run(ran: Path) -> dict[str, set[tuple[str, str]]]:
    """Give prefix and working folder of the interpreters that ran each command."""
    found: dict[str, set[tuple[str, str]]] = {}
    for line in ran.read_text().splitlines():
        prefix, folder, *words = line.split()
        if words[:2] == ["-m", "diversify"]:
            found.setdefault(words[2], set()).add((prefix, folder))
    return found
