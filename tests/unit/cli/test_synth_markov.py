import json

import pandas as pd


def test_the_folder_holds_training_rows_tests_and_a_summary(run, tmp_path):
    folder = tmp_path / "made"
    code, out, err = run("synth", "markov", "--algorithms", 20, "--examples", 90, "--steps", 1,
                         "--steps", 2, "--tests", 10, "--test-steps", 1, "--test-steps", 3,
                         "--out", folder)  # fmt: skip
    assert (code, err) == (0, "")
    assert out == f"90 runs of 20 algorithms in {folder}\n"
    train, tests = (pd.read_parquet(folder / f"{name}.parquet") for name in ("train", "tests"))
    assert list(train.columns) == ["instruction", "input", "response", "rule", "part"]
    assert list(tests.columns) == [*train.columns, "source"]
    assert train["rule"].dtype == tests["rule"].dtype == "int64"
    assert len(train) == 90
    counts = tests.groupby(["source", "part"]).size().to_dict()
    assert counts == {
        ("unseen", "steps1"): 5, ("unseen", "steps3"): 5,
        ("train", "steps1"): 5, ("train", "steps2"): 5,
    }  # fmt: skip
    summary = json.loads((folder / "summary.json").read_text())
    assert (summary["stage"], summary["rows_out"]) == ("synth", 90)
    assert summary["tests"] == {"unseen": 10, "train": 10}
    assert summary["options"]["steps"] == [1, 2]


def test_options_that_cannot_be_are_refused_in_one_line(run, tmp_path):
    code, out, err = run("synth", "markov", "--pattern-length", 9, "--out", tmp_path / "made")
    assert (code, out) == (2, "")
    assert err == "diversify: pattern_length 9 is longer than input_length 6: raise input_length\n"
    assert not (tmp_path / "made").exists()
