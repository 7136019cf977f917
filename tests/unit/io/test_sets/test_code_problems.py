"""Code benchmarks in EvalPlus' layout."""

import gzip
import hashlib
import json

import pytest

from diversify.errors import ConfigError, DataError
from diversify.io.test_sets.code_problems import read_code_problems
from diversify.io.test_sets.mbpp_arguments import CHANGES, TASKS, with_types

TASK = {
    "task_id": "HumanEval/0", "prompt": "def f(x):\n", "entry_point": "f", "contract": "",
    "canonical_solution": "    return x\n", "base_input": [[1]], "plus_input": [], "atol": 0,
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def make(*rows):
        path = tmp_path / "tasks.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    return make


def test_a_problem_is_read_with_its_inputs(write):
    more = {**TASK, "task_id": "HumanEval/1", "plus_input": [[[2.5], "a"]], "atol": 1e-6}
    read = read_code_problems("humaneval", write(TASK, "", more))
    assert (read.name, read.has_plus, len(read.problems)) == ("humaneval", True, 2)
    assert read.revision.startswith("sha256:")
    assert read.summary() == {"from": read.origin, "revision": read.revision}
    first, second = read.problems
    assert (first.task_id, first.entry_point, first.atol) == ("HumanEval/0", "f", 0.0)
    assert (first.base_input, first.plus_input) == (([1],), ())
    assert (second.plus_input, second.atol) == (([[2.5], "a"],), 1e-6)


def test_a_packed_file_is_read_and_is_known_by_its_hash(tmp_path):
    path = tmp_path / "tasks.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(TASK).encode()))
    read = read_code_problems("humaneval", path)
    assert not read.has_plus
    assert read.revision == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


FAULTS = [
    ({**TASK, "base_input": None}, "base_input"),
    (
        {name: TASK[name] for name in TASK if name != "base_input"},
        "lacks base_input; give a file in",
    ),
    ({**TASK, "prompt": 1}, "prompt is not"),
    ({**TASK, "entry_point": "f(); g"}, "entry_point is not"),
    ({**TASK, "atol": "0"}, "atol is not a number"),
    ({**TASK, "atol": -1}, "atol is not a number"),
    ({**TASK, "base_input": [1]}, "not a list of lists"),
    ("[]", "not an object"),
    ("{", "not JSON"),
    (TASK, "HumanEval/0 is there a second time"),
]


@pytest.mark.parametrize(("row", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_a_line_that_is_no_problem_is_named(write, row, fault):
    path = write(TASK, {**row, "task_id": "HumanEval/1"} if isinstance(row, dict) and row != TASK
                 else row)  # fmt: skip
    if fault == "base_input":
        assert read_code_problems("humaneval", path).problems[1].base_input == ()
        return
    with pytest.raises(DataError, match=rf"tasks.jsonl:2: .*{fault}") as caught:
        read_code_problems("humaneval", path)
    assert "\n" not in str(caught.value)


def test_a_file_without_problems_and_a_benchmark_without_a_name_are_refused(write):
    with pytest.raises(DataError, match="holds no problem"):
        read_code_problems("humaneval", write())
    with pytest.raises(ConfigError, match="choose one of humaneval, mbpp"):
        read_code_problems("apps", write(TASK))


EXAMPLES = {
    2: ([[1, 2], [3]], [(1, 2), (3,)]),
    63: ([[[1, 2], [3]]], [[(1, 2), (3,)]]),
    259: ([[[1], [2]], [[3]]], [((1,), (2,)), ((3,),)]),
    75: ([[[1], [2]], 6], [[(1,), (2,)], 6]),
    250: ([[1, 2], 2], [(1, 2), 2]),
    106: ([[1], [2, 3]], [[1], (2, 3)]),
    307: ([[1, []], 2, 3], [(1, []), 2, 3]),
    278: ([[1, [2], 3]], [(1, (2,), 3)]),
    115: ([[[1, 1], []]], [[{1}, {}]]),
    722: ([{"a": [1, 2]}, 3, 4], [{"a": (1, 2)}, 3, 4]),
    124: ([1, "1j"], [1.0, 1j]),
    252: (["1+2j"], [1 + 2j]),
    580: ([[1, [2, [3]]]], [(1, (2, (3,)))]),
    3: ([[1]], [[1]]),
}


@pytest.mark.parametrize("task", EXAMPLES)
def test_arguments_of_mbpp_get_the_types_that_json_cannot_say(task):
    given, expected = EXAMPLES[task]
    assert repr(with_types(f"Mbpp/{task}", given)) == repr(expected)


def test_each_task_of_mbpp_is_changed_in_one_way_and_each_way_has_an_example():
    assert len(CHANGES) == sum(map(len, TASKS.values())) == 62
    assert {CHANGES[task] for task in EXAMPLES if task in CHANGES} == set(TASKS)


def test_arguments_of_mbpp_that_do_not_fit_their_task_are_named(write):
    with pytest.raises(DataError, match=r":1: base_input does not fit Mbpp/2 \(.*iterable"):
        read_code_problems("mbpp", write({**TASK, "task_id": "Mbpp/2"}))
    with pytest.raises(DataError, match=r":1: base_input does not fit x"):
        read_code_problems("mbpp", write({**TASK, "task_id": "x"}))
