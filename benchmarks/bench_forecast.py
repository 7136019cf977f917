"""What `mix --dry-run` says beforehand, and what the run takes: seconds and memory of each step.

    DATA=FOLDER python benchmarks/bench_forecast.py [rows ...] [-- flags of mix ...]

20,000, 70,000 and 200,000 rows, each predicted and run three times, every time with an empty cache
of vectors. FOLDER holds instruction files as for bench_mix.py, whose rows are drawn with a seed and
edited, so that there are as many different texts as rows; without DATA they are the string editing
of diversify.synth. Raw numbers and medians go to benchmarks/results/forecast.json.
"""

import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench_mix import SOURCES
from timing import keep

from diversify.cli import pool, pool_from_files
from diversify.config.ingest import IngestOptions
from diversify.config.synth_editing import SynthEditingOptions
from diversify.io.corpus import corpus_file, write_editing_corpus
from diversify.io.ingest import ingest_files
from diversify.io.meter import memory_held, seconds_alive
from diversify.io.places.sources import named_sources
from diversify.io.tables import read_rows

SIZES = (20_000, 70_000, 200_000)
TIMES = int(os.environ.get("TIMES", "3"))
EDITED = 0.1
"""Share of the words of a row that are exchanged for words of another row."""
FLAGS = ["--strategy", "k-center"]
WATCHED = {
    "ingest_files": "ingest", "read_rows": "ingest", "unique_rows": "dedup",
    "without_leaks": "decontaminate", "costs_of": "tokens", "embed_rows": "embed",
    "group_rows": "cluster", "vectors_hash": "cluster",
}  # fmt: skip
"""What a mix calls, and the step it belongs to."""


