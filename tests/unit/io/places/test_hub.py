"""Datasets by name: the real loader on files of this disk, and a small hub on this machine."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pandas as pd
import pytest

from diversify.config.ingest import IngestOptions
from diversify.errors import ConfigError, DataError
from diversify.io.ingest import ingest_files
from diversify.io.places.hub import HubDataset, hub_dataset, licence_of
from diversify.io.places.sources import named_sources
from diversify.io.tables import read_rows

ROWS = [{"question": f"What is {i} + {i}?", "answer": str(2 * i), "n": i} for i in range(5)]
CARD = "---\nlicense: cc-by-4.0\n---\n# Sums\n"
COMMIT = "0123456789abcdef0123456789abcdef01234567"

NAMES = [
    ("hf:openai/gsm8k", HubDataset("openai/gsm8k")),
    ("hf:squad", HubDataset("squad")),
    ("hf:openai/gsm8k:main", HubDataset("openai/gsm8k", "main")),
    ("hf:a/b:c@v1.0#test", HubDataset("a/b", "c", "v1.0", "test")),
    ("hf:a/b@refs/pr/1", HubDataset("a/b", None, "refs/pr/1")),
    ("hf:a/b#validation[:10]", HubDataset("a/b", None, None, "validation[:10]")),
]


@pytest.mark.parametrize(("text", "dataset"), NAMES)
def test_a_name_says_dataset_config_revision_and_split(text, dataset):
    assert hub_dataset(text) == dataset
    assert str(dataset) == text


@pytest.mark.parametrize("text", ["hf:", "hf:@v1", "hf:a/b:", "hf:a/b#"])
def test_a_name_that_is_written_otherwise_is_an_error(text):
    with pytest.raises(ConfigError, match="expected hf:OWNER/NAME"):
        hub_dataset(text)


def test_a_card_names_its_licence_even_if_it_has_one_of_its_own():
    assert licence_of({"license": "mit"}) == "mit"
    assert licence_of({"license": ["mit", "cc0-1.0"]}) == "mit, cc0-1.0"
    assert licence_of({"license": "other", "license_name": "llama3"}) == "llama3"
    assert licence_of({"license": "other"}) == "other"
    assert licence_of({}) == ""


@pytest.fixture
def dataset(tmp_path, monkeypatch):
    """A dataset as it lies in a clone: a card, and a file for each split."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    folder = tmp_path / "sums"
    folder.mkdir()
    (folder / "README.md").write_text(CARD)
    for split, rows in {"train": ROWS, "test": ROWS[:1]}.items():
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def ingested(text, out):
    summary = ingest_files(named_sources([], [f"sums={text}"]), out, None, IngestOptions())
    return summary.files[0], read_rows(out)


def test_a_dataset_is_read_by_split_with_the_licence_of_its_card(dataset, tmp_path):
    file, rows = ingested(f"hf:{dataset}", tmp_path / "rows.parquet")
    assert (file.format, file.kept, file.licence) == ("Hub dataset", 5, "cc-by-4.0")
    assert list(rows["instruction"]) == [row["question"] for row in ROWS]
    assert list(rows["line"]) == [1, 2, 3, 4, 5]
    assert set(rows["file"]) == {f"hf:{dataset}"}
    assert set(rows["meta"]) == {f'{{"n": {i}}}' for i in range(5)}
    _, rows = ingested(f"hf:{dataset}#test", tmp_path / "rows.parquet")
    assert list(rows["response"]) == ["0"]
    with pytest.raises(DataError, match=r"no split 'dev' \(there are train, test\)"):
        ingested(f"hf:{dataset}#dev", tmp_path / "rows.parquet")


def test_code_that_a_dataset_brings_along_is_not_run(dataset, tmp_path):
    trap = tmp_path / "trapped"
    (dataset / "sums.py").write_text(f"import pathlib\npathlib.Path({str(trap)!r}).touch()\n")
    with pytest.raises(DataError, match=r"Dataset scripts are no longer supported"):
        ingested(f"hf:{dataset}", tmp_path / "rows.parquet")
    assert not trap.exists()


def test_without_a_network_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    for text in ("hf:openai/gsm8k", "hf://datasets/openai/gsm8k/main.jsonl"):
        with pytest.raises(DataError, match=f"^{text}: cannot be .*offline mode") as caught:
            ingested(text, tmp_path / "rows.parquet")
        assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(DataError, match="no such folder"):
        ingested("hf:./none", tmp_path / "rows.parquet")


class Hub(BaseHTTPRequestHandler):
    """One dataset, me/sums, at one commit."""

    files: ClassVar = {
        "README.md": CARD.encode(),
        "train.jsonl": "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
        "test.jsonl": (json.dumps(ROWS[0]) + "\n").encode(),
    }

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self):
        path = self.path.partition("?")[0]
        asked = path.removeprefix("/api/datasets/me/sums").strip("/").partition("/")[0]
        name = path.rpartition("/")[2]
        if path.startswith("/datasets/me/sums/resolve/") and name in self.files:
            self.answer(self.files[name])
        elif asked in ("", "revision"):
            self.answer(json.dumps(self.info()).encode())
        elif asked in ("tree", "paths-info"):
            self.answer(json.dumps(self.tree()).encode())
        else:
            self.send_error(404)

    def info(self):
        siblings = [{"rfilename": name} for name in self.files]
        card = {"license": "cc-by-4.0"}
        return {"id": "me/sums", "sha": COMMIT, "siblings": siblings, "cardData": card, "tags": []}

    def tree(self):
        return [
            {"type": "file", "path": name, "size": len(data), "oid": f"{len(data):040x}"}
            for name, data in self.files.items()
        ]

    def answer(self, data):
        start, _, end = (
            (self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")
        )
        part = data[int(start) : int(end) + 1 if end else None]
        self.send_response(206 if self.headers.get("Range") else 200)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {start}-{int(start) + len(part) - 1}/{len(data)}")
        self.send_header("ETag", f'"{len(data):040x}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(part)

    def log_message(self, *words):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_rows_of_a_hub_carry_commit_and_licence_by_name_and_by_address(hub, tmp_path):
    environment = os.environ | {
        "HF_ENDPOINT": hub,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "NO_PROXY": "127.0.0.1",
    }
    names = ["hf:me/sums", "hf://datasets/me/sums/test.jsonl"]
    words = [f"--source={name}={text}" for name, text in zip("ab", names, strict=True)]
    call = [sys.executable, "-m", "diversify", "ingest", *words, "--out", "rows.parquet"]
    done = subprocess.run(
        call, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = pd.read_parquet(tmp_path / "rows.parquet")
    assert list(rows["file"]) == [names[0]] * 5 + [names[1]]
    assert set(rows["revision"]) == {COMMIT}
    assert set(rows["licence"]) == {"cc-by-4.0"}
