"""A program in its sandbox, from start to end, and what it says on the way."""

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from diversify.curation.reading.fields import one_line
from diversify.errors import ConfigError
from diversify.evaluation.sandbox.jail import Jail
from diversify.evaluation.sandbox.plain import Plain, Room, plain
from diversify.evaluation.sandbox.running import Lines, Running
from diversify.evaluation.sandbox.values import read_json

START_SECONDS = 60.0
"""Time for the sandbox to be ready; a program has not begun before."""
WORDS = 1 << 16
"""Bytes that a message may have beside the value in it."""


@dataclass(frozen=True)
class Calls:
    """Inputs for a function, which are run one after the other in a process of their own."""

    arguments: tuple[list[Any], ...]
    total: float
    """Seconds for all together, with loading the program; then it is ended from outside."""
    limits: tuple[float, ...] | None = None
    """Seconds for each call, after which it is interrupted; None: those for all together."""
    waits: tuple[float, ...] | None = None
    """Seconds from one message to the next, after which the program is ended from outside."""


@dataclass(frozen=True)
class Job:
    """A program, the function in it to call, and the calls; no expected value goes with them."""

    program: str
    entry_point: str
    sets: tuple[Calls, ...]
    listed: bool = False
    """Whether what can only be gone through once, such as a generator, is told as a list."""


@dataclass(frozen=True)
class Message:
    """What a sandbox says: read strictly, and still nothing that is to be believed."""

    word: str
    """begin, loaded, returned, raised, late, large, finished or end; of our own making: timeout
    (it had to be stopped) and broken (it said something that makes no sense)."""
    set: int
    call: int = -1
    seconds: float = 0.0
    """Of the call, of `returned`."""
    telling: float = 0.0
    """Seconds that it took to tell the value."""
    value: Plain = None
    """Of `returned`."""
    words: str = ""
    """Type and text of an exception, of `raised`."""


@contextmanager
def started(jail: Jail, job: Job) -> Iterator[Iterator[Message]]:
    """Run a job; gives what is said, as it is said. It ends with the block at the latest.

    Raises:
        ConfigError: the sandbox cannot be started on this machine.
    """
    running = Running(jail)
    jail.running.add(running)
    try:
        running.feed(_spelled(job, jail))
        yield _messages(running, job, jail)
    finally:
        jail.running.discard(running)
        running.close()


def _spelled(job: Job, jail: Jail) -> bytes:
    room = Room(1 << 62)
    told = {
        "program": job.program,
        "entry_point": job.entry_point,
        "listed": job.listed,
        "sets": [[plain(call, room) for call in calls.arguments] for calls in job.sets],
        "seconds": [calls.limits for calls in job.sets],
        "total": [math.ceil(calls.total) for calls in job.sets],
        "limits": jail.limits,
        "packages": jail.packages,
        "uid": next(jail.users) if jail.users else None,
    }
    return json.dumps(told).encode("ascii")


def _messages(running: Running, job: Job, jail: Jail) -> Iterator[Message]:
    lines = Lines(running, 4 * jail.limits["output"] + WORDS)
    if lines.next(time.monotonic() + START_SECONDS) != b'["ready"]':
        raise ConfigError(
            f"the sandbox does not start ({running.complaint()}); bubblewrap 0.8 or later must be "
            "allowed to make name spaces; or run programs unprotected with --unsafe-exec"
        )
    for number, calls in enumerate(job.sets):
        for message in _of_set(lines, number, calls):
            yield message
            if message.word in ("timeout", "broken"):
                return


def _of_set(lines: Lines, number: int, calls: Calls) -> Iterator[Message]:
    """Give the messages about one set of calls, in the only order that makes sense."""
    deadline = time.monotonic() + calls.total
    call = -1  # what is awaited: -1 that the program is loaded, and then each call
    begun = lines.next(deadline)
    if begun != f'["begin", {number}]'.encode():
        yield Message("broken", number)
        return
    while True:
        soon = deadline
        if calls.waits and 0 <= call < len(calls.waits):
            soon = min(deadline, time.monotonic() + calls.waits[call])
        line = lines.next(soon)
        message = _read(line, number, call, len(calls.arguments))
        yield message
        if message.word in ("timeout", "broken", "end"):
            return
        if message.word in ("loaded", "returned"):
            call += 1


def _read(line: bytes | None, number: int, call: int, calls: int) -> Message:
    """Read a line, which must be about the call that is awaited."""
    if line is None:
        return Message("timeout", number, call)
    try:
        word, *parts = read_json(line)
        if word in ("loaded", "finished") and not parts:
            if (word == "loaded") == (call == -1) and (word == "loaded" or call == calls):
                return Message(word, number, call)
        elif word == "end" and parts == [number]:
            return Message(word, number, call)
        elif word in ("returned", "raised", "late", "large") and parts[0] == call < calls:
            return _of_call(word, number, call, parts[1:])
    except (ValueError, TypeError, IndexError, ArithmeticError, RecursionError):
        pass
    return Message("broken", number, call)


def _of_call(word: str, number: int, call: int, parts: list[Plain]) -> Message:
    if word == "returned":
        *seconds, value = parts
        called, telling = map(float, seconds)
        if call < 0 or not 0 <= called + telling < math.inf:
            raise ValueError("no time")
        return Message(word, number, call, called, telling, value)
    if word == "raised":
        kind, text = parts
        return Message(word, number, call, words=one_line(f"{kind}: {text}", 200))
    if parts:
        raise ValueError("too many parts")
    return Message(word, number, call)
