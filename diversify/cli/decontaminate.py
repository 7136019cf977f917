"""`diversify decontaminate`."""

from pathlib import Path
from typing import Annotated

import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Rows, Summary, Threads
from diversify.cli.output import summary_document, tell
from diversify.config.decontaminate import DecontaminateOptions
from diversify.config.embed import EmbedOptions
from diversify.curation.decontaminate import Embeddings, drop_leaks
from diversify.errors import ConfigError
from diversify.hardware import limited_threads, usable_threads
from diversify.io.tables import read_rows, write_table
from diversify.io.test_sets.benchmarks import Benchmark, load_benchmark, named_benchmarks
from diversify.io.test_sets.item_vectors import Stored, leak_vectors


def decontaminate(
    rows: Rows,
    /,
    *,
    tests: Annotated[
        Path | None, Parameter(help="Row table of test items; its sources name the test sets.")
    ] = None,
    benchmark: Annotated[
        list[str],
        Parameter(
            negative=(),
            help="NAME=PATH: a benchmark as it was published (humaneval, mbpp, mbpp-plus, gsm8k, "
            "mmlu, ifeval, bbh, math, math-500, theoremqa) or any file of instruction rows; a "
            "known NAME alone comes from the Hub; repeatable.",
        ),
    ] = [],
    options: Annotated[DecontaminateOptions, Flat] = DecontaminateOptions(),
    embedding: Annotated[EmbedOptions, Flat] = EmbedOptions(),
    embeddings: Annotated[
        Path | None, Parameter(help="Array that `embed` wrote of ROWS, for --similarity.")
    ] = None,
    tests_embeddings: Annotated[
        Path | None, Parameter(help="Array that `embed` wrote of --tests.")
    ] = None,
    out: Out = Path("clean.parquet"),
    dropped: Annotated[
        Path | None, Parameter(help="Where the dropped rows and what they leak are listed.")
    ] = None,
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Drop rows that give a test item away.

    A row leaks when it asks what an item asks, shares a long run of words with it, or (with
    --similarity) its vector lies near the item's. The tests themselves are never touched.

    Example: diversify decontaminate kept.parquet --benchmark gsm8k=test.jsonl --out clean.parquet
    """
    if tests is None and not benchmark:
        raise ConfigError("name the tests: --tests TABLE, --benchmark NAME=PATH, or both")
    stored = Stored(embeddings, tests_embeddings)
    named = named_benchmarks(benchmark)
    table = read_rows(rows)
    items = read_rows(tests) if tests else None
    loaded = [load_benchmark(name, path) for name, path in named.items()]
    count = usable_threads(threads)
    with limited_threads(count):
        result = drop_leaks(
            table,
            _test_sets(items, loaded),
            options,
            _vectors(table, items, loaded, options, embedding, stored, count),
        )
    write_table(out, result.kept)
    if dropped:
        write_table(dropped, result.dropped)
    inputs = [rows, tests, *(Path(path).expanduser() for path in named.values() if path), *stored]
    counts = {**result.summary(), "benchmarks": [one.summary() for one in loaded]}
    models = [options] if options.similarity is None else [options, embedding]
    document = summary_document(
        "decontaminate", counts, models, [path for path in inputs if path], ["pandas", "scipy"]
    )
    line = f"{len(result.kept)} rows in {out}; {len(result.dropped)} gave a test item away"
    tell(line, document, summary, as_json)


def _test_sets(items: pd.DataFrame | None, loaded: list[Benchmark]) -> dict[str, pd.DataFrame]:
    """Put the test sets of a table and the benchmarks together, by name."""
    sets = {} if items is None else {str(name): part for name, part in items.groupby("source")}
    for one in loaded:
        if one.name in sets:
            raise ConfigError(f"--benchmark {one.name}: --tests has a source of that name already")
        sets[one.name] = one.items
    return sets


def _vectors(
    rows: pd.DataFrame,
    items: pd.DataFrame | None,
    loaded: list[Benchmark],
    options: DecontaminateOptions,
    embedding: EmbedOptions,
    stored: Stored,
    threads: int,
) -> Embeddings | None:
    """Give the vectors that --similarity compares."""
    if options.similarity is None:
        if any(stored):
            raise ConfigError("--embeddings are looked at only with --similarity, such as 0.9")
        return None
    benchmarks = {one.name: one.items for one in loaded}
    return leak_vectors(rows, items, benchmarks, stored, embedding, threads)
