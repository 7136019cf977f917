"""What must hold for any file, and how a case is tried."""

import json
import random
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from diversify.config.dedup import DedupOptions
from diversify.config.ingest import IngestOptions
from diversify.curation.dedup import drop_duplicates
from diversify.curation.ingest import IngestSummary
from diversify.errors import UserError
from diversify.io.formats import json_window
from diversify.io.ingest import ingest_files
from diversify.io.places.sources import named_sources
from diversify.io.readers import read_records
from diversify.io.tables import read_rows
from diversify.io.writers import write_examples
from diversify.records import Record, prompt_text

from .files import Case, lines_of_json, put

TEXTS = ["system", "instruction", "input", "response", "more"]
FORMATS = ("messages", "sharegpt", "alpaca", "prompt-completion")
TEXT_ENDINGS = (".jsonl", ".json", ".jsonl.gz", ".json.zst", ".parquet")
CELL_ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.zst")


class BrokenLawError(AssertionError):
    """A case showed a fault."""


def require(holds: object, law: str) -> None:
    if not holds:
        raise BrokenLawError(law)


def options_for(case: Case) -> IngestOptions:
    """Choose options by the seed: bounds so low that they are felt now and then."""
    rng = random.Random(case.seed + 1)
    longest = rng.choice((1 << 26, 1 << 26, 1 << 26, 1000))
    return IngestOptions(
        columns=case.columns,
        longest_line=longest,
        listed_rejects=rng.choice((100_000, 2)),
        strict=rng.random() < 0.05,
    )


def try_case(case: Case, folder: Path) -> str:
    """Ingest a case, then drop duplicates, write and read again; say how it ended.

    Raises:
        BrokenLawError: something happened that must not.
        Exception: anything that is no error of the user's.
    """
    path = put(case, folder)
    json_window.PIECE = 9 if case.seed % 2 else 1 << 20  # however little is read at a time
    out, rejects = folder / "out" / "rows.parquet", folder / "out" / "rejects.jsonl"
    options = options_for(case)
    try:
        summary = ingest_files(named_sources([path], []), out, rejects, options)
    except UserError as error:
        check_refusal(str(error), path)
        require(not out.parent.exists() or not list(out.parent.iterdir()), "nothing half-written")
        require(options.strict or not case.texts or too_long(case, options), "a good file is read")
        return "refused"
    check_counts(case, summary, options)
    rows = pq.read_table(out, use_threads=False)
    listed = len(rejects.read_text(encoding="utf-8").split("\n")) - 1 if rejects.exists() else 0
    require(len(rows) == summary.kept, "the table holds what was kept")
    require(listed == min(summary.rejected, options.listed_rejects), "rejects are listed")
    left = {file.name for file in out.parent.iterdir()}
    require(left <= {"rows.parquet", "rejects.jsonl"}, "no draft is left")
    if not too_long(case, options):
        check_texts(case, rows)
    if case.seed % 3 == 0:
        check_round_trip(read_rows(out), folder, random.Random(case.seed + 2))
    return "read"


def check_refusal(message: str, path: Path) -> None:
    """A refusal is one line that names the file and keeps to a length that fits a screen."""
    require(len(message.splitlines()) == 1, f"one line, not {message!r}")
    require(path.name in message, f"the line names the file: {message!r}")
    require(len(message) < 1000 + len(str(path)), "the line is short")
    require(message.replace(str(path), "").isprintable(), f"nothing steers a terminal: {message!r}")


def check_counts(case: Case, summary: IngestSummary, options: IngestOptions) -> None:
    require(summary.rows == summary.kept + summary.rejected, "kept and rejected add up")
    for count in (case.rows, lines_of_json(case)):
        require(count in (None, summary.rows), f"{summary.rows} rows were read instead of {count}")


def too_long(case: Case, options: IngestOptions) -> bool:
    """Say whether a file may hold a row that is longer than allowed."""
    return len(case.data) > options.longest_line or (case.packed and options.longest_line < 1e6)


def check_texts(case: Case, rows: pa.Table) -> None:
    """Every row that is known to be good is there, byte for byte and in its place."""
    found = iter([tuple(row.values()) for row in rows.select(TEXTS).to_pylist()])
    for texts in case.texts:
        require(any(one == texts for one in found), f"{texts!r} is read as it was written")


def check_round_trip(rows: pd.DataFrame, folder: Path, rng: random.Random) -> None:
    """Rows without duplicates, written in any layout, are read as the same texts again."""
    unique = drop_duplicates(rows, DedupOptions())
    require(len(unique.kept) + len(unique.dropped) == len(rows), "kept and dropped add up")
    kept = unique.kept
    format = rng.choice(FORMATS if not kept["more"].any() else FORMATS[:2])
    flat = format in FORMATS[2:]
    path = folder / f"again{rng.choice(TEXT_ENDINGS + CELL_ENDINGS * flat)}"
    write_examples(path, kept, format)
    wanted = [as_read(one, format) for one in kept[TEXTS].itertuples(index=False, name=None)]
    again = list(read_records(path, "again", IngestOptions()))
    found = [texts_of(item) for item in again if isinstance(item, Record)]
    require(found == wanted, f"{format} in {path.name} gives back what was written")
    if len(found) == 1 and format == "alpaca":
        require(again[0].id == kept["id"].iloc[0], "the same texts have the same name")


def texts_of(record: Record) -> tuple[str, ...]:
    return tuple(getattr(record, part) for part in TEXTS)


def as_read(texts: tuple[str, ...], format: str) -> tuple[str, ...]:
    """Say what a row is read as when it comes back from a layout."""
    system, instruction, input, response, more = texts
    if format == "alpaca":
        return texts
    prompt = prompt_text(instruction, input)
    if format == "prompt-completion":
        return "", prompt_text(system, prompt) if system else prompt, "", response, ""
    return system, prompt, "", response, more


def summary_adds_up(path: Path) -> bool:
    """Say whether a summary document's counts do."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return bool(document["rows_in"] == document["rows_out"] + document["dropped"])
