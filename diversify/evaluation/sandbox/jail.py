"""How a program is shut in: by bubblewrap, or, where the user says so, by limits alone."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from diversify.config.score import ScoreOptions
from diversify.errors import ConfigError
from diversify.evaluation.sandbox import program
from diversify.evaluation.sandbox.mounts import OWN_FOLDER, PACKAGES, Mounts, mounts

if TYPE_CHECKING:
    from diversify.evaluation.sandbox.running import Running

MEGABYTE = 1 << 20
TELL = "{tell}"
OPEN_FILES = 64
START = f"from {program.__name__} import main; main()"
USERS = range(60_000, 65_000)
"""Numbers of users that distributions leave free, in containers too; each run as root takes the
next, so that its processes are counted by themselves."""
EASY_TO_KILL = ("sh", "-c", 'echo 1000 > /proc/self/oom_score_adj; exec "$@"', "sh")
"""Where memory runs short all the same, the system ends the sandbox and nobody else."""


@dataclass(frozen=True)
class Jail:
    """What a sandbox is started with."""

    limits: dict[str, int]
    """Bytes and numbers by name, as the program inside expects them."""
    packages: tuple[str, ...]
    """Where programs find NumPy."""
    command: tuple[str, ...]
    """The command line; bubblewrap tells of itself through the descriptor that replaces `TELL`."""
    environment: dict[str, str]
    folder: Path | None
    """Working folder of a program that is not shut in; None: the sandbox has its own."""
    users: Iterator[int] | None
    """Users for the programs, if we are root."""
    running: "set[Running]" = field(default_factory=set)
    """The sandboxes that have been started and have not ended."""

    @property
    def is_safe(self) -> bool:
        """Say whether programs are shut in."""
        return self.folder is None

    def end_all(self) -> None:
        """End all programs; those who wait for them find that they say no more."""
        for one in list(self.running):
            one.kill()


@contextmanager
def jail(options: ScoreOptions) -> Iterator[Jail]:
    """Make ready what all sandboxes of a run share.

    Raises:
        ConfigError: there is no bubblewrap, and the user has not said `--unsafe-exec`.
    """
    shown = mounts()
    limits = {
        "memory": options.memory_mb * MEGABYTE,
        "file": options.file_mb * MEGABYTE,
        "output": options.output_mb * MEGABYTE,
        "processes": options.processes,
        "files": OPEN_FILES,
    }
    if not options.unsafe_exec:
        yield _shut_in(shown, limits)
        return
    with tempfile.TemporaryDirectory(prefix="diversify-") as folder:
        yield _limited(shown, limits, Path(folder))


def _shut_in(shown: Mounts, limits: dict[str, int]) -> Jail:
    wrapper = shutil.which("bwrap")
    if wrapper is None:
        raise ConfigError(
            "score runs model-written programs under bubblewrap, which is not here: install it "
            "(apt install bubblewrap), or run them unprotected with --unsafe-exec"
        )
    is_root = os.geteuid() == 0
    environment = _environment(OWN_FOLDER, "/tmp", shown)
    command = [
        *(*EASY_TO_KILL, wrapper, *_walls(is_root)),
        *(word for name, value in environment.items() for word in ("--setenv", name, value)),
        *_shown(shown),
        *("--dev-bind", "/dev/null", "/dev/null"),
        *("--perms", "1777", "--size", str(limits["file"]), "--tmpfs", "/tmp"),
        *("--remount-ro", "/", "--chdir", "/tmp"),
    ]
    first = os.getpid() * 7 % len(USERS)
    users = itertools.cycle([*USERS[first:], *USERS[:first]]) if is_root else None
    interpreter = _interpreter(shown)
    path = {"PATH": os.environ.get("PATH", os.defpath)}
    return Jail(limits, (PACKAGES,), (*command, *interpreter), path, None, users)


def _walls(is_root: bool) -> list[str]:
    """Give the options that put a program apart from the rest of the machine."""
    apart = ["--info-fd", TELL, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    apart += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    if is_root:
        # a user name space would make us root for the kernel still, whose processes have no limit
        capabilities = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
        return [*apart, *capabilities]
    return [*apart, "--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]


def _shown(shown: Mounts) -> Iterator[str]:
    """Give the options that show the interpreter and what it needs, for reading only."""
    places = [(shown.executable, shown.executable)]
    places += [(shown.standard_library, shown.standard_library)]
    places += [*shown.libraries, *shown.own, *shown.packages]
    inside = ["/dev/null", *(there for _, there in places)]
    above = {str(folder) for there in inside for folder in Path(there).parents}
    for folder in sorted(above - {"/"}):
        # bubblewrap would make them for root alone
        yield from ("--perms", "0755", "--dir", folder)
    for here, there in places:
        yield from ("--ro-bind", here, there)
    for folder in shown.hidden:
        yield from ("--tmpfs", folder, "--remount-ro", folder)


def _limited(shown: Mounts, limits: dict[str, int], folder: Path) -> Jail:
    """Make a folder where a program finds what it would find in the sandbox."""
    for here, there in (*shown.own, *shown.packages):
        link = folder / there.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(here)
    work = folder / "work"
    work.mkdir()
    # a limit of processes would count all others of this user
    limits = limits | {"processes": -1}
    environment = _environment(str(folder) + OWN_FOLDER, str(work), shown)
    packages = (str(folder) + PACKAGES,)
    return Jail(limits, packages, _interpreter(shown), environment, work, None)


def _interpreter(shown: Mounts) -> tuple[str, ...]:
    # no site packages, no bytecode written, nothing imported from the working folder
    return (shown.executable, "-S", "-B", "-P", "-c", START)


def _environment(own: str, home: str, shown: Mounts) -> dict[str, str]:
    folders = dict.fromkeys(str(Path(there).parent) for _, there in shown.libraries)
    return {
        "PYTHONPATH": own,
        # the order of sets must be the same for a program and for the reference
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "HOME": home,
        "TMPDIR": home,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "LD_LIBRARY_PATH": ":".join(folders),
    }
