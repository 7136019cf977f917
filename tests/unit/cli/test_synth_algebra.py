import json

import pandas as pd
import pytest

from diversify.cli.synth_algebra import row_tokens, synth_algebra
from diversify.config.sft import SftOptions
from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.training.tokenizer import encode_rows, new_tokenizer

OPTIONS = SynthAlgebraOptions(
    rules=10,
    examples=300,
    tests=40,
    depth=1,
    pattern_depth=0,
    diversify_rules=5,
    diversify_share=0.1,
)


@pytest.fixture
def made(tmp_path, capsys):
    synth_algebra(options=OPTIONS, out=tmp_path)
    assert capsys.readouterr().out == f"300 examples of 15 rules in {tmp_path}\n"
    return tmp_path


def test_tables_and_summary_are_written(made):
    train, tests = (pd.read_parquet(made / f"{name}.parquet") for name in ("train", "tests"))
    summary = json.loads((made / "summary.json").read_text())
    columns = ["instruction", "input", "response", "rule", "part"]
    assert [*train.columns] == columns
    assert [*tests.columns] == [*columns, "source"]
    assert train["rule"].dtype == "int64"
    assert summary["rows_out"] == len(train) == 300
    assert summary["tests"] == tests.groupby("source", sort=False).size().to_dict()
    assert summary["tests"] == {"unseen": 40, "other": 40, "train": 40}
    assert summary["rows_of"] == {"trained": 270, "beside": 30}
    assert [len(rules) for rules in summary["rules"].values()] == [10, 5, 20]


def test_the_longest_row_is_counted_as_the_tokenizer_counts(made):
    tests = pd.read_parquet(made / "tests.parquet")
    tokenizer = new_tokenizer(tests, SftOptions())
    assert row_tokens(tests).tolist() == [*encode_rows(tokenizer, tests).lengths()]
    longest = json.loads((made / "summary.json").read_text())["longest_row"]
    unseen = row_tokens(tests[tests["source"] == "unseen"])
    assert longest["unseen"] == unseen.max()
    assert longest.keys() == {"train", "unseen", "other"}
