import json
import shutil

import pytest

from diversify.config.score import ScoreOptions
from diversify.evaluation.sandbox.jail import jail

TASKS = [
    {"task_id": "HumanEval/0", "prompt": "def double(x):\n", "entry_point": "double",
     "canonical_solution": "    return [x, x]\n", "contract": "", "atol": 0,
     "base_input": [[1], ["a"]], "plus_input": [[2.5], [[3]]]},
    {"task_id": "HumanEval/1", "prompt": "def empty(x):\n    x.clear()\n", "entry_point": "empty",
     "canonical_solution": "    return x\n", "contract": "", "atol": 0,
     "base_input": [[[1]]], "plus_input": []},
    {"task_id": "HumanEval/32", "prompt": "def find_zero(xs):\n", "entry_point": "find_zero",
     "canonical_solution": "    return -xs[0] / xs[1]\n", "contract": "", "atol": 0.0001,
     "base_input": [[[1, 2]]], "plus_input": [[[-4, 0, 1]]]},
]  # fmt: skip


@pytest.fixture
def tasks():
    return json.loads(json.dumps(TASKS))


@pytest.fixture
def options():
    return ScoreOptions(
        min_seconds=20, slack_seconds=20, memory_mb=512, processes=24,
        output_mb=1,
    )  # fmt: skip


@pytest.fixture
def shut(options):
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    with jail(options) as made:
        yield made


@pytest.fixture
def written(tmp_path):
    """Write rows as JSONL."""

    def make(rows, name="tasks.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return make
