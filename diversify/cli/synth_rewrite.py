"""`diversify synth rewrite`."""

from pathlib import Path
from typing import Annotated

import pandas as pd

from diversify.cli.flags import AsJson, Flat, Out
from diversify.cli.output import summary_document, tell
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.io.tables import write_table
from diversify.synth.rewrite import make_rewrite_data


def synth_rewrite(
    *,
    options: Annotated[SynthRewriteOptions, Flat] = SynthRewriteOptions(),
    out: Out = Path("rewrite"),
    as_json: AsJson = False,
) -> None:
    """Make string-rewriting rules and examples of them.

    Writes train.parquet, tests.parquet and summary.json into a folder.

    Example: diversify synth rewrite --instructions 300 --examples 100000 --out rewrite
    """
    data = make_rewrite_data(options)
    # accuracy on rows that were trained on stands beside accuracy on unseen rules
    known = data.train.head(options.tests).assign(source="train")
    write_table(out / "train.parquet", data.train)
    write_table(out / "tests.parquet", pd.concat([data.unseen.assign(source="unseen"), known]))
    counts = {
        "rows_out": len(data.train),
        "tests": {"unseen": len(data.unseen), "train": len(known)},
    }
    document = summary_document("synth", counts, options, [], ["numpy"])
    line = f"{len(data.train)} examples of {options.instructions} rules in {out}"
    tell(line, document, out / "summary.json", as_json)
