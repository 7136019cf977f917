"""The processes of a sandbox, and the pipe that it speaks through."""

import json
import os
import select
import signal
import subprocess
import time
from collections import deque
from contextlib import suppress

from diversify.curation.reading.fields import one_line
from diversify.evaluation.sandbox.jail import TELL, Jail

PIECE = 1 << 16
END_SECONDS = 60.0
"""How long the kernel may take to end killed processes."""
LOUDEST = 4096
"""Bytes of its complaints that are read where it does not start."""


class Running:
    """A started sandbox."""

    def __init__(self, jail: Jail) -> None:
        """Start it; it waits for its job."""
        told, tell = os.pipe()
        command = [word.replace(TELL, str(tell)) for word in jail.command]
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=jail.environment,
                cwd=jail.folder,
                pass_fds=[tell] if jail.is_safe else [],
                start_new_session=True,
            )
        finally:
            os.close(tell)
        self.first = _first_process(told) if jail.is_safe else None
        os.close(told)

    def feed(self, job: bytes) -> None:
        """Hand over the job."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # whoever waits for an answer will notice
            self.process.stdin.write(job)
            self.process.stdin.close()

    def kill(self) -> None:
        """End all its processes; where they are shut in, none can be left behind."""
        with suppress(ProcessLookupError):
            if self.first is not None:
                signal.pidfd_send_signal(self.first, signal.SIGKILL)
            else:
                os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End it, wait until no process is left, and give everything back."""
        self.kill()
        if self.first is not None:
            # process 1 has ended when the kernel has ended all others
            _readable(self.first, END_SECONDS)
            os.close(self.first)
            self.first = None
        with suppress(BrokenPipeError):
            self.process.__exit__(None, None, None)

    def complaint(self) -> str:
        """Give the last line that it printed when it could not start."""
        assert self.process.stderr is not None
        self.kill()
        lines = self.process.stderr.read(LOUDEST).decode(errors="replace").split("\n")
        return one_line(next((line for line in reversed(lines) if line.strip()), "no reason"), 300)


def _first_process(told: int) -> int | None:
    """Give a handle of the sandbox's process 1, with which all others end; None: it did not start.

    A handle and no number, because a number may soon be another process.
    """
    said = b""
    while b"}" not in said and (piece := os.read(told, PIECE)):
        said += piece
    with suppress(ValueError, OSError):
        return os.pidfd_open(json.loads(said)["child-pid"])
    return None


def _readable(descriptor: int, seconds: float) -> bool:
    """Wait until there is something to read, or the process of a handle has ended."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class Lines:
    """Lines out of a sandbox's pipe, each by a deadline and none of them too long."""

    def __init__(self, running: Running, most: int) -> None:
        """Read what a sandbox says, in lines of so many bytes at most."""
        assert running.process.stdout is not None
        self.pipe = running.process.stdout.fileno()
        self.most = most
        self.rest = bytearray()
        self.whole: deque[bytes] = deque()

    def next(self, deadline: float) -> bytes | None:
        """Give the next line without its end; b"" where there is none, None where it is late.

        The deadline is one of `time.monotonic`.
        """
        while not self.whole:
            # what has been said in time counts, however late we come to hear it
            wait = max(0.0, deadline - time.monotonic())
            if not _readable(self.pipe, wait):
                return None
            piece = os.read(self.pipe, PIECE)
            self.rest += piece
            if not piece or len(self.rest) > self.most + PIECE:
                return b""
            if b"\n" in piece:
                *lines, rest = bytes(self.rest).split(b"\n")
                self.whole.extend(lines)
                self.rest = bytearray(rest)
        return self.whole.popleft()
