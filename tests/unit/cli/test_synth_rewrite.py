import json

import pandas as pd
import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_folder_holds_rows_tests_and_counts_that_add_up(run, folder):
    code, out, _ = run("synth", "rewrite", "--instructions", 9, "--examples", 360, "--tests", 30,
                       "--noop-share", 0.25, "--out", "made")  # fmt: skip
    assert (code, out) == (0, "360 examples of 9 rules in made\n")
    train, tests = (pd.read_parquet(f"made/{name}.parquet") for name in ("train", "tests"))
    summary = json.loads((folder / "made" / "summary.json").read_text())
    assert summary["rows_out"] == len(train) == 360
    assert tests.groupby("source").size().to_dict() == summary["tests"] == {
        "unseen": 30, "train": 30
    }  # fmt: skip
    assert summary["rules"] == {"asked": 9, "with_examples": 9, "effective": 9.0}
    assert list(tests.columns) == [
        "instruction", "input", "response", "rule", "noop", "part", "source"
    ]  # fmt: skip
    unseen = tests[tests["source"] == "unseen"]
    assert unseen["part"].value_counts().to_dict() == {"noop": 15, "hasop": 15}


def test_families_bring_a_test_set_of_their_own(run, folder):
    code, _, _ = run("synth", "rewrite", "--families", "repeated", "--families", "mirrored",
                     "--pattern-length", 6, "--test-k", 1, "--test-k", 2, "--instructions", 50,
                     "--examples", 100, "--tests", 20, "--out", "made")  # fmt: skip
    assert code == 0
    tests = pd.read_parquet("made/tests.parquet")
    assert tests.groupby("source").size().to_dict() == {"unseen": 20, "within": 20, "train": 20}


@pytest.mark.parametrize(("word", "shape"), [("0.2", 0.2), ("uniform", "uniform")])
def test_a_shape_is_a_number_or_the_word(run, word, shape):
    code, out, _ = run("synth", "rewrite", "--shape", word, "--examples", 1000, "--tests", 5,
                       "--out", "made", "--json")  # fmt: skip
    assert code == 0
    document = json.loads(out)
    assert document["options"]["shape"] == shape
    assert (document["rules"]["with_examples"] == 1000) == (word == "uniform")


def test_occurrences_are_given_one_by_one(run):
    run("synth", "rewrite", "--occurrences", 1, "--occurrences", 3, "--test-occurrences", 2,
        "--examples", 1000, "--tests", 5, "--out", "made")  # fmt: skip
    train = pd.read_parquet("made/train.parquet")
    assert train["part"].value_counts().to_dict() == {"x1": 500, "x3": 500}


def test_the_files_do_not_depend_on_threads(run, folder):
    for threads in (1, 2):
        run("synth", "rewrite", "--examples", 9000, "--tests", 50, "--threads", threads,
            "--out", f"made{threads}")  # fmt: skip
    for name in ("train.parquet", "tests.parquet", "summary.json"):
        assert (folder / "made1" / name).read_bytes() == (folder / "made2" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--shape", "flat"), "--shape: give the word uniform, or a number above 0"),
        (("--occurrences", 4), "occurrences 4 of pattern_length 3 take 15 letters"),
        (("--families", "periodic"), "test_k 2 does not divide pattern_length 3"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, folder, words, line):
    code, _, err = run("synth", "rewrite", *words, "--out", "made")
    assert code == 2
    assert line in err
    assert err.count("\n") == 1
    assert not (folder / "made").exists()
