"""What a program finds around it in the sandbox: the same as under EvalPlus.

That is: nothing to read from standard input, output thrown away, a time limit that rings in the
program itself, and the same functions taken away (Liu et al. 2023, release 0.3.1). None of this is
what keeps the program in.
"""

import builtins
import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

TAKEN: dict[Any, str] = {
    builtins: "exit quit open help",
    os: "kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename "
    "renames truncate replace unlink fchmod fchown chmod chown chroot lchflags lchmod lchown "
    "getcwd chdir",
}
"""Module -> functions that a program finds to be None, as under EvalPlus: those who use them fail
there, so they fail here."""
ABSENT = ("ipdb", "joblib", "resource", "psutil", "tkinter")
"""Modules that cannot be imported, for the same reason."""


class TimeIsUpError(Exception):
    """A call took longer than it may."""


class Nowhere(io.StringIO):
    """Takes what is written and forgets it; cannot be read."""

    def write(self, text: str) -> int:
        """Forget a text."""
        if not isinstance(text, str):
            raise TypeError("a text is written to a text stream")
        return len(text)

    def readable(self) -> bool:
        """Say that there is nothing to read."""
        return False

    def read(self, *_: object) -> str:
        """Refuse to be read."""
        raise OSError("there is no input")

    readline = read  # type: ignore[assignment]
    readlines = read  # type: ignore[assignment]


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUpError` in the block after so many seconds."""

    def ring(*_: object) -> None:
        raise TimeIsUpError

    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.signal(signal.SIGALRM, ring)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def swallowed() -> Iterator[None]:
    """Let standard streams lead nowhere, whatever the program has put in their places."""
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = sys.stdout = sys.stderr = Nowhere()
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def take_away() -> None:
    """Take functions and modules away from this process, for good."""
    os.environ["OMP_NUM_THREADS"] = "1"
    for module, names in TAKEN.items():
        for name in names.split():
            setattr(module, name, None)
    for name in ABSENT:
        sys.modules[name] = None  # type: ignore[assignment]
