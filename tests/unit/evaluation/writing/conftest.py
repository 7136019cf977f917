import json

import pandas as pd
import pytest

from diversify.config.sft import SftOptions
from diversify.io.test_sets.code_problems import read_code_problems
from diversify.training.sft import train

BODIES = {
    "add": "    return x + y\n",
    "largest": "    best = x\n    if y > best:\n        best = y\n    return best\n",
    "twice": "    return 2 * x\n",
    "is_even": "    return x % 2 == 0\n",
    "count_up": "    n = []\n    for i in range(x):\n        n.append(i)\n    return n\n",
    "negate": "    return -x\n",
    "power": "    return x ** y\n",
    "greet": "    return 'Hello, ' + str(x)\n",
    "swap": "    x, y = y, x\n    return x, y\n",
    "nothing": "    return None\n",
}  # fmt: skip


@pytest.fixture(scope="session")
def ten_problems(tmp_path_factory):
    """A file of ten problems in EvalPlus' layout, and its ten programs by task."""
    file = tmp_path_factory.mktemp("problems") / "humaneval.jsonl"
    rows, programs = [], {}
    for number, (name, body) in enumerate(BODIES.items()):
        prompt = f'\ndef {name}(x, y=0):\n    """ Give the {name} of x and y. """\n'
        calls = {"base_input": [[1, 2]], "plus_input": [], "atol": 0, "contract": ""}
        task = {"task_id": f"HumanEval/{number}", "prompt": prompt, "entry_point": name}
        rows.append(task | {"canonical_solution": body} | calls)
        programs[task["task_id"]] = prompt.strip() + "\n" + body
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file, programs


@pytest.fixture(scope="session")
def overfitted(ten_problems, tmp_path_factory):
    """Folder of a small model that knows the ten solutions by heart."""
    problems = read_code_problems("humaneval", ten_problems[0]).problems
    rows = pd.DataFrame(
        {
            "instruction": [problem.prompt.strip() for problem in problems],
            "input": "",
            "response": [problem.canonical_solution for problem in problems],
        }
    )
    options = SftOptions(
        tokenizer="bpe",
        vocabulary=400,
        layers=1,
        width=64,
        heads=2,
        max_length=128,
        max_steps=80,
        learning_rate=8e-3,
        per_device_train_batch_size=10,
        precision="fp32",
    )
    folder = tmp_path_factory.mktemp("overfitted") / "model"
    train(rows, rows, options, folder, 1)
    return folder
