"""`diversify benchmarks`: published test sets as one table of test items."""

from pathlib import Path
from typing import Annotated

import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Out, Summary
from diversify.cli.output import summary_document, tell
from diversify.errors import ConfigError
from diversify.io.tables import write_table
from diversify.io.test_sets.benchmarks import load_benchmark, named_benchmarks


def benchmarks(
    names: Annotated[
        list[str],
        Parameter(
            name="NAME=PATH",
            negative=(),
            help="A benchmark as it was published (humaneval, mbpp, mbpp-plus, gsm8k, mmlu, "
            "ifeval, bbh, math, math-500, theoremqa) or any file of instruction rows; a known NAME "
            "alone comes from the Hub.",
        ),
    ] = [],
    /,
    *,
    out: Out = Path("tests.parquet"),
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Read benchmarks into one table of test items.

    The table is what `decontaminate` and `verify` keep out of mixes, and what `evaluate` scores.

    Example: diversify benchmarks humaneval=HumanEval.jsonl.gz gsm8k=test.jsonl --out tests.parquet
    """
    if not names:
        raise ConfigError("name a benchmark: NAME=PATH, or a known NAME alone")
    loaded = [load_benchmark(name, path) for name, path in named_benchmarks(names).items()]
    write_table(out, pd.concat([one.items for one in loaded], ignore_index=True))
    counts = {"benchmarks": [one.summary() for one in loaded]}
    places = [Path(one.origin).expanduser() for one in loaded]
    document = summary_document("benchmarks", counts, [], places, ["pandas"])
    items = sum(one["items"] for one in counts["benchmarks"])
    several = "s" * (len(loaded) > 1)
    tell(f"{items} items of {len(loaded)} benchmark{several} in {out}", document, summary, as_json)
