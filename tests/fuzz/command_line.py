"""Cases through the real command line: a process each, forked off one that has started up."""

import os
import signal
import sys
import traceback
from pathlib import Path

import rich.progress

import diversify.cli.ingest
from diversify.cli.app import main

from .files import Case, put
from .laws import require, summary_adds_up

LOADED = (rich.progress, diversify.cli.ingest)
"""What a command would import, loaded once for all."""
LIMIT = 60
"""Seconds after which a command is taken to hang."""
READ, REFUSED = 0, 2


def try_by_command_line(case: Case, folder: Path) -> str:
    """Ingest a case by the command and check its exit code, its lines and what it leaves.

    Raises:
        BrokenLawError: something happened that must not.
    """
    path = put(case, folder)
    out, summary = folder / "out" / "rows.parquet", folder / "out" / "summary.json"
    columns = ",".join(f"{part}={name}" for part, name in case.columns.items())
    words = ["ingest", str(path), "--out", str(out), "--summary", str(summary)]
    code, said, told = run(words + ["--columns", columns] * bool(columns), folder)
    require(code in (READ, REFUSED), f"exit code {code}: {told[-1500:]}")
    require("Traceback" not in told, told[-1500:])
    if code == REFUSED:
        require(len(told.splitlines()) == 1, f"one line, not {told!r}")
        require(told.startswith("diversify: ") and path.name in told, f"which file: {told!r}")
        require(not out.parent.exists() or not list(out.parent.iterdir()), "nothing half-written")
        return "refused"
    require(said.count("\n") == 1, f"one line of result, not {said!r}")
    require(summary_adds_up(summary), "kept and rejected add up")
    left = {file.name for file in out.parent.iterdir()} - {"rows.rejects.jsonl"}
    require(left == {"rows.parquet", "summary.json"}, f"no draft is left: {left}")
    return "read"


def run(words: list[str], folder: Path) -> tuple[int, str, str]:
    """Run `diversify` in a process of its own: gives exit code, stdout and stderr."""
    files = folder / "stdout", folder / "stderr"
    child = os.fork()
    if child == 0:
        code = 99
        try:
            signal.alarm(LIMIT)
            for number, file in zip((1, 2), files, strict=True):
                os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            main(words)
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        except BaseException:
            traceback.print_exc()
            code = 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    said, told = (file.read_text(encoding="utf-8", errors="replace") for file in files)
    return os.waitstatus_to_exitcode(status), said, told
