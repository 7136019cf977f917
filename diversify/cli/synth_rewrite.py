"""`diversify synth rewrite`."""

from pathlib import Path
from typing import Annotated

import pandas as pd

from diversify.cli.flags import AsJson, Flat, Out, Threads
from diversify.cli.output import summary_document, tell
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.hardware import usable_threads
from diversify.io.tables import write_table
from diversify.synth.rewrite import make_rewrite_data


def synth_rewrite(
    *,
    options: Annotated[SynthRewriteOptions, Flat] = SynthRewriteOptions(),
    out: Out = Path("rewrite"),
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Make string-rewriting rules and examples of them.

    Writes train.parquet, tests.parquet and summary.json into a folder.

    Example: diversify synth rewrite --instructions 300 --examples 100000 --out rewrite
    """
    data = make_rewrite_data(options, usable_threads(threads))
    # accuracy on rows that were trained on stands beside accuracy on unseen rules
    tests = {**data.tests, "train": data.train.head(options.tests)}
    write_table(out / "train.parquet", data.train)
    write_table(
        out / "tests.parquet",
        pd.concat([rows.assign(source=name) for name, rows in tests.items()]),
    )
    rules = data.rule_summary()
    counts = {
        "rows_out": len(data.train),
        "tests": {name: len(rows) for name, rows in tests.items()},
        "rules": rules,
    }
    document = summary_document("synth", counts, options, [], ["numpy"])
    line = f"{len(data.train)} examples of {rules['with_examples']} rules in {out}"
    tell(line, document, out / "summary.json", as_json)
