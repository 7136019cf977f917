"""Files at an address: a real S3 server on this machine, a web server, and fsspec's own memory."""

import gzip
import hashlib
import importlib
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import fsspec
import pytest

from diversify.config.ingest import IngestOptions
from diversify.errors import DataError
from diversify.io.ingest import ingest_files
from diversify.io.places.remote import RemoteFile, files_at, not_reached
from diversify.io.places.sources import local_files, named_sources
from diversify.io.tables import read_rows

ROW = b'{"instruction": "Add 2 and 3.", "output": "5"}\n'
PACKED = gzip.compress(ROW, mtime=0)


@pytest.fixture
def memory():
    system = fsspec.filesystem("memory")
    for name in ("b", "a"):
        system.pipe(f"/pool/{name}.jsonl.gz", PACKED)
    yield system
    system.rm("/pool", recursive=True)


@pytest.fixture
def ingested(tmp_path):
    def call(*files, source=(), **options):
        sources = named_sources(files, list(source))
        out = tmp_path / "out" / "rows.parquet"
        return ingest_files(sources, out, None, IngestOptions(**options)), read_rows(out)

    return call


def test_an_address_is_read_like_a_file_and_named_in_every_row(memory, ingested):
    url = "memory://pool/a.jsonl.gz"
    summary, rows = ingested(url)
    [file] = summary.files
    assert (file.source, file.file, file.kept) == ("a", url, 1)
    assert file.sha256 == hashlib.sha256(PACKED).hexdigest()
    assert list(rows["file"]) == [url]
    assert list(rows["revision"]) == [f"sha256:{file.sha256[:16]}"]


def test_a_pattern_of_addresses_gives_files_in_order(memory):
    pairs = named_sources([], ["pool=memory://pool/*.gz"])
    assert [name for name, _ in pairs] == ["pool", "pool"]
    assert [place.path.name for _, place in pairs] == ["a.jsonl.gz", "b.jsonl.gz"]
    assert local_files(place for _, place in pairs) == []
    with pytest.raises(DataError, match=r"memory://pool/\*\.csv: no such file \(source 'x'\)"):
        named_sources([], ["x=memory://pool/*.csv"])


def test_a_folder_at_an_address_says_what_to_name(memory, ingested):
    with pytest.raises(DataError, match=r"memory://pool: is a folder; .* 'memory://pool/\*'"):
        ingested("memory://pool")


def test_a_malformed_row_is_named_by_its_address(memory, ingested):
    memory.pipe("/pool/bad.jsonl", ROW + b"oops\n")
    with pytest.raises(DataError, match=r"^memory://pool/bad\.jsonl:2: not JSON"):
        ingested("memory://pool/bad.jsonl", strict=True)
    memory.pipe("/pool/bad.jsonl", b"\xff")
    with pytest.raises(DataError, match=r"^memory://pool/bad\.jsonl:1: not UTF-8"):
        ingested("memory://pool/bad.jsonl")


def test_a_file_address_is_a_path(tmp_path):
    path = tmp_path / "a b.jsonl"
    assert files_at(path.as_uri()) == [path]
    assert files_at("file:///dev/zero") == [Path("/dev/zero")]


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("memory://none/a.jsonl", "memory://none/a.jsonl: no such file, or its server cannot be"),
        ("foo://a/b.jsonl", "foo://a/b.jsonl: cannot be reached or read .*Protocol not known: foo"),
        ("http://127.0.0.1:9/a.jsonl", "http://127.0.0.1:9/a.jsonl: "),
        ("https://nowhere.invalid/a.jsonl?token=secret", "https://nowhere.invalid/a.jsonl: "),
    ],
)
def test_what_cannot_be_reached_is_one_line(ingested, tmp_path, url, fault):
    with pytest.raises(DataError, match=fault) as caught:
        ingested(url)
    assert len(str(caught.value).splitlines()) == 1
    assert "secret" not in str(caught.value)
    assert list(tmp_path.rglob("*.parquet")) == []


