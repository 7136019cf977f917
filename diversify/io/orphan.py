"""A job whose Snakemake was killed stops too: two runs must never write the same files at once."""

import os
import platform
import select
import sys
import threading
from pathlib import Path

VARIABLE = "DIVERSIFY_RUN"
"""Names the Snakemake that a job belongs to; the rules set it."""
WORDS = "diversify: the run that started this job is gone: stopped, nothing half-written\n"


def run_mark() -> str:
    """Name this process so that its jobs know it: its number means something in one place only."""
    return f"{os.getpid()} {_here()}"


def stop_with_its_run() -> None:
    """End this process as soon as the Snakemake that it works for has ended, or its shell has.

    A job is started by a shell that Snakemake started; a kill of either leaves it behind, and the
    next run would start it a second time beside itself.
    """
    run, _, place = os.environ.get(VARIABLE, "").partition(" ")
    # elsewhere the number names nothing, or another process
    if not run or place != _here():
        return
    try:
        above = _ancestors()
        if int(run) not in above:
            _stop()
        handles = [os.pidfd_open(process) for process in {int(run), above[0]}]
    except ProcessLookupError:
        _stop()
    except OSError:  # a system that gives no such handles
        return
    threading.Thread(target=_wait, args=(handles,), daemon=True).start()


def _wait(handles: list[int]) -> None:
    poll = select.poll()
    for handle in handles:
        poll.register(handle, select.POLLIN)
    poll.poll()
    _stop()


def _stop() -> None:
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, WORDS.encode())
    os._exit(1)  # as a kill would: what is written is whole or not there


def _here() -> str:
    """Name the machine and the container: where a process number means what it says."""
    try:
        return f"{platform.node()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _ancestors() -> list[int]:
    """List the processes above this one, the nearest first."""
    found: list[int] = []
    process = os.getppid()
    while process > 0:
        found.append(process)
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        process = int(stat.rpartition(")")[2].split()[1])  # a name may hold any character
    return found
