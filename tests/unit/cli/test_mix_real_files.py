"""A curator's files: public data of five kinds, with true duplicates across them."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from diversify.records import same_key

DATA = Path(os.environ.get("DIVERSIFY_DATA", Path(__file__).parents[4] / "shared" / "data"))
SOURCES = {
    "code": ["codealpaca/*.json.gz", "evol_code/*.json.gz"],
    "general": ["alpaca/*.json.gz"],
    "reasoning": ["flan_cot/*.tsv.gz"],
    "math": ["gsm8k/train.jsonl.gz"],
}

pytestmark = pytest.mark.skipif(
    not (DATA / "SOURCES.md").is_file(), reason=f"no data at {DATA}; set DIVERSIFY_DATA"
)


def test_twenty_thousand_rows_out_of_seventy_thousand_with_a_quarter_code(run, tmp_path):
    out = tmp_path / "mix.jsonl"
    named = [f"--source={name}={DATA}/{one}" for name, of in SOURCES.items() for one in of]
    code, said, err = run("mix", *named, "--budget", 20_000, "--core", "code", "--core-share", 0.25,
                          "--strategy", "random", "--out", out, "--json")  # fmt: skip
    assert code == 0, err
    lines = out.read_text().splitlines()
    manifest = json.loads((tmp_path / "mix.manifest.json").read_text())
    assert len(lines) == len(manifest["rows"]) == 20_000
    assert Counter(row["source"] for row in manifest["rows"])["code"] == 5_000
    prompts = [json.loads(line)["messages"][0]["content"] for line in lines]
    assert len({same_key(prompt, "") for prompt in prompts}) == 20_000
    steps = json.loads(said)["steps"]
    assert steps["ingest"]["rows_in"] > 70_000
    across = [(one["source"], one["twin_source"]) for one in steps["dedup"]["dropped_by_source"]]
    assert ("math", "reasoning") in across, "GSM8K is in both"
