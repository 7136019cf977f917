"""`diversify evaluate`."""

from pathlib import Path
from typing import Annotated

import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Labels, Out, Threads
from diversify.cli.output import cell_of, say, summary_document, tell
from diversify.config.evaluate import EvaluateOptions
from diversify.errors import ConfigError, DataError
from diversify.evaluation.scores import Scores, score_tests
from diversify.hardware import usable_threads
from diversify.io.documents import file_hash
from diversify.io.item_scores import totals, write_items
from diversify.io.tables import read_table
from diversify.io.test_sets.benchmarks import load_benchmark, named_benchmarks
from diversify.training.model import load_model

NEEDED = ("source", "instruction", "input", "response")


def evaluate(
    model: Annotated[Path, Parameter(name="MODEL", help="Folder of a trained model.")],
    tests: Annotated[
        Path | None,
        Parameter(name="TESTS", help="Row table of test items; its sources name the sets."),
    ] = None,
    /,
    *,
    benchmark: Annotated[
        list[str],
        Parameter(
            negative=(),
            help="NAME=PATH: a benchmark as it was published (humaneval, mbpp, mbpp-plus, gsm8k, "
            "mmlu, ifeval, bbh, math-500, theoremqa) or any file of instruction rows, beside or in "
            "place of TESTS; a known NAME alone comes from the Hub; repeatable.",
        ),
    ] = [],
    options: Annotated[EvaluateOptions, Flat] = EvaluateOptions(),
    examples: Annotated[
        Path | None, Parameter(help="Table of solved examples that `--shots` are drawn from.")
    ] = None,
    label: Labels = [],
    out: Out = Path("scores.json"),
    items: Annotated[
        Path | None,
        Parameter(help="Where the scores of each row go, as Parquet, to compare models in pairs."),
    ] = None,
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Score a model by exact match, loss and bits per byte.

    Exact match is what greedy decoding would give, found by teacher forcing; other judges have the
    answers written. Bits per byte are those of the answers, or of the prompts where a set has no
    answers.

    Example: diversify evaluate model tests.parquet --label share=0.25 --out scores.json

    Example: diversify evaluate model --benchmark gsm8k=test.jsonl --items items.parquet

    Example: diversify evaluate ./base tests.parquet --judge text --shots 3 --examples train.parquet
    """
    import torch

    cell = cell_of(label)
    if options.shots and not examples:
        raise ConfigError("--shots needs --examples to draw from")
    if tests is None and not benchmark:
        raise ConfigError("name the tests: TESTS, --benchmark NAME=PATH, or both")
    named = named_benchmarks(benchmark)
    torch.set_num_threads(usable_threads(threads))
    trained, tokenizer = load_model(model)
    rows, data = _test_rows(tests, named)
    solved = read_table(examples) if examples else None
    scored = score_tests(trained, tokenizer, rows, options, solved)
    parameters = sum(weight.numel() for weight in trained.parameters())
    counts = {
        "cell": cell,
        "sets": scored.sets,
        "tasks": totals(scored.items),
        "marks": scored.marks,
        "data": data,
        "model": {"path": str(model), "parameters": parameters},
    }
    paths = [tests, *(Path(path).expanduser() for path in named.values() if path), examples]
    inputs = [*(path for path in paths if path), *sorted(model.glob("*.safetensors"))]
    document = summary_document("evaluate", counts, options, inputs, ["torch", "transformers"])
    if items:
        write_items(items, scored.items)
    for mark in scored.marks:
        say(f"note: {mark}")
    tell(f"{_shown(scored.sets)}; scores in {out}", document, out, as_json)


def _test_rows(
    tests: Path | None, named: dict[str, str]
) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Put the rows of a table and of benchmarks together, and say where each set came from."""
    parts, data = [], {}
    if tests:
        rows = _row_table(tests)
        missing = [name for name in NEEDED if name not in rows.columns]
        if missing or rows.empty:
            fault = f"lacks {', '.join(missing)}" if missing else "holds no row"
            raise DataError(f"{tests}: {fault}; give a table of test items")
        place = {"from": str(tests), "revision": f"sha256:{file_hash(tests)[:16]}"}
        data = {str(name): place for name in rows["source"].unique()}
        parts.append(rows)
    for name, path in named.items():
        if name in data:
            raise ConfigError(f"--benchmark {name}: TESTS has a source of that name already")
        loaded = load_benchmark(name, path)
        data[name] = {"from": loaded.origin, "revision": loaded.revision}
        parts.append(loaded.items)
    return _together(parts), data


def _row_table(tests: Path) -> pd.DataFrame:
    """Read a table of test items; another file that is there has a flag of its own."""
    try:
        return read_table(tests)
    except DataError as error:
        if not tests.is_file():
            raise
        raise DataError(
            f"{tests}: not a row table, such as `benchmarks` writes; give another file as "
            f"--benchmark NAME={tests}"
        ) from error


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables; texts that only some of them have are empty in the others."""
    joined = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    texts = [name for name in ("system", "more", "part") if name in joined.columns]
    return joined.fillna(dict.fromkeys(texts, "")) if texts else joined


def _shown(sets: dict[str, Scores]) -> str:
    """Name each set's bits per byte, and its exact match where it has answers to match."""
    parts = [
        f"{name} {_number(scores.get('bits_per_byte'))} bits per byte"
        + ("" if "scored" in scores else f", {scores['accuracy']:.3f} exact")
        for name, scores in sets.items()
    ]
    return "; ".join(parts)


def _number(value: float | str | None) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "no"