@pytest.mark.parametrize(
    ("package", "url", "advice"),
    [
        ("s3fs", "s3://bucket/a.jsonl", r"pip install 'diversify-sft\[s3\]'"),
        ("gcsfs", "gs://bucket/a.jsonl", "install gcsfs"),
    ],
)
def test_a_missing_package_is_named(ingested, monkeypatch, package, url, advice):
    monkeypatch.setitem(sys.modules, package, None)
    loaded = importlib.import_module("fsspec.registry")._registry
    monkeypatch.delitem(loaded, url[:2], raising=False)
    with pytest.raises(DataError, match=f"needs another package: .*{advice}"):
        ingested(url)


def test_secrets_in_an_address_do_not_reach_the_tables():
    remote = RemoteFile("https://me:word@host.org:8080/a%20b/rows.jsonl.gz?X-Signature=1#x")
    assert str(remote) == "https://host.org:8080/a%20b/rows.jsonl.gz"
    assert remote.path == Path("/a b/rows.jsonl.gz")
    assert str(RemoteFile("s3://bucket/a.jsonl")) == "s3://bucket/a.jsonl"


def test_secrets_in_what_a_library_says_are_left_out():
    said = "403, message='Forbidden', url='https://me:word@host.org/a.jsonl?X-Signature=1'"
    with pytest.raises(DataError) as caught:
        not_reached("https://host.org/a.jsonl", OSError(said))
    assert "word" not in str(caught.value)
    assert "Signature" not in str(caught.value)
    assert "403, message='Forbidden'" in str(caught.value)


@pytest.fixture
def web():
    """A web server that knows one file, needs a token, and breaks off another."""

    class Answers(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.do_GET()

        def do_GET(self):
            if not self.path.startswith(("/rows.jsonl?token=1", "/broken.jsonl")):
                self.send_error(404)
                return
            broken = self.path.startswith("/broken")
            self.send_response(200)
            self.send_header("Content-Length", str(len(ROW) + 1000 * broken))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(ROW)

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_web_address_is_read_with_its_query_and_named_without(web, ingested):
    summary, rows = ingested(source=[f"maths={web}/rows.jsonl?token=1"], licences={"maths": "mit"})
    assert list(rows["file"]) == [f"{web}/rows.jsonl"]
    assert (summary.files[0].source, summary.files[0].licence) == ("maths", "mit")


def test_a_transfer_that_breaks_off_is_no_short_file(web, ingested, tmp_path):
    with pytest.raises(DataError, match=f"{web}/broken.jsonl: cannot be reached or read"):
        ingested(f"{web}/broken.jsonl")
    with pytest.raises(DataError, match=f"{web}/none.jsonl: no such file"):
        ingested(f"{web}/none.jsonl")
    assert list(tmp_path.rglob("*.parquet")) == []


@pytest.fixture(scope="module")
def bucket():
    """A bucket in an S3 server on this machine."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0)
    s3fs = pytest.importorskip("s3fs")
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(name, value)
        system = s3fs.S3FileSystem()
        system.mkdir("pool")
        for name in ("one", "two"):
            system.pipe(f"pool/data/{name}.jsonl.gz", PACKED)
        system.pipe("pool/data/odd name+&.json", json.dumps([json.loads(ROW)]).encode())
        yield "s3://pool/data"
    server.stop()


def test_files_of_a_bucket_are_read_one_by_one_and_by_pattern(bucket, ingested):
    summary, rows = ingested(f"{bucket}/odd name+&.json", source=[f"pool={bucket}/*.jsonl.gz"])
    assert [(file.source, file.file) for file in summary.files] == [
        ("odd name+&", f"{bucket}/odd name+&.json"),
        ("pool", f"{bucket}/one.jsonl.gz"),
        ("pool", f"{bucket}/two.jsonl.gz"),
    ]
    assert list(rows["instruction"]) == ["Add 2 and 3."] * 3


def test_a_missing_key_and_a_missing_bucket_are_one_line(bucket, ingested):
    for url in (f"{bucket}/none.jsonl", "s3://no-such-bucket/a.jsonl"):
        with pytest.raises(DataError, match=f"^{url}: no such file"):
            ingested(url)
    with pytest.raises(DataError, match=r"^s3://pool/data: is a folder"):
        ingested(bucket)
