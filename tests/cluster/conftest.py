"""A real Slurm for all tests here, and runs of the workflow that may be disturbed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from . import lab

ROOT = Path(__file__).parents[2]
SMOKE = "workflow/presets/smoke.yaml"
MINIATURE = "tests/cluster/miniature.yaml"
PROFILE = "workflow/profiles/slurm"
HASTE = ["--cores", "2", "--slurm-init-seconds-before-status-checks", "5", "--latency-wait", "10"]
"""What a test asks otherwise than a cluster: two processors, and a look at the queue sooner."""
MINUTES = 8
counts = {"jobs": 0, "seconds": 0.0}


class Run:
    """A run of the workflow in a folder of its own."""

    def __init__(self, folder: Path, *configs: str) -> None:
        self.folder = folder
        self.configs = [ROOT / config for config in ("config.yaml", SMOKE, *configs)]
        self.log = folder / "snakemake.txt"
        self.ahead: list[Path] = []
        """Folders in which commands are looked for first."""

    def start(self, *words: str) -> None:
        """Begin, in a process group of its own; what was said before is forgotten."""
        path = ":".join(
            [*map(str, self.ahead), str(Path(sys.executable).parent), os.environ["PATH"]]
        )
        self.folder.mkdir(exist_ok=True)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile",
                    "--directory", self.folder, "--configfile", *self.configs, *words,
                ],
                env={**os.environ, "PATH": path, "OMP_NUM_THREADS": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def start_on_slurm(self, *words: str) -> None:
        """Begin through the profile."""
        self.start("--workflow-profile", str(ROOT / PROFILE), *HASTE, *words)

    def end(self) -> str:
        """Wait until all is done well, and give what was said."""
        assert self.process.wait(MINUTES * 60) == 0, self.said()
        return self.said()

    def fail(self) -> str:
        """Wait until it gives up, and give what was said."""
        assert self.process.wait(MINUTES * 60) == 1, self.said()
        return self.said()

    def kill(self) -> None:
        """Kill Snakemake and nothing else: its jobs on the cluster do not know."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def sweep(self) -> None:
        """End what is still at work in its folder: a node that really fails would have."""
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"{self.folder}/".encode() in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)

    def said(self) -> str:
        return self.log.read_text()

    def name(self) -> str:
        """Give what Slurm calls this run's jobs."""
        return self.said().split("SLURM run ID: ")[1].split()[0]

    def wait_for(self, pattern: str) -> None:
        """Wait until a file appears, and no longer than the run goes on."""

        def there():
            assert self.process.poll() is None, self.said()
            return any(self.folder.glob(pattern))

        lab.wait_until(there, f"{pattern} appears", MINUTES * 60)


@pytest.fixture(scope="session")
def started_slurm(tmp_path_factory):
    """A Slurm that runs as long as the tests do."""
    if reason := lab.cannot_start():
        pytest.skip(reason)
    lab.install()
    started = lab.Lab(tmp_path_factory.mktemp("slurm"))
    try:
        started.start()
        yield started
        counts["jobs"] += len(started.jobs())
    finally:
        started.stop()


@pytest.fixture
def slurm(started_slurm):
    """The same, mended after each test."""
    yield started_slurm
    started_slurm.mend()


@pytest.fixture
def run_of(tmp_path):
    """Make a run of the smoke preset and overlays on it; it ends with the test."""
    made = []

    def make(*configs):
        made.append(Run(tmp_path / f"run{len(made)}", *configs))
        return made[-1]

    yield make
    for one in made:
        one.kill()
        one.sweep()


@pytest.fixture
def run(run_of):
    return run_of(MINIATURE)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """Results of the miniature, run on this machine without Slurm."""
    local = Run(tmp_path_factory.mktemp("undisturbed") / "run", MINIATURE)
    local.start("--cores", "2")
    local.end()
    return local.folder / "results"


def pytest_configure(config):
    config.addinivalue_line("markers", "cluster: a real Slurm is started (needs root)")
    config.addinivalue_line("markers", "long: not in CI")
    counts["seconds"] = time.monotonic()


def pytest_terminal_summary(terminalreporter):
    """Count what was tried on a real Slurm."""
    cases = [one for one in terminalreporter.stats.get("passed", []) if "cluster" in one.keywords]
    if cases:
        seconds = time.monotonic() - counts["seconds"]
        terminalreporter.write_line(
            f"real Slurm: {len(cases)} cases passed, {counts['jobs']} jobs, {seconds:.0f} s in all"
        )
