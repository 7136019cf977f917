"""Outputs of reference solutions, kept in the cache folder as they were told; never a verdict."""

import gzip
import json
import platform
import zlib
from importlib.metadata import version
from pathlib import Path

from diversify.evaluation.sandbox.plain import Plain
from diversify.evaluation.sandbox.values import output_of, read_json
from diversify.io.test_sets.code_problems import CodeProblems
from diversify.io.vectors import cache_folder
from diversify.io.whole import whole

LAYOUT = 1
"""Changes with what is kept."""

Told = list[list[tuple[float, float, Plain]]]
"""Seconds, seconds to tell it, and output of each call of each set of inputs."""


def kept(benchmark: CodeProblems, sets: int, output_mb: int) -> dict[str, Told] | None:
    """Give what is kept of a benchmark, by task; None if there is nothing, or nothing whole."""
    try:
        told = read_json(gzip.decompress(_place(benchmark, sets, output_mb).read_bytes()))
        for problem in benchmark.problems:
            _check(told[problem.task_id], (problem.base_input, problem.plus_input)[:sets])
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error):
        return None
    return dict(told)


def keep(benchmark: CodeProblems, sets: int, output_mb: int, told: dict[str, Told]) -> None:
    """Keep what the references of a benchmark gave."""
    with whole(_place(benchmark, sets, output_mb)) as draft:
        draft.write_bytes(gzip.compress(json.dumps(told).encode("ascii"), 1, mtime=0))


def _place(benchmark: CodeProblems, sets: int, output_mb: int) -> Path:
    """Name the file of a benchmark's outputs by all that they depend on."""
    words = [benchmark.name, benchmark.revision.rpartition(":")[2], f"{sets}-sets-{output_mb}-mb"]
    words += [f"python-{platform.python_version()}", f"numpy-{version('numpy')}", str(LAYOUT)]
    return cache_folder() / "references" / ("-".join(words) + ".json.gz")


def _check(told: Told, inputs: tuple[tuple[object, ...], ...]) -> None:
    if [len(calls) for calls in told] != [len(calls) for calls in inputs]:
        raise ValueError("another number of calls")
    for calls in told:
        for called, telling, value in calls:
            float(called + telling)
            output_of(value)
