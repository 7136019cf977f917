"""What a large grid costs the scheduler: seconds and memory of a dry run, seconds for each job.

    python benchmarks/bench_load.py [cells ...]

Dry runs of grids with 300, 1,000 and 3,000 cells, three jobs a cell. Then 100 real jobs, one at a
time: the wall time, less what Snakemake's own benchmark files say that the jobs took and less that
of a dry run of the same, is the scheduler's. Raw numbers go to benchmarks/results/load.json.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from timing import keep

ROOT = Path(__file__).parents[1]
SIZES = (300, 1000, 3000)
JOBS = 100
SEEDS = 10
TIMES = int(os.environ.get("TIMES", "3"))


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = [dry_runs(cells, Path(folder)) for cells in sizes]
        lines.append(real_jobs(Path(folder)))
    keep("load", lines, ["snakemake"], times=TIMES)


def dry_runs(cells: int, folder: Path) -> dict[str, Any]:
    """Have the whole grid listed, nothing done."""
    runs = [measured(cells, folder, "--dry-run") for _ in range(TIMES)]
    return {
        "tool": f"dry run, {cells} cells",
        "jobs": 3 * cells + 2,
        "median": statistics.median(run["wall"] for run in runs),
        "seconds": [run["wall"] for run in runs],
        "processor_seconds": [run["processor"] for run in runs],
        "peak_mb": max(run["peak_mb"] for run in runs),
    }


def real_jobs(folder: Path) -> dict[str, Any]:
    """Run the first stage of a grid; its jobs take about a second each."""
    words = ["--cores", "1", "--until", "synth_rewrite"]
    listed = measured(JOBS, folder, "--dry-run", *words)["wall"]
    wall = measured(JOBS, folder, *words)["wall"]
    files = sorted((folder / "benchmarks").rglob("*.tsv"))
    assert len(files) == JOBS, len(files)
    own = float(sum(pd.read_csv(path, sep="\t")["s"].sum() for path in files))
    return {
        "tool": f"{JOBS} real jobs",
        "jobs": JOBS,
        "wall": wall,
        "jobs_own": round(own, 2),
        "dry_run": listed,
        "overhead_for_each": round((wall - listed - own) / JOBS, 4),
        "overhead_of_own": round((wall - listed - own) / own, 3),
    }


def measured(cells: int, folder: Path, *words: str) -> dict[str, float]:
    """Run Snakemake on a grid, in a process whose time and memory are its own."""
    config = folder / f"{cells}.yaml"
    config.write_text(yaml.safe_dump(grid_of(cells)))
    places = ["--snakefile", ROOT / "Snakefile", "--configfile", ROOT / "config.yaml", config]
    call = [sys.executable, "-m", "snakemake", "--quiet", "all", *places, *words]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with subprocess.Popen(
        [str(word) for word in call], cwd=folder, env={**os.environ, "PATH": path}
    ) as process:
        # wait4 gives the peak of this one process
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert not process.returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "wall": round(time.perf_counter() - start, 2),
        "processor": round(spent, 2),
        "peak_mb": used.ru_maxrss // 1024,
    }


def grid_of(cells: int) -> dict[str, Any]:
    """Give a config of so many cells."""
    grid = {"instructions": list(range(10, 10 + cells // SEEDS)), "seeds": list(range(SEEDS))}
    experiment = {
        "track": "rewrite",
        "grid": grid,
        "synth": {"examples": 1000, "input_length": 8, "tests": 50},
        "sft": {"layers": 1, "width": 32, "heads": 2, "max_length": 40, "max_steps": 20},
    }
    report = {"path": "results/load-report/index.html"}
    return {"run": ["load"], "report": report, "experiments": {"load": experiment}}


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or list(SIZES))
