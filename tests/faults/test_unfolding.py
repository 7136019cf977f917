"""Small files that unfold to large ones: memory stays small, and too long rows are passed over."""

import gzip
import resource
import subprocess
import sys

import pytest

pytestmark = pytest.mark.faults

LIMIT = 1 << 30
"""Bytes of memory that the command may take, libraries included."""


def packed(path, head, megabytes, tail=b""):
    """Write a gzip file of so many megabytes of one letter between head and tail, part by part."""
    letters = gzip.compress(b"a" * (1 << 20))
    path.write_bytes(gzip.compress(head) + megabytes * letters + gzip.compress(tail))


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.json.gz", "bomb.csv.gz"])
def test_a_packed_row_without_end_is_rejected_in_little_memory(tmp_path, name):
    row = b'{"instruction": "a", "output": "b"}'
    if name.startswith("bomb.csv"):
        packed(tmp_path / name, b"instruction,output\na,b\nc,", 1200, b"\n")
    elif name.startswith("bomb.jsonl"):
        packed(tmp_path / name, row + b'\n{"instruction": "', 1200, b'", "output": "b"}\n')
    else:
        packed(tmp_path / name, b"[" + row + b', {"instruction": "', 1200, b'", "output": "b"}]')
    assert (tmp_path / name).stat().st_size < 4_000_000

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (4 * LIMIT, 4 * LIMIT))
        resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))

    done = subprocess.run(
        [sys.executable, "-m", "diversify", "ingest", name, "--out", "rows.parquet"],
        cwd=tmp_path, preexec_fn=limited, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 of 2 rows in rows.parquet; 1 malformed" in done.stdout
    assert "too long" in done.stderr
