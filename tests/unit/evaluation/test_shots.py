import pandas as pd
import pytest

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.errors import DataError
from diversify.evaluation.shots import with_shots
from diversify.synth.algebra import make_algebra_data

DATA = make_algebra_data(SynthAlgebraOptions(rules=5, examples=50, tests=20, depth=1))
TESTS = DATA.tests.reset_index(drop=True)


def test_solved_examples_stand_before_the_question():
    rows = pd.DataFrame(
        {"instruction": ["A+0 = A"], "input": ["x+0"], "response": ["x"], "rule": [1]}
    )
    solved = pd.DataFrame(
        {"instruction": ["B*1 = B"], "input": ["y*1"], "response": ["y"], "rule": [2]}
    )
    assert with_shots(rows, solved, 1, 0)["instruction"].tolist() == [
        "B*1 = B\n\ny*1\ny\n\nA+0 = A"
    ]


def test_nothing_but_the_instruction_changes():
    shown = with_shots(TESTS, DATA.train, 3, 0)
    rest = [name for name in TESTS.columns if name != "instruction"]
    assert shown[rest].equals(TESTS[rest])
    for shot, plain in zip(shown["instruction"], TESTS["instruction"], strict=True):
        *blocks, last = shot.split("\n\n")
        assert last == plain
        assert len(blocks) == 6


def test_no_shot_shows_the_rule_that_is_asked_for():
    for row in with_shots(TESTS, DATA.train, 4, 0).itertuples():
        shots = row.instruction.split("\n\n")[:-1:2]
        trained = DATA.train.set_index("instruction")["rule"]
        assert row.rule not in {
            int(trained[shot]) if trained[shot].ndim == 0 else -1 for shot in shots
        }


def test_fewer_shots_are_the_last_of_more_and_the_seed_decides():
    one, three, again, other = (
        with_shots(TESTS, DATA.train, shots, seed)["instruction"].tolist()
        for shots, seed in ((1, 5), (3, 5), (3, 5), (3, 6))
    )
    assert three == again != other
    assert all(many.endswith(few) for few, many in zip(one, three, strict=True))
    assert with_shots(TESTS, DATA.train, 0, 5) is TESTS


def test_too_few_examples_are_said():
    with pytest.raises(DataError, match="60 shots need as many examples of other rules"):
        with_shots(TESTS, DATA.train, 60, 0)


def test_rows_of_no_rule_are_given_no_shots():
    with pytest.raises(DataError, match="give tables with a column rule"):
        with_shots(TESTS.drop(columns="rule"), DATA.train, 1, 0)
