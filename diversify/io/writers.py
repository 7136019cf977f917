"""Training rows as files, in the layouts that trainers read."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from diversify.config.base import RowFormat
from diversify.errors import ConfigError, DataError
from diversify.io.formats.streams import compression, create_text, ending
from diversify.io.whole import whole
from diversify.records import prompt_text

ENDINGS = (".jsonl", ".json", ".csv", ".tsv", ".parquet")
"""Formats that can be written; the text ones also with .gz or .zst behind."""
RARE_LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}
"""Characters that JSON allows as they are, but at which some readers of lines would cut."""
FLAT = ("alpaca", "prompt-completion")
"""Layouts of one text per field: they fit a table of cells, and hold a single exchange."""
CHATS = {
    "messages": ("messages", "role", "content"),
    "sharegpt": ("conversations", "from", "value"),
}
"""Layout -> its field, and what it calls role and content of a turn."""
SPEAKERS = {
    "messages": {"system": "system", "user": "user", "assistant": "assistant"},
    "sharegpt": {"system": "system", "user": "human", "assistant": "gpt"},
}
BATCH_ROWS = 20_000

Example = dict[str, Any]
"""One training row in the layout that was asked for."""


def check_output(path: Path, format: RowFormat) -> None:
    """Check that a file of this name can hold this layout, before any work is done.

    Raises:
        ConfigError: the ending is unknown, or names a format that cannot hold the layout.
    """
    kind = ending(path)
    if kind not in ENDINGS:
        raise ConfigError(
            f"{path}: unknown ending; use {', '.join(ENDINGS)} (text also with .gz or .zst)"
        )
    if kind == ".parquet" and compression(path):
        raise ConfigError(f"{path}: Parquet is compressed inside; leave out {path.suffix}")
    if kind in (".csv", ".tsv") and format not in FLAT:
        raise ConfigError(f"{path}: cells cannot hold {format}; use {' or '.join(FLAT)}, or .jsonl")


def write_examples(path: Path, rows: pd.DataFrame, format: RowFormat) -> None:
    """Write the rows of a row table for training; the file appears only when it is whole.

    The ending chooses JSONL, JSON, CSV, TSV or Parquet, compressed where .gz or .zst follows; the
    same rows give the same bytes.

    Raises:
        ConfigError: a file of this name cannot hold the layout.
        DataError: a chat of several turns in a layout that holds a single exchange.
    """
    check_output(path, format)
    if format in FLAT:
        check_single_exchanges(rows, format)
    with_system = bool((rows["system"] != "").any())
    examples = as_examples(rows, format, with_system)
    with whole(path) as draft:
        if ending(path) == ".parquet":
            write_parquet(draft, examples, arrow_schema(format, with_system))
        else:
            write_text(draft, examples, list(arrow_schema(format, with_system).names))


def check_single_exchanges(rows: pd.DataFrame, format: RowFormat) -> None:
    """Check that no row has later turns.

    Raises:
        DataError: a row has; the message names the first one.
    """
    chats = rows[rows["more"] != ""]
    if len(chats):
        where = f"{chats['file'].iloc[0]}:{chats['line'].iloc[0]}"
        raise DataError(f"{where}: a chat of several turns; use messages or sharegpt, not {format}")


def as_examples(rows: pd.DataFrame, format: RowFormat, with_system: bool) -> Iterator[Example]:
    """Lay rows out as a trainer reads them.

    Alpaca rows have a system field only where some row has a system text; prompts put it first.
    """
    columns = (rows[name] for name in ("system", "instruction", "input", "response", "more"))
    for system, instruction, input, response, more in zip(*columns, strict=True):
        prompt = prompt_text(instruction, input)
        if format == "alpaca":
            example = {"instruction": instruction, "input": input, "output": response}
            yield example | {"system": system} if with_system else example
        elif format == "prompt-completion":
            yield {
                "prompt": prompt_text(system, prompt) if system else prompt,
                "completion": response,
            }
        else:
            yield chat(turns(system, prompt, response, more), format)


def turns(system: str, prompt: str, response: str, more: str) -> list[tuple[str, str]]:
    """Give a whole chat as pairs of role and text."""
    first = [("user", prompt), ("assistant", response)]
    later = [(turn["role"], turn["content"]) for turn in json.loads(more or "[]")]
    return [("system", system)] * bool(system) + first + later


def chat(turns: Iterable[tuple[str, str]], format: RowFormat) -> Example:
    """Lay out a chat as messages or as ShareGPT conversations."""
    field, role, content = CHATS[format]
    names = SPEAKERS[format]
    return {field: [{role: names[speaker], content: text} for speaker, text in turns]}


def arrow_schema(format: RowFormat, with_system: bool) -> pa.Schema:
    """Give the fields of a layout and their types."""
    if format in FLAT:
        names = ["prompt", "completion"]
        if format == "alpaca":
            names = ["instruction", "input", "output"] + ["system"] * with_system
        return pa.schema([(name, pa.string()) for name in names])
    field, role, content = CHATS[format]
    turn = pa.struct([(role, pa.string()), (content, pa.string())])
    return pa.schema([(field, pa.list_(turn))])


def write_parquet(path: Path, examples: Iterator[Example], schema: pa.Schema) -> None:
    """Write examples as a Parquet table, batch by batch."""
    with pq.ParquetWriter(path, schema, compression="zstd") as table:
        while batch := list(islice(examples, BATCH_ROWS)):
            table.write_table(pa.Table.from_pylist(batch, schema=schema))


def write_text(path: Path, examples: Iterator[Example], names: list[str]) -> None:
    """Write examples as JSON lines, as a JSON array with a line for each, or as quoted cells."""
    with create_text(path) as stream:
        if ending(path) in (".csv", ".tsv"):
            delimiter = "," if ending(path) == ".csv" else "\t"
            # every cell is quoted, so that line ends and quotes in it survive any reader
            cells = csv.DictWriter(
                stream, names, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n"
            )
            cells.writeheader()
            cells.writerows(examples)
            return
        dumped = (json.dumps(example, ensure_ascii=False) for example in examples)
        lines = (line.translate(RARE_LINE_ENDS) for line in dumped)
        if ending(path) == ".jsonl":
            stream.writelines(f"{line}\n" for line in lines)
        else:
            stream.write("[")
            stream.writelines(f"{',' * bool(n)}\n{line}" for n, line in enumerate(lines))
            stream.write("\n]\n")
