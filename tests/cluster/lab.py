"""A whole Slurm on one machine: installed, started, disturbed and stopped by the tests.

One node, munge, controller and node daemon, on loopback alone, without systemd, cgroups or
accounting. The daemons are Debian's; the two GPUs of the node are copies of /dev/null, which Slurm
counts and hands out like any. Memory is enforced: a job above what it asked for is killed.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("munge", "slurmctld", "slurmd", "slurm-client")
ETC = Path("/etc/slurm")
"""Where Slurm's own commands look; the plugin drops `SLURM_CONF` before its inner `srun`."""
CPUS = 2
GPUS = 2
SECONDS = 30

CONF = Path(__file__).with_name("slurm.conf")
"""With gaps in braces."""


def cannot_start() -> str:
    """Say why no Slurm can be started here; empty where one can."""
    if os.geteuid() != 0:
        return "a Slurm of one's own needs root"
    if not _installed() and not shutil.which("apt-get"):
        return "Slurm is not installed, and there is no apt-get"
    for name in ("slurm.conf", "gres.conf"):
        if (ETC / name).exists() and not (ETC / name).is_symlink():
            return f"{ETC / name} belongs to another Slurm"
    return ""


def install() -> None:
    """Install Debian's packages, where they are missing."""
    if _installed():
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    subprocess.run([*apt, "update"], env=quiet, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*apt, "install", "-y", "--no-install-recommends", *PACKAGES],
        env=quiet,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _installed() -> bool:
    return all(map(shutil.which, ("munged", "slurmctld", "slurmd", "sbatch")))


@dataclass(frozen=True)
class Job:
    """A line of squeue."""

    number: str
    state: str
    memory: str
    limit: str
    comment: str
    name: str
    cpus: str


class Lab:
    """A running Slurm, and what may happen to it."""

    def __init__(self, folder: Path) -> None:
        """Write the configuration; nothing is started yet."""
        self.folder = folder
        self.node = socket.gethostname().split(".")[0]
        for name in ("ctld", "slurmd"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20 * 9 // 10
        named = {"node": self.node, "folder": folder, "cpus": CPUS, "memory": memory, "gpus": GPUS}
        (folder / "slurm.conf").write_text(CONF.read_text().format(**named))
        (folder / "gres.conf").write_text("".join(f"Name=gpu File={gpu}\n" for gpu in self._gpus()))

    def _gpus(self) -> list[Path]:
        """Make device nodes: without them Slurm 22.05 counts no GPU."""
        made = [self.folder / f"gpu{number}" for number in range(GPUS)]
        for path in made:
            if not path.exists():
                os.mknod(path, 0o666 | 0o020000, os.makedev(1, 3))
        return made

    def start(self) -> None:
        """Start munge, the controller and the node, and wait until the node takes jobs."""
        for name in ("slurm.conf", "gres.conf"):
            (ETC / name).unlink(missing_ok=True)
            (ETC / name).symlink_to(self.folder / name)
        if not _works("munge", "-n"):
            self._start_munge()
        self.start_controller()
        subprocess.run(["slurmd", "-N", self.node], check=True)
        wait_until(lambda: self.node_state() == "idle", "the node takes jobs")

    def _start_munge(self) -> None:
        for run in (Path("/run/munge"), Path("/var/log/munge"), Path("/var/lib/munge")):
            run.mkdir(exist_ok=True)
            shutil.chown(run, "munge", "munge")
        pid = "/run/munge/munged.pid"
        words = ["setpriv", "--reuid=munge", "--regid=munge", "--init-groups"]
        subprocess.run([*words, "munged", "--pid-file", pid], check=True)
        wait_until(lambda: _works("munge", "-n"), "munge answers")
        (self.folder / "munged.pid").write_text(Path(pid).read_text())

    def start_controller(self) -> None:
        """Start slurmctld, with the jobs that it knew when it ended."""
        subprocess.run(["slurmctld", "-i"], check=True)
        wait_until(lambda: _works("scontrol", "ping"), "the controller answers")

    def bring_controller_back(self) -> None:
        """Start slurmctld again, and wait until it has heard of the node: a star marks silence."""
        self.start_controller()
        wait_until(lambda: "*" not in self.node_state(), "the node answers the controller")

    def stop_controller(self) -> None:
        """End slurmctld; jobs go on, and nobody can ask for them."""
        self._end("slurmctld")

    def mend(self) -> None:
        """Make good what a test may have left: no controller, a closed node, jobs."""
        if not _works("scontrol", "ping"):
            self.bring_controller_back()
        self._say("scancel", "--user", "root")
        if self.node_state().startswith(("drain", "down")):
            self.set_node("resume")
        wait_until(lambda: self.node_state() == "idle", "the node is idle")

    def stop(self) -> None:
        """End what was started; take the links away, by which every Snakemake asks for Slurm."""
        if _works("scontrol", "ping"):
            subprocess.run(["scancel", "--user", "root"], check=False)
        for name in ("slurmd", "slurmctld", "munged"):
            self._end(name)
        for name in ("slurm.conf", "gres.conf"):
            if (ETC / name).is_symlink():
                (ETC / name).unlink()

    def _end(self, daemon: str) -> None:
        file = self.folder / f"{daemon}.pid"
        if not file.exists():
            return
        pid = int(file.read_text())
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not _runs(pid), f"{daemon} ends")
        file.unlink(missing_ok=True)

    def node_state(self) -> str:
        """Give the node's state in sinfo's words."""
        return self._say("sinfo", "-h", "-o", "%T").strip()

    def set_node(self, state: str) -> None:
        """Drain, resume or take down the node, as an administrator would."""
        self._say("scontrol", "update", f"nodename={self.node}", f"state={state}", "reason=test")

    def jobs(self) -> list[Job]:
        """List all jobs since the start, in the order in which they came."""
        said = self._say("squeue", "-h", "-a", "-r", "--states=all", "-o", "%i|%T|%m|%l|%k|%j|%C")
        found = [Job(*line.split("|")) for line in said.splitlines()]
        return sorted(found, key=lambda job: [int(part) for part in job.number.split("_")])

    def jobs_named(self, name: str) -> list[Job]:
        """List the jobs of one run: the plugin names all of them by it."""
        return [job for job in self.jobs() if job.name == name]

    def gpus(self, job: Job) -> int:
        """Count the GPUs that a job asked for: for itself by --gpus, for its node by --gres."""
        said = self._say("scontrol", "show", "job", job.number)
        asked = re.search(r"TresPer(?:Job|Node)=gres:gpu:(\d+)", said)
        return int(asked[1]) if asked else 0

    def cancel(self, job: Job) -> None:
        """Cancel a job as its owner would."""
        self._say("scancel", job.number)

    def limit(self, job: Job, minutes: int) -> None:
        """Shorten a job's time, as an administrator would."""
        self._say("scontrol", "update", f"jobid={job.number}", f"timelimit={minutes}")

    def cancel_run(self, name: str) -> None:
        """Cancel what a run has left in the queue."""
        self._say("scancel", "--name", name)

    @staticmethod
    def _say(*words: str) -> str:
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def _runs(pid: int) -> bool:
    """Say whether a process is there and not a zombie, which some machines' init leaves about."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _works(*words: str) -> bool:
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode == 0


def wait_until(true, what: str, seconds: float = SECONDS) -> None:
    """Ask again and again, and give up with what was waited for."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s in vain until {what}"
        time.sleep(0.2)
