"""The training sets that SOURCES.md lists, read as they are."""

import os
from pathlib import Path

import pytest

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import Reject
from diversify.io.readers import read_records
from diversify.records import Record, same_key

DATA = Path(os.environ.get("DIVERSIFY_DATA", Path(__file__).parents[4] / "shared" / "data"))

pytestmark = pytest.mark.skipif(
    not (DATA / "SOURCES.md").is_file(), reason=f"no data at {DATA}; set DIVERSIFY_DATA"
)

ALPACA_FIELDS = "Alpaca: instruction, input, output"
LAYOUTS = {
    "alpaca": ALPACA_FIELDS,
    "codealpaca": ALPACA_FIELDS,
    "evol_code": "Alpaca: instruction, output",
    "self_instruct": "Self-Instruct: instruction, instances[input, output]",
    "gsm8k": "question/answer: question, answer",
    "flan_cot": "FLAN, no header: question, answer, rationale",
}


def training_sets() -> dict[str, int]:
    """File -> rows, out of the table of training sets."""
    if not (DATA / "SOURCES.md").is_file():
        return {}
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    section = text.partition("## Training sets")[2].partition("\n## ")[0]
    cells = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return {row[0].strip("| `"): int(row[2]) for row in cells}


def read(name: str) -> list[Record]:
    items = read_records(DATA / name, "real", IngestOptions())
    return [item for item in items if isinstance(item, Record)]


def keys(records: list[Record]) -> list[str]:
    return [same_key(record.instruction, record.input) for record in records]


def test_the_table_of_training_sets_was_found():
    assert len(training_sets()) == 20


@pytest.mark.parametrize(("name", "rows"), training_sets().items())
def test_every_training_set_is_recognised_and_read_to_its_last_row(name, rows):
    stream = read_records(DATA / name, "real", IngestOptions())
    items = list(stream)
    assert len(items) == rows
    assert stream.layout.words.partition(";")[0] == LAYOUTS[name.partition("/")[0]]
    rejects = [item.reason for item in items if isinstance(item, Reject)]
    assert rejects == ["empty 'output'"] * len(rejects)


def test_thirteen_rows_of_the_training_sets_have_no_answer():
    records = sum(len(read(name)) for name in training_sets())
    assert (sum(training_sets().values()), records) == (76008, 75995)


def test_flan_asks_the_questions_of_gsm8k_train_and_none_of_its_test():
    flan = keys(read("flan_cot/gsm8k_train.tsv.gz"))
    assert sorted(flan) == sorted(keys(read("gsm8k/train.jsonl.gz")))
    assert len(set(flan)) == 7473
    assert not set(flan) & set(keys(read("gsm8k/test.jsonl.gz")))


def test_the_alpaca_subsets_hold_18659_distinct_rows_with_an_answer():
    names = [name for name in training_sets() if name.startswith("alpaca/")]
    records = [record for name in names for record in read(name)]
    assert len(names) == 4
    assert len({(record.instruction, record.input) for record in records}) == 18659


def test_new_codealpaca_is_read_by_output_and_keeps_response_in_meta():
    stream = read_records(DATA / "codealpaca/new_codealpaca.json.gz", "real", IngestOptions())
    record = next(stream)
    assert stream.layout.words == f"{ALPACA_FIELDS}; kept in meta: response"
    assert record.meta.startswith('{"response": "#include')
