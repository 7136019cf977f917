"""Written programs, one for each task."""

import json

import pytest

from diversify.errors import DataError
from diversify.io.test_sets.code_problems import read_code_problems
from diversify.io.test_sets.code_samples import programs_of, read_samples


@pytest.fixture
def write(tmp_path):
    def make(name, *rows):
        path = tmp_path / name
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    return make


@pytest.fixture
def problems(write):
    rows = [
        {"task_id": f"HumanEval/{n}", "prompt": f"# {n}\n", "entry_point": "f", "atol": 0,
         "canonical_solution": "", "base_input": [], "plus_input": []}
        for n in range(3)
    ]  # fmt: skip
    return read_code_problems("humaneval", write("tasks.jsonl", *rows))


def test_a_solution_is_a_whole_program_and_a_completion_follows_the_prompt(write, problems):
    path = write(
        "samples.jsonl",
        {"task_id": "HumanEval/1", "solution": "a"},
        {"task_id": "HumanEval/0", "completion": "b", "more": 1},
        {"task_id": "HumanEval/2", "completion": "c", "solution": ""},
    )
    programs = programs_of(read_samples(path), [problems], path)
    assert programs == {"HumanEval/1": "a", "HumanEval/0": "# 0\nb", "HumanEval/2": ""}


FAULTS = {
    "samples.jsonl:2: HumanEval/1 has a second sample (the first: line 1); keep one": {
        "task_id": "HumanEval/1", "completion": "",
    },
    "samples.jsonl:2: HumanEval/9 is no task of these benchmarks": {
        "task_id": "HumanEval/9", "solution": "",
    },
    "samples.jsonl:2: expected texts task_id and solution (or completion)": {
        "task_id": "HumanEval/2", "solution": ["a"],
    },
    "samples.jsonl:2: expected texts": {"solution": "a"},
    "samples.jsonl:2: not JSON": "{",
    "samples.jsonl:2: not an object": "[]",
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_line_that_is_no_sample_of_a_task_is_named(write, problems, fault):
    path = write("samples.jsonl", {"task_id": "HumanEval/1", "solution": "a"}, FAULTS[fault])
    with pytest.raises(DataError) as caught:
        programs_of(read_samples(path), [problems], path)
    assert fault in str(caught.value)


def test_a_task_of_two_benchmarks_is_refused(write, problems):
    with pytest.raises(DataError, match="HumanEval/0 is in another file, too"):
        programs_of({}, [problems, problems], write("samples.jsonl"))
