import gzip
from pathlib import Path

import pytest
import zstandard

from diversify.errors import DataError
from diversify.io.streams import create_text, ending, open_text, stem

TEXT = "naïve\u2028line\nsecond\r\nthird \U0001f600\n"
SUFFIXES = ["", ".gz", ".zst"]


def pack(suffix: str, data: bytes) -> bytes:
    packers = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}
    return packers[suffix](data)


def read(path: Path) -> str:
    with open_text(path) as stream:
        return stream.read()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read_again(tmp_path, suffix):
    path = tmp_path / f"a.txt{suffix}"
    with create_text(path) as stream:
        stream.write(TEXT)
    assert read(path) == TEXT


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_same_text_same_bytes(tmp_path, suffix):
    first, second = tmp_path / f"a.txt{suffix}", tmp_path / f"b.txt{suffix}"
    for path in (first, second):
        with create_text(path) as stream:
            stream.write(TEXT)
    assert first.read_bytes() == second.read_bytes()


def test_a_gzip_file_carries_no_time(tmp_path):
    with create_text(tmp_path / "a.txt.gz") as stream:
        stream.write(TEXT)
    assert (tmp_path / "a.txt.gz").read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_byte_order_mark_is_passed_over(tmp_path, suffix):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(pack(suffix, b"\xef\xbb\xbfabc"))
    assert read(path) == "abc"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"a\.jsonl: No such file or directory$"):
        read(tmp_path / "a.jsonl")


@pytest.mark.parametrize(("suffix", "name"), [(".gz", "gzip"), (".zst", "zstd")])
def test_a_cut_off_file_is_an_error_and_not_a_short_file(tmp_path, suffix, name):
    path = tmp_path / f"a.txt{suffix}"
    data = pack(suffix, "".join(f"{number}\n" for number in range(9999)).encode())
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DataError, match=f"broken {name} file .*Truncated"):
        read(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_bytes_that_are_not_utf8_are_found_by_their_line(tmp_path, suffix):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(pack(suffix, b"fine\n" * 7000 + b"caf\xe9\n"))
    with pytest.raises(DataError, match=r"a\.txt.*:7001: not UTF-8"):
        read(path)


def test_several_packed_parts_are_one_file(tmp_path):
    for suffix in (".gz", ".zst"):
        path = tmp_path / f"a.txt{suffix}"
        path.write_bytes(pack(suffix, b"one\n") + pack(suffix, b"two\n"))
        assert read(path) == "one\ntwo\n"


def test_the_format_is_named_by_the_ending_before_the_compression():
    assert ending(Path("pool.JSONL.gz")) == ".jsonl"
    assert ending(Path("pool.csv")) == ".csv"
    assert ending(Path("pool")) == ""
    assert stem(Path("data/alpaca_5000.json.gz")) == "alpaca_5000"
    assert stem(Path("v1.2.jsonl")) == "v1.2"
