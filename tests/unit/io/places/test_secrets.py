"""A password, a signature or a token in an address or the environment is written down nowhere."""

import base64
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.cli.app import main
from diversify.config.secrets import said_without_secrets, secret_in, without_secrets
from diversify.errors import ConfigError, DataError
from diversify.io.places.remote import RemoteFile, not_reached
from diversify.io.places.sources import matches
from diversify.workflow.plan import Plan

CANARY = "Zq7canaryZq7"
ROW = b'{"instruction": "Add 2 and 3.", "output": "5"}\n'
WORDS = st.text("abcXYZ019._-%", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (f"https://me:{CANARY}@h.org:80/a.jsonl?sig={CANARY}#x", "https://h.org:80/a.jsonl"),
        (f"https://h.org?token={CANARY}", "https://h.org"),
        (f"s3://AKIAX:{CANARY}@bucket/a?.jsonl", "s3://bucket/a?.jsonl"),
        (f"s3://AKIAX:{CANARY[:4]}/{CANARY}@bucket/a.jsonl", "s3://bucket/a.jsonl"),
        (f"sftp://{CANARY}@h.org/a.jsonl", "sftp://h.org/a.jsonl"),
        (f"zip://a.jsonl::https://me:{CANARY}@h.org/z.zip", "zip://a.jsonl::https://h.org/z.zip"),
        ("github://owner:repository@main/a.jsonl", "github://owner:repository@main/a.jsonl"),
        ("hf://datasets/o/n@revision/a.jsonl", "hf://datasets/o/n@revision/a.jsonl"),
        ("s3://bucket/a@b.jsonl", "s3://bucket/a@b.jsonl"),
        ("https://h.org:8080/a@b:c.jsonl", "https://h.org:8080/a@b:c.jsonl"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address, shown):
    assert without_secrets(address) == shown
    assert str(RemoteFile(address)) == shown


@given(WORDS, WORDS, st.sampled_from(["https", "s3", "ftp", "webdav", "gs"]))
def test_a_login_is_never_shown_and_the_rest_always(user, secret, scheme):
    address = f"{scheme}://u{user}:Q{secret}Q@host/folder/rows.jsonl"
    assert without_secrets(address) == f"{scheme}://host/folder/rows.jsonl"
    assert secret_in(address) == "a password"
    assert secret_in(without_secrets(address)) == ""


@pytest.mark.parametrize(
    ("field", "secret"),
    [
        ("X-Amz-Signature", True), ("AWSAccessKeyId", True), ("sig", True), ("apikey", True),
        ("access_token", True), ("Key-Pair-Id", True), ("download", False), ("design", False),
        ("keyword", False), ("author", False), ("versionId", False),
    ],
)  # fmt: skip
def test_a_field_of_a_query_is_a_secret_by_its_name(field, secret):
    assert bool(secret_in(f"https://h.org/a.jsonl?{field}=1&other=2")) is secret


@pytest.mark.parametrize(
    "said",
    [
        f"403 for url='https://me:{CANARY}@h.org/a.jsonl'",
        f"GET https://h.org/a.jsonl?X-Amz-Signature={CANARY} failed",
        f"401: invalid token hf_{CANARY} for the Hub",
        f"Authorization: Bearer {CANARY}",
        f"InvalidAccessKeyId: AKIA{CANARY.upper()}",
    ],
)
def test_what_a_library_says_is_repeated_without_secrets(said):
    assert CANARY.lower() not in said_without_secrets(said).lower()
    with pytest.raises(DataError) as caught:
        not_reached(f"https://me:{CANARY}@h.org/a.jsonl", OSError(said))
    assert CANARY.lower() not in str(caught.value).lower()
    assert "h.org" in str(caught.value)


@pytest.mark.parametrize("source", [f"s3://k:{CANARY}@b/x", f"https://h.org/x?token={CANARY}"])
def test_a_source_without_a_name_is_refused_without_its_secret(source):
    with pytest.raises(ConfigError, match="expected NAME=FILE") as caught:
        matches(source)
    assert CANARY not in str(caught.value)


@pytest.fixture(scope="module")
def web():
    """A server that wants a password or a signature, and says both aloud in its errors."""
    login = base64.b64encode(f"me:{CANARY}".encode()).decode()

    class Answers(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.do_GET()

        def do_GET(self):
            signed = f"signature={CANARY}" in self.path
            if "absent" in self.path or not (
                signed or self.headers.get("Authorization") == f"Basic {login}"
            ):
                self.send_error(403, f"no {self.path} for {CANARY}")
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(ROW)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(ROW)

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


SECRETS = dict.fromkeys(
    ("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "WANDB_API_KEY", "TRACKIO_TOKEN"), f"hf_{CANARY}"
)


def diversify(folder, *words):
    """Run a command with secrets in its environment; gives its code and all that it said."""
    env = os.environ | SECRETS
    done = subprocess.run(
        [sys.executable, "-m", "diversify", *words],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def holding(folder):
    """Files that hold the secret anywhere, by name or in their bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files, "something was written"
    return [path for path in files if CANARY in path.name or CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize("how", ["signature", "login"])
def test_secrets_reach_the_server_and_no_file_or_line_of_ours(web, tmp_path, how):
    address = {
        "signature": f"http://127.0.0.1:{web}/rows.jsonl?signature={CANARY}",
        "login": f"http://me:{CANARY}@127.0.0.1:{web}/rows.jsonl",
    }[how]
    code, said = diversify(
        tmp_path, "ingest", "--source", f"web={address}", "--out", "rows.parquet",
        "--summary", "summary.json",
    )  # fmt: skip
    assert (code, CANARY in said) == (0, False), said
    code, said = diversify(tmp_path, "mix", address, "--budget", "1", "--strategy", "random")
    assert (code, CANARY in said) == (0, False), said
    assert (tmp_path / "mix.manifest.json").is_file()
    assert holding(tmp_path) == []
    file = json.loads((tmp_path / "summary.json").read_text())["files"][0]["file"]
    assert file == f"http://127.0.0.1:{web}/rows.jsonl"


@pytest.mark.parametrize("command", ["ingest", "mix", "measure"])
def test_what_fails_tells_no_secret(web, tmp_path, command):
    address = f"http://me:{CANARY}@127.0.0.1:{web}/absent.jsonl?signature={CANARY}"
    more = ["--budget", "1"] if command == "mix" else []
    code, said = diversify(tmp_path, command, address, *more)
    assert (code, CANARY in said) == (2, False), said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "what"),
    [
        (f"s3://AKIAX:{CANARY}@bucket/a.jsonl", "s3://bucket/a.jsonl: a password in an address"),
        (f"https://h.org/a.jsonl?X-Amz-Signature={CANARY}", "X-Amz-Signature in an address"),
    ],
)
def test_a_config_may_hold_no_secret_for_snakemake_prints_it(address, what, tmp_path):
    (tmp_path / "tests.jsonl").touch()
    experiment = {
        "track": "data", "grid": {}, "sources": {"code": [address]},
        "tests": {"held": [str(tmp_path / "tests.jsonl")]}, "core": "code",
    }  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        Plan({"run": ["own"], "experiments": {"own": experiment}})
    said = str(caught.value)
    assert what in said and "the environment" in said
    assert CANARY not in said and "\n" not in said


def test_a_fault_of_a_config_repeats_no_secret(tmp_path):
    config = (
        f"run: [own]\nexperiments:\n  own: {{track: data, sources: {{a: 's3://k:{CANARY}@b/x'}}}}\n"
    )
    (tmp_path / "config.yaml").write_text(config)
    code, said = diversify(tmp_path, "config", "check")
    assert (code, CANARY in said) == (2, False), said
    assert "given: 's3://b/x'" in said


def test_training_and_its_logs_hold_no_token(tmp_path, monkeypatch, capfd):
    rows = [{"instruction": f"say {n}", "response": str(n)} for n in range(40)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    logs = ["--report-to", "tensorboard"] if find_spec("tensorboard") else []
    monkeypatch.chdir(tmp_path)
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    main([
        "sft", "rows.jsonl", "--out", "model", "--summary", "summary.json",
        "--layers", "1", "--width", "16", "--heads", "2", "--max-steps", "2",
        "--per-device-train-batch-size", "4", *logs,
    ])  # fmt: skip
    said = capfd.readouterr()
    assert "2 steps" in said.out
    assert CANARY not in said.out + said.err
    assert (tmp_path / "model" / "model.safetensors").is_file()
    assert holding(tmp_path) == []
