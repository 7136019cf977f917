"""What runs inside the sandbox: a program nobody trusts, called on inputs, its outputs told.

No expected value is in here, so there is nothing to find and nothing to persuade. Messages go to
one pipe as lines of JSON: ["ready"], then for each set of calls ["begin", set], ["loaded"], for
each call ["returned", call, seconds, seconds to tell the value, value], then ["finished"], and at
last ["end", set]. What ends a set is told as ["raised", call, type, words], ["late", call] or
["large", call].

Each set of calls has a process of its own, and the program an empty name space in it.
"""

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from diversify.evaluation.sandbox.plain import Plain, Room, TooLargeError, as_line, digest, plain
from diversify.evaluation.sandbox.surroundings import TimeIsUpError, alarm, swallowed, take_away
from diversify.evaluation.sandbox.values import read_json, value_of

Send = Callable[..., None]

LONGEST_WORDS = 300


def main() -> None:
    """Read the job from standard input, run it, tell of it on what was standard output."""
    job = read_json(sys.stdin.buffer.read())
    send = _sender(os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDWR)
    _limit(job["limits"])
    if job["uid"]:
        _become(job["uid"])
    ours = os.environ.pop("PYTHONPATH", "")
    sys.path[:] = [*(path for path in sys.path if path != ours), *job["packages"]]
    if "numpy" in job["program"]:
        # under EvalPlus it is there before anything is taken away
        with contextlib.suppress(ImportError):
            import numpy  # noqa: F401
    sets = [[value_of(call) for call in calls] for calls in job["sets"]]
    for stream in range(3):  # the last of them could complain till now
        os.dup2(nowhere, stream)
    send("ready")
    for number, calls in enumerate(sets):
        send("begin", number)
        child = os.fork()
        if not child:
            try:
                _run(job, calls, job["seconds"][number], job["total"][number], send)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        send("end", number)
    # whoever ends us takes away all that is left, and leaves nothing to be collected
    signal.pause()


def _sender(pipe: int) -> Send:
    write = os.write  # a program may patch the module

    def send(*message: Plain) -> None:
        line = memoryview(as_line(list(message)))
        while line:
            line = line[write(pipe, line) :]

    return send


def _limit(limits: dict[str, int]) -> None:
    """Set what this process and those it starts may use; hard limits, never to be raised again."""
    wanted = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_DATA: limits["memory"],
        resource.RLIMIT_STACK: limits["memory"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: limits["files"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        if most >= 0:
            resource.setrlimit(kind, (least, least))


def _become(uid: int) -> None:
    """Become a user that owns nothing; root's processes would not be counted."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _run(
    job: dict[str, Any], calls: list[Any], seconds: list[float] | None, total: int, send: Send
) -> None:
    """Run the program in an empty name space and call its function on each input."""
    resource.setrlimit(resource.RLIMIT_CPU, (total + 1, total + 1))
    take_away()
    names: dict[str, Any] = {}
    try:
        with swallowed():
            exec(job["program"], names)
            function = names[job["entry_point"]]
    except BaseException as error:
        send("raised", -1, *_words(error))
        return
    send("loaded")
    for number, arguments in enumerate(calls):
        limit = seconds[number] if seconds else total
        answer = _called(function, arguments, limit, job)
        send(answer[0], number, *answer[1:])
        if answer[0] != "returned":
            return
    send("finished")


def _called(
    function: Callable[..., Any], arguments: list[Any], limit: float, job: dict[str, Any]
) -> list[Plain]:
    """Call the function and give a message about it, without the number of the call."""
    begun = time.perf_counter()
    try:
        with alarm(limit), swallowed():
            value = function(*arguments)
        called = time.perf_counter()
        spelled = _spelled(value, job["listed"], job["limits"]["output"])
    except TimeIsUpError:
        return ["late"]
    except TooLargeError:
        return ["large"]
    except BaseException as error:
        return ["raised", *_words(error)]
    return ["returned", called - begun, time.perf_counter() - called, spelled]


def _spelled(value: Any, listed: bool, most: int) -> Plain:
    try:
        spelled = plain(value, Room(most))
        if listed and isinstance(spelled, list) and spelled[0] == "else":
            spelled = plain(list(value), Room(most))
    except TooLargeError:
        try:
            return digest(value)
        except ValueError:
            raise TooLargeError from None
    return spelled


def _words(error: BaseException) -> tuple[str, str]:
    try:
        return type(error).__name__[:LONGEST_WORDS], str(error)[:LONGEST_WORDS]
    except BaseException:
        return "Exception", ""
