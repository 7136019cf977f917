"""`diversify tabulate`."""

from pathlib import Path
from typing import Annotated

import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Summary
from diversify.cli.output import printable, say, summary_document, tell
from diversify.cli.scored_documents import Scored, read_all
from diversify.cli.tabulated import Key, Models, items_of
from diversify.config.tabulate import TabulateOptions
from diversify.errors import ConfigError
from diversify.evaluation.pairs.tabulate import Tabulated
from diversify.evaluation.pairs.tabulate import tabulate as tabulated
from diversify.io.documents import Document, write_document
from diversify.io.tables import write_table
from diversify.io.whole import whole

COLUMNS = [
    "experiment", "model", "arm", "seed", "task", "metric", "value", "low", "high", "n",
    "smallest_difference", "paired_with", "harness", "version", "data", "revision", "model_hash",
    "marks",
]  # fmt: skip
"""Of the long table."""
ENDINGS = (".csv", ".parquet")
PACKAGES = ["numpy", "pandas", "scipy"]


def tabulate(
    files: Annotated[
        list[Path],
        Parameter(name="FILE", negative=(), help="Scores, each with its items.parquet beside it."),
    ],
    /,
    *,
    options: Annotated[TabulateOptions, Flat] = TabulateOptions(),
    out: Annotated[
        list[Path],
        Parameter(negative=(), help="The long table, .csv or .parquet; repeatable."),
    ] = [Path("scores.csv")],
    verdicts: Annotated[
        Path, Parameter(help="Scores of the arms and verdicts between them, as JSON.")
    ] = Path("verdicts.json"),
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Put all scores into one long table, and compare the arms.

    Each arm is compared with the reference over the same items: McNemar's exact test or a paired
    t-test, a paired bootstrap interval, p-values corrected for being many, a verdict in words, and
    the smallest difference that could have been seen. Items that one arm lacks are an error.
    Documents without items, such as summaries of `generate`, tell of the models alone.

    Example: diversify tabulate results/e/score/*/scores.json --reference oss --out scores.csv

    Example: diversify tabulate e/lm-eval/*/scores.json --reference a --reference-of c=b
    """
    for path in out:
        if path.suffix not in ENDINGS:
            raise ConfigError(f"{path}: unknown ending; use {' or '.join(ENDINGS)}")
    scored = read_all(files)
    models = Models()
    for one in scored:
        models.add(one)
    items, owners = items_of(scored)
    found = {
        str(name): tabulated(own, options, say)
        for name, own in items.groupby("experiment", sort=False)
    }
    long = pd.concat([_long(name, one, owners, models) for name, one in found.items()])
    for path in out:
        _write(path, long)
    document = summary_document("tabulate", _told(found, scored), options, files, PACKAGES)
    write_document(verdicts, document)
    lines = [printable(one["sentence"]) for one in document["comparisons"]]
    counts = _counts(document, len(long))
    tell("\n".join([*lines, _last(counts, out, verdicts)]), counts, summary, as_json)


def _told(found: dict[str, Tabulated], scored: list[Scored]) -> Document:
    """Verdicts of all experiments, each record with the experiment that it is of."""
    told: Document = {"arms": [], "comparisons": [], "missing": []}
    for name, one in found.items():
        for kind, records in one.document().items():
            told[kind] += [{"experiment": name, **record} for record in records]
    marked = {(one.experiment, one.arm, one.harness, mark)
              for one in scored for mark in one.content.marks}  # fmt: skip
    names = ("experiment", "arm", "harness", "mark")
    return told | {"marks": [dict(zip(names, map(str, mark), strict=True))
                             for mark in sorted(marked)]}  # fmt: skip


def _long(name: str, found: Tabulated, owners: dict[Key, Scored], models: Models) -> pd.DataFrame:
    """Add to an experiment's rows where each came from."""
    keys = found.rows[["arm", "seed", "harness", "task", "metric"]].itertuples(index=False)
    came = [_origin(owners[name, *key], models, str(key.task)) for key in keys]
    origins = pd.DataFrame(came, index=found.rows.index)
    return pd.concat([found.rows, origins], axis=1)[COLUMNS]


def _origin(one: Scored, models: Models, task: str) -> Document:
    return {
        "experiment": one.experiment,
        "model": models.paths.get(one.cell, ""),
        "version": one.version,
        "data": one.data(task).origin,
        "revision": one.data(task).revision,
        "model_hash": models.hashes[one.cell][0] if one.cell in models.hashes else "",
        "marks": "; ".join(one.content.marks),
    }


def _write(path: Path, table: pd.DataFrame) -> None:
    if path.suffix == ".parquet":
        write_table(path, table)
        return
    with whole(path) as draft:
        table.to_csv(draft, index=False, lineterminator="\n")


def _counts(document: Document, rows: int) -> Document:
    """The verdicts' document without its records, for a summary."""
    verdicts = [one["verdict"] for one in document["comparisons"]]
    kinds = dict.fromkeys(("significantly higher", "significantly lower"), 0)
    counted = kinds | {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    rest = {key: value for key, value in document.items()
            if key not in ("arms", "comparisons", "missing")}  # fmt: skip
    return {
        "stage": document["stage"],
        "rows": rows,
        "arms": len({(one["experiment"], one["arm"]) for one in document["arms"]}),
        "comparisons": len(verdicts),
        "verdicts": counted,
        **rest,
    }


def _last(counts: Document, out: list[Path], verdicts: Path) -> str:
    significant = sum(n for words, n in counts["verdicts"].items() if words.startswith("sign"))
    return (
        f"{counts['rows']} scores of {counts['arms']} arms in {', '.join(map(str, out))}; "
        f"comparisons: {counts['comparisons']}, {significant} significant, in {verdicts}"
    )
