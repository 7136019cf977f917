"""Programs scored from end to end."""

import pytest

from diversify.errors import DataError
from diversify.evaluation.code import score as scoring
from diversify.evaluation.code.score import score_code
from diversify.io.item_scores import totals
from diversify.io.test_sets.code_problems import read_code_problems
from diversify.io.vectors import cache_folder

DOUBLE = "def double(x): return [x] * 2"
EMPTY = "def empty(x): return []"
ZERO = "def find_zero(xs): return 2.0 if len(xs) == 3 else -0.5"


@pytest.fixture
def scored(tasks, written, options, shut):
    """Score programs of the three tasks, after a change to tasks or options."""

    def call(programs, change=lambda tasks: None, **more):
        change(tasks)
        problems = read_code_problems("humaneval", written(tasks))
        return score_code(problems, programs, options.model_copy(update=more), shut)

    return call


def right(change=None):
    return {"HumanEval/0": DOUBLE, "HumanEval/1": EMPTY, "HumanEval/32": ZERO} | (change or {})


def of(scores):
    return [(one.base, one.plus) for one in scores.verdicts]


def zero_as_it_is(tasks):
    # the reference of the third task divides by zero on the added input
    tasks[2]["canonical_solution"] = "    return -xs[0] / xs[1] if xs[1] else 2\n"


def test_a_program_passes_if_all_its_outputs_are_right(scored):
    scores = scored(right(), zero_as_it_is)
    assert of(scores) == [("pass", "pass")] * 3
    assert totals(scores.items()) == {
        "humaneval": {"pass@1": {"value": 1.0, "n": 3}},
        "humaneval+": {"pass@1": {"value": 1.0, "n": 3}},
    }


def test_another_root_is_right_and_the_mended_check_is_said(scored):
    scores = scored(right({"HumanEval/32": ZERO.replace("2.0", "-2")}), zero_as_it_is)
    assert of(scores)[2] == ("pass", "pass")
    assert scores.marks() == [
        "HumanEval/32 scored by the mended check: EvalPlus 0.3.1 fails every program on it"
    ]


def test_the_added_tests_count_for_the_task_with_a_plus_alone(scored):
    wrong = {"HumanEval/0": "def double(x): return [x, x] if x != 2.5 else 0"}
    scores = scored(right(wrong), zero_as_it_is)
    assert of(scores)[0] == ("pass", "wrong")
    assert scores.verdicts[0].reason == "plus tests, call 1: returned 0, expected [2.5, 2.5]"
    values = {task: score["pass@1"]["value"] for task, score in totals(scores.items()).items()}
    assert values == {"humaneval": 1.0, "humaneval+": pytest.approx(2 / 3, abs=1e-6)}
    assert scores.statuses() == {"base": {"pass": 3}, "plus": {"pass": 2, "wrong": 1}}


def test_only_the_original_tests_are_run_where_the_others_are_not_asked_for(scored):
    wrong = {"HumanEval/0": "def double(x): return [x, x] if x != 2.5 else 0"}
    scores = scored(right(wrong), base_only=True)
    assert of(scores) == [("pass", "not run")] * 3
    assert set(scores.items()["task"]) == {"humaneval"}


def test_every_task_is_accounted_for_and_a_missing_sample_is_a_said_failure(scored):
    scores = scored({"HumanEval/1": EMPTY}, base_only=True)
    assert [one.base for one in scores.verdicts] == ["missing", "pass", "missing"]
    items = scores.items()
    assert items["value"].tolist() == [0.0, 1.0, 0.0]
    assert items["item"].tolist() == ["HumanEval/0", "HumanEval/1", "HumanEval/32"]
    assert "humaneval: 2 of 3 problems have no sample and count as failed" in scores.marks()


BAD = {
    "def double(x): return [x]": ("wrong", "base tests, call 1: returned [1], expected [1, 1]"),
    "def double(x): return x < 9 and [x, x]": (
        "error",
        "base tests, call 2: TypeError: '<' not supported between instances of 'str' and 'int'",
    ),
    "import os\ndef double(x): os._exit(0)": ("ended", "base tests, call 1: ended"),
    "def double(x): return [object()] * 20_000": ("too large", "base tests, call 1: too large"),
    "": ("error", "base tests, loading: KeyError: 'double'"),
}  # fmt: skip


def test_each_way_to_fail_has_its_name_and_its_reason(scored):
    for program, expected in BAD.items():
        found = scored({"HumanEval/0": program}, base_only=True).verdicts[0]
        assert (found.base, found.reason) == expected


def test_a_call_that_takes_longer_than_the_reference_by_far_is_too_slow(scored):
    program = "def double(x):\n while True: pass"
    more = {"base_only": True, "min_seconds": 0.3}
    found = scored({"HumanEval/0": program}, **more).verdicts[0]
    assert (found.base, found.reason) == ("timeout", "base tests, call 1: timeout")


def test_what_is_shown_of_an_output_cannot_steer_a_terminal(scored):
    program = "def double(x): return '\\x1b[2J\\ud800' * 999"
    reason = scored({"HumanEval/0": program}, base_only=True).verdicts[0].reason
    assert reason.isprintable()
    assert len(reason) < 300
    assert reason.encode()


def test_an_output_too_large_to_be_told_is_compared_by_its_hash(scored):
    def large(tasks):
        tasks[0]["canonical_solution"] = "    return [(x, x)] * 60_000\n"

    same = "def double(x): return [(x,) * 2 for _ in range(60_000)]"
    other = "def double(x): return [(x,) * 2 for _ in range(59_999)] + [(x, [x])]"
    assert scored({"HumanEval/0": same}, large, base_only=True).verdicts[0].base == "pass"
    assert scored({"HumanEval/0": other}, base_only=True).verdicts[0].base == "wrong"


def test_references_are_run_once_and_verdicts_every_time(scored, monkeypatch):
    def slow(tasks):
        tasks[0]["canonical_solution"] = "    return [x, x]  # of this test alone\n"

    before = {path.name for path in (cache_folder() / "references").glob("*")}
    assert of(scored(right(), slow, base_only=True))[0][0] == "pass"
    (made,) = set((cache_folder() / "references").glob("*")) - {
        cache_folder() / "references" / name for name in before
    }
    kept = made.read_bytes()
    calls = []
    run = scoring.started
    monkeypatch.setattr(scoring, "started", lambda *a: calls.append(1) or run(*a))
    monkeypatch.setattr("diversify.evaluation.code.reference.started", None)
    assert of(scored(right(), base_only=True))[0][0] == "pass"
    assert of(scored(right({"HumanEval/0": EMPTY}), base_only=True))[0][0] == "error"
    assert len(calls) == 6
    made.write_bytes(kept[:50])
    monkeypatch.undo()
    assert of(scored(right(), base_only=True))[0][0] == "pass", "what is damaged is made anew"
    assert len(made.read_bytes()) > 50


def test_a_reference_that_fails_is_a_fault_of_the_file(scored):
    with pytest.raises(DataError, match=r"HumanEval/32: the reference .*call 1 of plus: raised"):
        scored(right())


def test_a_fault_of_ours_is_no_failure_of_a_program(scored, monkeypatch):
    monkeypatch.setattr(scoring, "output_of", None)
    with pytest.raises(TypeError):
        scored(right(), base_only=True)
