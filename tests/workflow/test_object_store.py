"""Results in an object store: Snakemake's storage plugin and a real S3 server on this machine."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.workflow

RUN = "s3://results/of/mine"
STORE = ["--default-storage-provider", "s3", "--default-storage-prefix", RUN]
NO_NAMES = {".jsonl", ".npy", ".safetensors"}
"""What names no file: the same bytes wherever a run keeps its results. Summaries and tables do."""
CUT = """
run: [smoke-adapter, smoke-data]
report: {path: results/cut-report/index.html}
experiments:
  smoke-data:
    grid: {shares: [0.5]}
"""
FROM_STORE = """
run: [remote]
experiments:
  remote:
    extends: smoke-data
    core: replace
    sources: {replace: ["s3://inputs/replace.jsonl"], others: [%s]}
    tests: {unseen: [%s]}
"""


@pytest.fixture(scope="module")
def store():
    """An S3 server; credentials and address stand in the environment and nowhere else."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0)
    boto3 = pytest.importorskip("boto3")
    pytest.importorskip("snakemake_storage_plugin_s3")
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "one-key",
            "AWS_SECRET_ACCESS_KEY": "a-secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(name, value)
        yield boto3.client("s3")
    server.stop()


def objects(store, bucket, prefix=""):
    """Give the names under a prefix, each with its content."""
    pages = store.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return {
        key.removeprefix(prefix): store.get_object(Bucket=bucket, Key=key)["Body"].read()
        for key in keys
    }


def test_results_go_to_a_bucket_and_are_those_of_a_run_on_disk(finished, bare, store, tmp_path):
    (bare.folder / "cut.yaml").write_text(CUT)
    configs = ("config.yaml", "workflow/presets/smoke.yaml", "cut.yaml")
    said = bare.snakemake(*STORE, configs=configs)
    assert "a-secret" not in said

    again = bare.snakemake(*STORE, "--dry-run", configs=configs)
    assert "Nothing to be done" in again
    elsewhere = ["--dry-run", "--directory", tmp_path / "elsewhere"]
    assert "Nothing to be done" in bare.snakemake(*STORE, *elsewhere, configs=configs)
    assert not (bare.folder / "results").exists(), "something went past the store"

    found = objects(store, "results", "of/mine/results/")
    on_disk = finished.folder / "results"
    kept = {name: body for name, body in found.items() if "cut-report" not in name}
    assert len(found) == len(kept) + 1
    assert [name for name in kept if not (on_disk / name).is_file()] == []
    bare_of_names = [name for name in kept if Path(name).suffix in NO_NAMES]
    assert {Path(name).suffix for name in bare_of_names} == NO_NAMES
    assert [n for n in bare_of_names if kept[n] != (on_disk / n).read_bytes()] == []
    for name in (name for name in kept if name.endswith("scores.json")):
        assert json.loads(kept[name])["sets"] == json.loads((on_disk / name).read_text())["sets"]


def test_sources_in_a_bucket_are_read_where_they_lie(finished, bare, store):
    """By `ingest` itself, through fsspec; files on this disk stay files on this disk."""
    corpus = finished.folder / "results/smoke-data/synth/corpus"
    store.create_bucket(Bucket="inputs")
    store.put_object(
        Bucket="inputs", Key="replace.jsonl", Body=(corpus / "replace.jsonl").read_bytes()
    )
    config = bare.folder / "remote.yaml"
    config.write_text(FROM_STORE % (corpus / "mask.jsonl", corpus.parent / "tests/unseen.jsonl"))
    bare.snakemake(
        *STORE, "--until", "ingest",
        configs=("config.yaml", "workflow/presets/smoke.yaml", config.name),
    )  # fmt: skip
    found = objects(store, "results", "of/mine/results/remote/")
    assert set(found) == {
        f"ingest/{part}.{kind}" for part in ("rows", "tests") for kind in ("json", "parquet")
    }
    files = {file["source"]: file for file in json.loads(found["ingest/rows.json"])["files"]}
    assert files["replace"]["file"] == "s3://inputs/replace.jsonl"
    assert files["others"]["file"] == str(corpus / "mask.jsonl")
    assert files["replace"]["kept"] > 0
    assert b"a-secret" not in b"".join(found.values())
