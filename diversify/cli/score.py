"""`diversify score`."""

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Labels, Out
from diversify.cli.output import cell_of, say, summary_document, tell
from diversify.config.score import ScoreOptions
from diversify.errors import ConfigError
from diversify.evaluation.code.score import CodeScores, score_code
from diversify.evaluation.sandbox.jail import jail
from diversify.io.item_scores import totals, write_items
from diversify.io.test_sets.benchmarks import named_benchmarks
from diversify.io.test_sets.code_problems import read_code_problems
from diversify.io.test_sets.code_samples import programs_of, read_samples
from diversify.io.whole import whole

UNSAFE = "unsafe-exec: programs ran without bubblewrap"
"""The mark of scores that no sandbox stood behind."""


def score(
    samples: Annotated[
        Path,
        Parameter(
            name="SAMPLES", help="Programs, one a line: task_id, and solution or completion."
        ),
    ],
    /,
    *,
    options: Annotated[ScoreOptions, Flat] = ScoreOptions(),
    benchmark: Annotated[
        list[str],
        Parameter(
            negative=(),
            help="humaneval or mbpp, or NAME=FILE in EvalPlus' layout; without a file the pinned "
            "release is fetched. Repeatable.",
        ),
    ] = [],
    label: Labels = [],
    out: Out = Path("scores.json"),
    items: Annotated[
        Path | None, Parameter(help="Where the scores of single problems go, as Parquet.")
    ] = None,
    details: Annotated[
        Path | None, Parameter(help="Where the reasons of failures go, as JSON lines.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score written programs by EvalPlus' rules.

    Programs run under bubblewrap, without network or files. They return plain outputs, which are
    compared out here, so that no program can find what is expected or decide that it is right. A
    problem without a sample has failed.

    Example: diversify score samples.jsonl --benchmark humaneval --benchmark mbpp=MbppPlus.jsonl.gz

    Example: diversify score samples.jsonl --benchmark humaneval --base-only --details why.jsonl
    """
    cell = cell_of(label)
    named = named_benchmarks(benchmark)
    if not named:
        raise ConfigError("--benchmark is missing: humaneval or mbpp, or NAME=FILE")
    benchmarks = [
        read_code_problems(name, Path(path).expanduser() if path else None)
        for name, path in named.items()
    ]
    programs = programs_of(read_samples(samples), benchmarks, samples)
    with jail(options) as shut:
        scores = [score_code(one, programs, options, shut) for one in benchmarks]
    table = pd.concat([one.items() for one in scores], ignore_index=True)
    marks = [mark for one in scores for mark in one.marks()]
    counts = {
        "cell": cell,
        "tasks": totals(table),
        "statuses": {one.name: one.statuses() for one in scores},
        "marks": [*marks, *([UNSAFE] if options.unsafe_exec else [])],
        "data": {one.name: one.summary() for one in benchmarks},
    }
    files = [samples, *(Path(path).expanduser() for path in named.values() if path)]
    document = summary_document("score", counts, options, files, ["numpy"])
    if items:
        write_items(items, table)
    if details:
        _write_details(details, scores)
    for mark in document["marks"]:
        say(f"note: {mark}")
    shown = ", ".join(
        f"{task} {metrics['pass@1']['value']:.3f}" for task, metrics in document["tasks"].items()
    )
    tell(f"pass@1: {shown}; scores in {out}", document, out, as_json)


def _write_details(path: Path, scores: list[CodeScores]) -> None:
    with whole(path) as draft, draft.open("w", encoding="utf-8") as stream:
        for row in (row for one in scores for row in one.details()):
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
