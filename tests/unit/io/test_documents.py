import pytest

from diversify.errors import DataError
from diversify.io.documents import file_hash, read_document, versions, write_document


def test_a_document_comes_back(tmp_path):
    path = tmp_path / "summary.json"
    write_document(path, {"stage": "dedup", "text": "naïve"})
    assert read_document(path) == {"stage": "dedup", "text": "naïve"}


@pytest.mark.parametrize(
    ("text", "what"), [("{", "not a JSON document"), ("[1]", "expected a JSON object")]
)
def test_what_is_no_document_is_named(tmp_path, text, what):
    path = tmp_path / "summary.json"
    path.write_text(text)
    with pytest.raises(DataError, match=what):
        read_document(path)


def test_a_missing_file_is_named(tmp_path):
    for read in (read_document, file_hash):
        with pytest.raises(DataError, match="missing.json: No such file"):
            read(tmp_path / "missing.json")


def test_a_hash_is_the_sha256_of_the_bytes(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_hash(path) == known


def test_versions_name_this_package_first():
    assert list(versions("numpy")) == ["diversify", "numpy"]
