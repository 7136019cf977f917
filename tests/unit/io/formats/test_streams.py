import gzip
import os
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from diversify.curation.ingest import Reject
from diversify.errors import DataError
from diversify.io.formats.lines import text_lines
from diversify.io.formats.streams import InputFile, create_text, ending, open_text, stem

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


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_characters_are_read_where_a_mark_says_so(tmp_path, suffix, encoding):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(pack(suffix, TEXT.encode(encoding)))
    assert read(path) == TEXT


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_characters_without_a_mark_are_no_rows_full_of_nothing(tmp_path, suffix, encoding):
    path = tmp_path / f"a.csv{suffix}"
    path.write_bytes(pack(suffix, "a,b\n".encode(encoding)))
    with pytest.raises(DataError, match="UTF-16 without a byte order mark; save it as UTF-8"):
        read(path)


def test_a_cut_off_wide_character_is_found_by_its_line(tmp_path):
    (tmp_path / "a.txt").write_bytes("one\ntwo\nthree".encode("utf-16")[:-1])
    with pytest.raises(DataError, match=r"a\.txt:3: not UTF-8"):
        read(tmp_path / "a.txt")


LOOKS = [
    (gzip.compress(b"abc", mtime=0), "gzip; end its name in .gz"),
    (zstandard.ZstdCompressor().compress(b"abc" * 99), "Zstandard; end its name in .zst"),
    (b"PK\x03\x04\xff\xff", "a zip archive"),
    (b"PAR1\xff\xff", "Parquet"),
    (b"\x80\x04\x95\xff", "a pickle, which is never read"),
]


@pytest.mark.parametrize(("data", "what"), LOOKS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_no_text_is_told_by_its_first_bytes(tmp_path, suffix, data, what):
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(pack(suffix, data))
    with pytest.raises(DataError, match=f"is not text but looks like {what}"):
        read(path)


def test_folders_pipes_and_devices_are_refused_before_they_are_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, target in {"zero": "/dev/zero", "loop": "loop", "dangling": "none"}.items():
        (tmp_path / name).symlink_to(target)
    faults = {
        "": "is a folder; name its files, such as '.*/\\*'",
        "pipe": "is a pipe or a device; write it to a file first",
        "zero": "is a pipe or a device",
        "loop": "Too many levels of symbolic links",
        "dangling": "No such file",
        "nul\0": "not a name of a file",
    }
    for name, fault in faults.items():
        with pytest.raises(DataError, match=fault):
            read(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    (tmp_path / "a.txt").touch(mode=0o000)
    with pytest.raises(DataError, match=r"a\.txt: Permission denied"):
        read(tmp_path / "a.txt")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_line_that_is_too_long_is_passed_over_without_being_held(tmp_path, suffix):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(pack(suffix, b"one\n" + b"x" * 30_000_000 + b"\nthree\n" + b"y" * 2000))
    tracemalloc.start()
    found = list(text_lines(InputFile(path), longest=1000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [item for item in found if not isinstance(item, Reject)] == [
        (1, "one\n"),
        (3, "three\n"),
    ]
    assert [str(item) for item in found if isinstance(item, Reject)] == [
        f"{path}:{line}: too long (more than 1000 characters)" for line in (2, 4)
    ]
    assert most < 3_000_000


def test_a_line_of_just_the_longest_length_is_read(tmp_path):
    (tmp_path / "a.txt").write_text("x" * 10 + "\n" + "y" * 10)
    assert [item[1] for item in text_lines(InputFile(tmp_path / "a.txt"), 10)] == [
        "x" * 10 + "\n",
        "y" * 10,
    ]
