"""The whole mix at growing sizes: raw file -> 20,000 rows, seconds and peak memory of the command.

    DATA=FOLDER ROWS=70000,200000,1000000 OMP_NUM_THREADS=2 python benchmarks/bench_scale.py

FOLDER holds codealpaca/, evol_code/, alpaca/, flan_cot/ and gsm8k/ with public instruction files.
Larger sets are made of their rows by edits: a few words of each instruction are replaced by words
of others, so that no two rows are the same. Static vectors, an empty cache, spherical clusters,
exact duplicates. One run each; the numbers go to benchmarks/results/scale.json, and a plot beside
it shows the growth against n log n. Skipped without DATA.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from math import log
from pathlib import Path

from bench_mix import BUDGET, SOURCES
from timing import RESULTS, keep, line

from diversify.config.ingest import IngestOptions
from diversify.io.readers import read_records
from diversify.records import Record

EDITS = 4
"""Words replaced in each made row."""


def main(folder: Path, sizes: list[int]) -> None:
    lines = [measured(folder, size) for size in sizes]
    keep("scale", lines, ["model2vec", "scikit-learn", "numpy"], budget=BUDGET)
    plot(lines)


def measured(folder: Path, size: int) -> dict:
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "pool.jsonl"
        write_pool(folder, size, made)
        out = Path(place) / "mix.jsonl"
        command = [
            sys.executable, "-m", "diversify", "mix", str(made), "--budget", str(BUDGET),
            "--strategy", "k-center", "--backend", "static", "--method", "spherical",
            "--out", str(out), "--json",
        ]  # fmt: skip
        environment = os.environ | {"DIVERSIFY_CACHE": f"{place}/cache"}
        seconds, peak, told = run(command, environment)
    steps = told["steps"]
    assert told["file"]["rows"] == BUDGET
    return line(
        f"diversify mix, {size} rows", [seconds], rows=size, peak_mb=peak,
        left=steps["dedup"]["rows_out"], clusters=steps["cluster"]["clusters"],
    )  # fmt: skip


def run(command: list[str], environment: dict) -> tuple[float, int, dict]:
    """Run a command; gives its seconds, its own peak memory in MB and what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    told = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return round(time.perf_counter() - start, 1), usage.ru_maxrss // 1024, told


def write_pool(folder: Path, size: int, path: Path) -> None:
    rng = random.Random(0)
    files = [file for of in SOURCES.values() for one in of for file in sorted(folder.glob(one))]
    rows = [
        (record.instruction, record.input, record.response)
        for file in files
        for record in read_records(file, file.stem, IngestOptions())
        if isinstance(record, Record)
    ]
    words = sorted({word for instruction, _, _ in rows for word in instruction.split()})
    with path.open("w") as stream:
        for number in range(size):
            instruction, input, response = rows[number % len(rows)]
            row = {
                "instruction": edited(instruction, words, rng)
                if number >= len(rows)
                else instruction,
                "input": input,
                "output": response,
            }
            stream.write(json.dumps(row) + "\n")


def edited(text: str, words: list[str], rng: random.Random) -> str:
    parts = text.split(" ")
    for _ in range(EDITS):
        parts[rng.randrange(len(parts))] = rng.choice(words)
    return " ".join([*parts, rng.choice(words)])


def plot(lines: list[dict]) -> None:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    rows = [one["rows"] for one in lines]
    seconds = [one["median"] for one in lines]
    scale = seconds[0] / (rows[0] * log(rows[0]))
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    axes.loglog(rows, seconds, "o-", label="diversify mix")
    axes.loglog(rows, [scale * n * log(n) for n in rows], "--", label="n log n from the first")
    axes.set_xlabel("Rows in the file")
    axes.set_ylabel("Seconds, from file to mix")
    axes.set_xticks(rows, [f"{n:,}" for n in rows])
    axes.set_yticks(seconds, [f"{one:.0f}" for one in seconds])
    axes.minorticks_off()
    axes.legend()
    figure.savefig(RESULTS / "scale.svg", metadata={"Date": None})


if __name__ == "__main__":
    if "DATA" in os.environ:
        sizes = os.environ.get("ROWS", "70000,200000,1000000").split(",")
        main(Path(os.environ["DATA"]), [int(size) for size in sizes])
    else:
        print("bench_scale: skipped, DATA names no folder of instruction files", file=sys.stderr)
