"""`diversify synth algebra`."""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd

from diversify.cli.flags import AsJson, Flat, Out
from diversify.cli.output import summary_document, tell
from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.io.tables import write_table
from diversify.synth.algebra import AlgebraData, make_algebra_data
from diversify.training.tokenizer import SYMBOLS

MARKS = 3
"""Tokens around a row of a made model: start, separator, end."""


def synth_algebra(
    *,
    options: Annotated[SynthAlgebraOptions, Flat] = SynthAlgebraOptions(),
    out: Out = Path("algebra"),
    as_json: AsJson = False,
) -> None:
    """Make examples of rewriting an expression by an equation.

    Writes train.parquet, tests.parquet and summary.json into a folder.

    Example: diversify synth algebra --rules 40 --depth 1 --pattern-depth 1 --out algebra
    """
    data = make_algebra_data(options)
    write_table(out / "train.parquet", data.train)
    write_table(out / "tests.parquet", data.tests)
    document = summary_document("synth", _counts(data), options, [], ["numpy"])
    rules = options.rules + options.diversify_rules
    line = f"{len(data.train)} examples of {rules} rules in {out}"
    tell(line, document, out / "summary.json", as_json)


def row_tokens(rows: pd.DataFrame) -> "pd.Series[int]":
    """Count the tokens of each row, prompt and answer, as the symbols tokenizer cuts them."""
    text = rows["instruction"] + "\n\n" + rows["input"] + "\n" + rows["response"]
    return text.str.count(SYMBOLS) - 1 + MARKS  # the line's end is where the separator goes


def _counts(data: AlgebraData) -> dict[str, Any]:
    sets = dict(list(data.tests.groupby("source", sort=False)))
    roles = data.roles
    beside = data.train["rule"].isin([rule.number for rule in roles.beside])
    return {
        "rows_out": len(data.train),
        "rows_of": {"trained": int((~beside).sum()), "beside": int(beside.sum())},
        "tests": {name: len(rows) for name, rows in sets.items()},
        "longest_row": {
            name: int(row_tokens(rows).max())
            for name, rows in {"train": data.train, **sets}.items()
        },
        "rules": {
            "trained": [rule.text() for rule in roles.trained],
            "beside": [rule.text() for rule in roles.beside],
            "held_out": [rule.text() for rule in roles.held_out],
        },
    }
