"""Files larger than the memory: `ingest` streams them, `mix` says beforehand that they do not fit.

The limit is a memory group of Linux where one can be made, and RLIMIT_DATA elsewhere.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .runs import surroundings

pytestmark = pytest.mark.faults

MB = 1_000_000
GROUPS = Path("/sys/fs/cgroup")
WORDS = [f"w{number:05}" for number in range(5000)]


def written(path, size):
    """Write instruction rows of this many bytes."""
    rng = random.Random(0)
    rows = bytes_written = 0
    with path.open("w") as stream:
        while bytes_written < size:
            rows += 1
            fields = {
                "instruction": f"{rows} {' '.join(rng.choices(WORDS, k=40))}",
                "output": " ".join(rng.choices(WORDS, k=100)),
            }
            bytes_written += stream.write(json.dumps(fields) + "\n")
    return rows


@contextmanager
def memory_group(most):
    """Make a memory group; gives the file that takes its processes, or None without one."""
    for folder, limit in (
        (GROUPS / "memory", "memory.limit_in_bytes"),
        (GROUPS, "memory.max"),
    ):
        group = folder / f"diversify-test-{os.getpid()}"
        with suppress(OSError):
            group.mkdir()
            try:
                (group / limit).write_text(str(most))
                yield group / "cgroup.procs"
                return
            finally:
                group.rmdir()
    yield None


def run(folder, most, *words):
    """Run a command under a limit; gives (exit code, last line said, peak, kind of limit)."""
    with memory_group(most) as group:

        def enter():
            if group:
                group.write_text(str(os.getpid()))
            else:
                resource.setrlimit(resource.RLIMIT_DATA, (most, most))

        with subprocess.Popen(
            [sys.executable, "-m", "diversify", *words],
            cwd=folder,
            env=surroundings() | {"TMPDIR": str(folder)},
            preexec_fn=enter,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as process:
            said = process.stderr.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    kind = "memory group" if group else "RLIMIT_DATA"
    return process.returncode, said, used.ru_maxrss * 1024, kind


@pytest.mark.parametrize(
    ("size", "most"),
    [(200 * MB, 400 * MB), pytest.param(2000 * MB, 1000 * MB, marks=pytest.mark.long)],
)
def test_a_file_larger_than_the_memory_is_ingested_and_a_mix_of_it_refused(tmp_path, size, most):
    rows = written(tmp_path / "rows.jsonl", size)
    code, said, peak, kind = run(tmp_path, most, "ingest", "rows.jsonl", "--out", "rows.parquet")
    assert code == 0, said
    assert pq.ParquetFile(tmp_path / "rows.parquet").metadata.num_rows == rows
    assert peak < most
    print(f"{size // MB} MB under {most // MB} MB by {kind}: ingest {peak // MB} MB", end="; ")
    (tmp_path / "rows.parquet").unlink()

    code, said, peak, _ = run(tmp_path, most, "mix", "rows.jsonl", "--budget", "100")
    assert code == 2, (code, said)
    assert code != -signal.SIGKILL
    assert "Traceback" not in said
    last = said.splitlines()[-1]
    assert last.startswith("diversify: the rows take at least ")
    assert "are free: take fewer, such as --most SOURCE=ROWS" in last
    print(f"mix refused at {peak // MB} MB")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]