def main(sizes: list[int], flags: list[str]) -> None:
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            files = made(rows, Path(folder) / str(rows))
            command = ["mix", *files, "--budget", str(rows // 4), *flags]
            runs.append(compared(rows, command, Path(folder)))
            print("forecast", rows, {name: runs[-1][name] for name in ("seconds", "peak_mb")})
            for name, step in runs[-1]["steps"].items():
                print("  ", name, step)
    packages = ["numpy", "pandas", "scikit-learn", "sentence-transformers", "torch"]
    data = "real rows, edited" if "DATA" in os.environ else "string editing"
    keep("forecast", runs, packages, data=data, flags=flags, times=TIMES)


def made(rows: int, folder: Path) -> list[str]:
    """Write the inputs, a file per source."""
    folder.mkdir()
    if "DATA" not in os.environ:
        options = SynthEditingOptions(core_rows=rows // 2, other_rows=rows // 18, seed=1)
        counts = write_editing_corpus(folder, options)
        return [str(corpus_file(folder, name)) for name in counts["sources"]]
    patterns = [f"{name}={os.environ['DATA']}/{one}" for name, of in SOURCES.items() for one in of]
    ingest_files(named_sources([], patterns), folder / "t.parquet", None, IngestOptions())
    table = read_rows(folder / "t.parquet")
    rng = random.Random(1)
    words = [word for text in table["instruction"].head(5000) for word in text.split(" ")]
    drawn = table.iloc[rng.choices(range(len(table)), k=rows)]
    for source, some in drawn.groupby("source"):
        with (folder / f"{source}.jsonl").open("w", encoding="utf-8") as stream:
            for one in some.itertuples():
                text = [rng.choice(words) if rng.random() < EDITED else word
                        for word in one.instruction.split(" ")]  # fmt: skip
                row = {"instruction": " ".join(text), "input": one.input, "output": one.response}
                stream.write(json.dumps(row) + "\n")
    return [str(path) for path in sorted(folder.glob("*.jsonl"))]


def compared(rows: int, command: list[str], folder: Path) -> dict[str, Any]:
    """Predict and run, several times; give medians and what is between them."""
    said = [told(command, folder) for _ in range(TIMES)]
    took = [run(command, folder) for _ in range(TIMES)]
    steps = {name: {key: median(one[name][key] for one in said) for key in ("seconds", "peak")}
             for name in said[0]}  # fmt: skip
    real = {name: {key: median(one.get(name, {}).get(key, 0) for one in took)
                   for key in ("seconds", "peak")} for name in steps}  # fmt: skip
    return {
        "tool": f"{rows} rows",
        "rows": rows,
        "seconds": error("seconds", said, took, sum),
        "peak_mb": error("peak", said, took, max),
        "dry_run_seconds": [one["dry run"]["wall"] for one in said],
        "steps": {
            name: {
                "predicted_seconds": steps[name]["seconds"], "seconds": real[name]["seconds"],
                "predicted_mb": steps[name]["peak"], "peak_mb": real[name]["peak"],
            } for name in steps if name != "dry run"
        },
    }  # fmt: skip


def error(key: str, said: list[dict], took: list[dict], together: Any) -> dict[str, Any]:
    """Put what was said beside what it took, all steps together."""
    told = [together(step[key] for name, step in one.items() if name != "dry run") for one in said]
    real = [together(step[key] for step in one.values()) for one in took]
    off = median(told) / median(real) - 1
    return {"predicted": median(told), "real": median(real), "off": f"{off:+.0%}",
            "each_predicted": told, "each_real": real}  # fmt: skip


def median(numbers: Any) -> float:
    return round(statistics.median(numbers), 2)


def told(command: list[str], folder: Path) -> dict[str, Any]:
    """Predict with an empty cache."""
    start = time.perf_counter()
    done = child([sys.executable, "-m", "diversify", *command, "--dry-run", "--json"], folder)
    steps = {step["name"]: {"seconds": step["seconds"], "peak": step["peak"] / 2**20}
             for step in json.loads(done)["steps"]}  # fmt: skip
    return {**steps, "dry run": {"seconds": 0, "peak": 0, "wall": time.perf_counter() - start}}


def run(command: list[str], folder: Path) -> dict[str, Any]:
    """Run with an empty cache."""
    words = [*command, "--out", str(folder / "out" / "mix.jsonl")]
    return json.loads(child([sys.executable, __file__, "--watched", *words], folder))


def child(command: list[str], folder: Path) -> str:
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        place = {**os.environ, "DIVERSIFY_CACHE": cache}
        return subprocess.run(command, check=True, stdout=-1, text=True, env=place).stdout


def watched(command: list[str]) -> None:
    """Run a mix in this process and print what each step took."""
    from diversify.cli import mix
    from diversify.cli.app import main as diversify

    watch = Watch()
    for name, step in WATCHED.items():
        setattr(pool_from_files, name, watch.over(step, getattr(pool_from_files, name)))
    pool.Pool.draw = watch.over("mix", pool.Pool.draw)
    mix.write_mixes = watch.over("write", mix.write_mixes)
    with contextlib.redirect_stdout(sys.stderr), contextlib.suppress(SystemExit):
        diversify(command)
    print(json.dumps(watch.result()))


class Watch:
    """Seconds and peak memory of steps; what is between them belongs to `start`."""

    def __init__(self) -> None:
        self.steps = ["start"]
        self.seconds: dict[str, float] = defaultdict(float, start=seconds_alive())
        self.peak: dict[str, int] = defaultdict(int)
        self.since = time.perf_counter()
        threading.Thread(target=self.look, daemon=True).start()

    def look(self) -> None:
        while True:
            self.peak[self.steps[-1]] = max(self.peak[self.steps[-1]], memory_held())
            time.sleep(0.005)

    def turn(self) -> None:
        now = time.perf_counter()
        self.seconds[self.steps[-1]] += now - self.since
        self.since = now

    def over(self, step: str, work: Any) -> Any:
        def watched_work(*given: Any, **named: Any) -> Any:
            self.turn()
            self.steps.append(step)
            try:
                return work(*given, **named)
            finally:
                self.turn()
                self.steps.pop()

        return watched_work

    def result(self) -> dict[str, dict[str, float]]:
        self.turn()
        return {name: {"seconds": seconds, "peak": self.peak[name] / 2**20}
                for name, seconds in self.seconds.items()}  # fmt: skip


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] == ["--watched"]:
        watched(given[1:])
    else:
        cut = given.index("--") if "--" in given else len(given)
        main([int(one) for one in given[:cut]] or list(SIZES), given[cut + 1 :] or FLAGS)
