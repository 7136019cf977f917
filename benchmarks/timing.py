"""How all benchmarks time and keep their numbers: several runs, all of them written down."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
RESULTS = Path(__file__).parent / "results"


def repeated(work: Callable[[], Result], times: int = 3) -> tuple[Result, list[float]]:
    """Run work several times; gives its last result and the seconds of each run."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        seconds.append(round(time.perf_counter() - start, 4))
    return result, seconds


def line(tool: str, seconds: list[float], **more: Any) -> dict[str, Any]:
    """One tool's numbers: every run and the median."""
    return {"tool": tool, "median": statistics.median(seconds), "seconds": seconds, **more}


def keep(name: str, lines: list[dict[str, Any]], packages: list[str], **setting: Any) -> None:
    """Print the numbers and write them to results/NAME.json with what they were measured on."""
    document = {
        "setting": {
            **setting,
            "threads": os.environ.get("OMP_NUM_THREADS", "all"),
            "cores": len(os.sched_getaffinity(0)),
            "load": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
            **{package: version(package) for package in packages},
        },
        "runs": lines,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
    for one in lines:
        print(name, {key: value for key, value in one.items() if key != "seconds"})
