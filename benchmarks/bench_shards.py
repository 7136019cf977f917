"""What each step of an experiment in shards costs, and what a DAG of 10,000 jobs costs to plan.

    DATA=FOLDER OMP_NUM_THREADS=2 python benchmarks/bench_shards.py

Each step runs as the command that its job is, on public rows and edits of them (as in
bench_scale.py): ROWS rows (400,000) in 4 shards. Rates are rows a second of one job, its start
included; MiniLM is timed on 4,000 rows. The DAG has 512 shards and one mix for each of 13 shares;
only its listing is timed. Raw numbers go to benchmarks/results/shards.json. Skipped without DATA.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from bench_scale import write_pool
from timing import keep, line

ROOT = Path(__file__).parents[1]
ROWS = int(os.environ.get("ROWS", "400000"))
SHARDS = 4
BUDGET = ["--budget", "5000"]
SPHERICAL = ["--method", "spherical"]


def main(data: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = [*steps(data, Path(folder)), *dag(Path(folder))]
    keep("shards", lines, ["snakemake", "numpy", "pyarrow"], rows=ROWS, shards=SHARDS)


def steps(data: Path, folder: Path) -> list[dict[str, Any]]:
    """Run the steps of one experiment, the first shard of each timed."""
    write_pool(data, ROWS, folder / "pool.jsonl")
    gsm8k = next((data / "gsm8k").glob("test*"))
    names = [f"{number:03d}-of-{SHARDS:03d}" for number in range(SHARDS)]
    run = Runner(folder)
    run("ingest", ROWS, "ingest", "pool.jsonl", "--shards", SHARDS, "--out", "part.parquet")
    for name in names:
        run("shard rows", None, "shard", "rows", "part.parquet", "--shard", name,
            "--out", f"{name}.parquet")  # fmt: skip
        for method in ("exact", "minhash"):
            run(f"shard keys, {method}", None, "shard", "keys", f"{name}.parquet",
                "--method", method, "--out", f"{name}-{method}.npy")  # fmt: skip
    tables = [f"{name}.parquet" for name in names]
    for method in ("exact", "minhash"):
        keys = [f"{name}-{method}.npy" for name in names]
        run(f"shard twins, {method}", ROWS, "shard", "twins", *tables, "--keys", *keys,
            "--method", method, "--out", "twins.parquet")  # fmt: skip
    own = names[0]
    run("dedup", None, "dedup", f"{own}.parquet", "--twins", "twins.parquet", "--shard", own,
        "--out", "unique.parquet")  # fmt: skip
    run("decontaminate", None, "decontaminate", "unique.parquet", "--benchmark",
        f"gsm8k={gsm8k}", "--out", "clean.parquet")  # fmt: skip
    pd.read_parquet(folder / "clean.parquet").head(4000).to_parquet(folder / "few.parquet")
    run("embed, MiniLM", 4000, "embed", "few.parquet", "--out", "few.npy")
    run("embed, static, model made", 4000, "embed", "few.parquet", "--backend", "static")
    run("embed, static", None, "embed", "clean.parquet", "--backend", "static",
        "--out", "rows.npy")  # fmt: skip
    run("cluster, fit", None, "cluster", "rows.npy", *SPHERICAL, "--centres-out", "centres.npy")
    run("cluster, assign", None, "cluster", "rows.npy", "--centres", "centres.npy")
    for strategy in ("random", "cluster-balanced", "k-center"):
        run(f"shard candidates, {strategy}", None, "shard", "candidates", "clean.parquet",
            "--embeddings", "rows.npy", "--labels", "labels.npy", "--strategy", strategy,
            *BUDGET)  # fmt: skip
    run("shard gather", None, "shard", "gather", "clean.parquet", "--embeddings", "rows.npy",
        "--most", 5000, "--out", "some.parquet", "--embeddings-out", "some.npy")  # fmt: skip
    return run.lines()


class Runner:
    """Runs commands in a folder, and remembers what each kind took."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.found = folder, {}

    def __call__(self, kind: str, rows: int | None, *words: Any) -> None:
        call = [sys.executable, "-m", "diversify", *map(str, words)]
        place = {"DIVERSIFY_CACHE": str(self.folder / "cache"), "PYTHONPATH": str(ROOT)}
        start = time.perf_counter()
        with subprocess.Popen(
            call, cwd=self.folder, env=os.environ | place, stdout=subprocess.DEVNULL
        ) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, words
        seconds = round(time.perf_counter() - start, 2)
        self.found.setdefault(kind, []).append((rows or ROWS // SHARDS, seconds, used.ru_maxrss))

    def lines(self) -> list[dict[str, Any]]:
        return [
            line(kind, [seconds for _, seconds, _ in runs], rows=runs[0][0],
                 rows_a_second=round(float(np.median([rows / s for rows, s, _ in runs]))),
                 peak_mb=max(peak for _, _, peak in runs) // 1024)
            for kind, runs in self.found.items()
        ]  # fmt: skip


def dag(folder: Path) -> list[dict[str, Any]]:
    """List a DAG of about 10,000 jobs, and smaller ones beside it."""
    return [listed(folder, shards) for shards in (64, 256, 512)]


def listed(folder: Path, shards: int) -> dict[str, Any]:
    overlay = {
        "run": ["sweetspot"],
        "experiments": {
            "sweetspot": {
                "shards": shards,
                "grid": {"shares": [number / 13 for number in range(13)]},
            }
        },
    }
    (folder / "overlay.yaml").write_text(yaml.safe_dump(overlay))
    configs = [ROOT / "config.yaml", folder / "overlay.yaml"]
    call = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--dry-run",
            "--quiet", "rules", "--directory", folder, "--configfile", *configs]  # fmt: skip
    start = time.perf_counter()
    with subprocess.Popen(
        list(map(str, call)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        told = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, told
    seconds = round(time.perf_counter() - start, 2)
    jobs = int(told.split("total")[1].split()[0])
    return line(f"dry run, {shards} shards", [seconds], jobs=jobs, peak_mb=used.ru_maxrss // 1024)


if __name__ == "__main__":
    if "DATA" in os.environ:
        main(Path(os.environ["DATA"]))
    else:
        print("bench_shards: name a folder with public instruction files, DATA=FOLDER")
