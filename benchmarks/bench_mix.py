"""The mix on real files, as a curator runs it: seconds and peak memory of the whole command.

    DATA=FOLDER python benchmarks/bench_mix.py

FOLDER holds codealpaca/, evol_code/, alpaca/, flan_cot/ and gsm8k/ with public instruction files.
Two runs: with an empty cache of vectors, and again with a full one. Skipped without DATA.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import keep, line, repeated

BUDGET = 20_000
SOURCES = {
    "code": ["codealpaca/*.json.gz", "evol_code/*.json.gz"],
    "general": ["alpaca/*.json.gz"],
    "reasoning": ["flan_cot/*.tsv.gz"],
    "math": ["gsm8k/train.jsonl.gz"],
}


def main(folder: Path) -> None:
    named = [f"--source={name}={folder}/{one}" for name, of in SOURCES.items() for one in of]
    with tempfile.TemporaryDirectory() as place:
        os.environ["DIVERSIFY_CACHE"] = f"{place}/cache"
        out = Path(place) / "mix.jsonl"
        command = [
            sys.executable, "-m", "diversify", "mix", *named, "--budget", str(BUDGET),
            "--core", "code", "--core-share", "0.25", "--strategy", "k-center",
            "--out", str(out), "--json",
        ]  # fmt: skip
        first, cold = repeated(lambda: run(command), times=1)
        again, warm = repeated(lambda: run(command), times=3)
    assert first["file"] == again["file"], "the cache changed the picks"
    assert first["file"]["rows"] == BUDGET
    steps = first["steps"]
    # the largest of the commands that ran; they do the same work
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    counts = {
        "rows": steps["ingest"]["rows_in"],
        "malformed": steps["ingest"]["dropped"],
        "duplicates": steps["dedup"]["dropped"],
        "left": steps["dedup"]["rows_out"],
        "clusters": steps["cluster"]["clusters"],
        "peak_mb": peak,
        "sources": first["sources"],
    }
    lines = [line("empty cache", cold, **counts), line("full cache", warm, **counts)]
    keep("mix", lines, ["sentence-transformers", "torch", "scikit-learn"], budget=BUDGET)


def run(command: list[str]) -> dict:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    if "DATA" in os.environ:
        main(Path(os.environ["DATA"]))
    else:
        print("bench_mix: skipped, DATA names no folder of instruction files", file=sys.stderr)
