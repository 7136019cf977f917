"""A run of the small preset in a folder of its own: started, watched, and held against another."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = Path(__file__).with_name("small.yaml")
BLOCK = re.compile(r"^(?:local)?rule (\w+):\n((?: {4}.*\n)+)", re.MULTILINE)
PRINTED = re.compile(r"^(?:local)?rule (\w+):\n((?: {4}.*\n)+)Shell command: (.*)\n", re.MULTILINE)
FINISHED = re.compile(r"^Finished jobid: (\d+) ", re.MULTILINE)


class Run:
    """A folder in which the small preset runs."""

    def __init__(self, folder, config=SMALL, cores=2):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.config, self.cores = folder, config, cores
        self.starts = 0

    @property
    def results(self):
        return self.folder / "results"

    def start(self, *words, **environment):
        """Start Snakemake in a session of its own; what it says goes to a file."""
        self.starts += 1
        places = ["--snakefile", ROOT / "Snakefile", "--configfile", ROOT / "config.yaml"]
        call = [
            sys.executable, "-m", "snakemake", "--cores", self.cores, *places, self.config, *words,
        ]  # fmt: skip
        with self.said_path.open("w") as said:
            return subprocess.Popen(
                [str(word) for word in call],
                cwd=self.folder,
                env=surroundings() | environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def snakemake(self, *words, check=True, **environment):
        """Run Snakemake to its end; gives everything it says."""
        code = self.start(*words, **environment).wait()
        said = self.said()
        if check and code:
            raise AssertionError(said + self.logs())
        return said

    @property
    def said_path(self):
        return self.folder / f"said-{self.starts}.txt"

    def commands(self):
        """Give the shell line of each job by rule and wildcards, as Snakemake printed them."""
        found = {}
        for rule, block, line in PRINTED.findall(self.said()):
            wildcards = re.search("wildcards: (.*)", block)
            part = re.search(r"part=(\w+)", wildcards[1]) if wildcards else None
            found[f"{rule} {part[1]}" if part else rule] = line
        return found

    def said(self):
        return self.said_path.read_text()

    def logs(self):
        """Everything that the jobs said."""
        paths = sorted((self.folder / "logs").rglob("*.log"))
        return "".join(f"\n{path.name}:\n{path.read_text()}" for path in paths)


def command(line, folder, prelude=""):
    """Run the shell line of a job by itself, as one who pastes it; gives the exit code."""
    call = ["bash", "-c", f"set -euo pipefail; {prelude}{line}"]
    return subprocess.Popen(call, cwd=folder, env=surroundings())


def surroundings():
    """Variables for a run that leaves this one alone."""
    kept = {name: value for name, value in os.environ.items() if name != "DIVERSIFY_RUN"}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**kept, "PATH": path, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


def jobs(said):
    """Name the jobs that Snakemake started and those that it saw finish, by rule and outputs."""
    started, finished = {}, set()
    for rule, block in BLOCK.findall(said):
        fields = dict(line.strip().partition(": ")[::2] for line in block.splitlines())
        started[fields["jobid"]] = (rule, tuple(fields.get("output", "").split(", ")))
    for number in FINISHED.findall(said):
        finished.add(started[number])
    return set(started.values()), finished
