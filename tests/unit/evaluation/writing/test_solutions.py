"""Programs that real, small models write."""

import dataclasses
import json
import shutil

import pytest

from diversify.config.generate import GenerateOptions
from diversify.config.score import ScoreOptions
from diversify.errors import ConfigError
from diversify.evaluation.code.score import score_code
from diversify.evaluation.generation import Answer
from diversify.evaluation.sandbox.jail import jail
from diversify.evaluation.writing.backends import open_writer
from diversify.evaluation.writing.solutions import write_solutions
from diversify.io.test_sets.code_problems import read_code_problems

SHORT = GenerateOptions(max_new_tokens=60, precision="fp32")


class Saying:
    """Stands for a writer whose model always says the same."""

    backend, positions, parameters = "transformers", 99, None

    def __init__(self, tokenizer, answer):
        self.tokenizer, self.answer = tokenizer, answer

    def write(self, prompts, stops):
        return [Answer([1, 2], self.answer, "full")] * len(prompts)


def test_a_model_that_knows_ten_solutions_writes_exactly_those_ten(ten_problems, overfitted):
    file, programs = ten_problems
    problems = read_code_problems("humaneval", file)
    written = write_solutions(open_writer(overfitted, SHORT), problems, SHORT)
    assert {one.task_id: one.solution for one in written.solutions} == programs
    assert written.summary()["ends"] == {"end token": 10, "stop": 0, "full": 0, "no room": 0}
    assert written.marks() == []


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_a_model_that_knows_ten_of_eleven_solutions_scores_exactly_those_ten(
    ten_problems, overfitted, tmp_path
):
    lines = ten_problems[0].read_text().splitlines()
    unknown = json.loads(lines[2]) | {"task_id": "HumanEval/10", "entry_point": "shout"}
    unknown |= {
        "prompt": '\ndef shout(x, y=0):\n    """ Give x with an exclamation mark. """\n',
        "canonical_solution": "    return f'{x}!'\n",
    }
    file = tmp_path / "eleven.jsonl"
    file.write_text("\n".join([*lines, json.dumps(unknown)]) + "\n")
    problems = read_code_problems("humaneval", file)
    written = write_solutions(open_writer(overfitted, SHORT), problems, SHORT)
    programs = {one.task_id: one.solution for one in written.solutions}
    limits = ScoreOptions(memory_mb=512, min_seconds=20, slack_seconds=20)
    with jail(limits) as shut:
        items = score_code(problems, programs, limits, shut).items()
    right = items.loc[items["value"] == 1.0, "item"]
    assert sorted(right) == sorted(ten_problems[1])
    assert len(items) == 11


def test_every_problem_has_a_sample_though_its_prompt_does_not_fit(ten_problems, overfitted):
    problems = read_code_problems("humaneval", ten_problems[0])
    long = dataclasses.replace(problems.problems[1], prompt='"""' + "words " * 200 + '"""')
    mixed = dataclasses.replace(problems, problems=(problems.problems[0], long))
    written = write_solutions(open_writer(overfitted, SHORT), mixed, SHORT)
    assert [one.task_id for one in written.solutions] == ["HumanEval/0", "HumanEval/1"]
    assert [one.solution == "" for one in written.solutions] == [False, True]
    assert written.summary()["ends"] == {"end token": 1, "stop": 0, "full": 0, "no room": 1}
    assert written.summary()["empty"] == 1
    assert written.marks() == [
        "humaneval: 1 of 2 prompts leave the model's 128 positions no room for an answer"
    ]


def test_more_tokens_than_there_are_positions_may_be_asked_for(ten_problems, overfitted):
    options = GenerateOptions(max_new_tokens=768, precision="fp32")
    problems = read_code_problems("humaneval", ten_problems[0])
    written = write_solutions(open_writer(overfitted, options), problems, options)
    assert {one.task_id: one.solution for one in written.solutions} == ten_problems[1]


def test_the_batch_changes_no_program(ten_problems, overfitted):
    problems = read_code_problems("humaneval", ten_problems[0])
    few = GenerateOptions(max_new_tokens=9, batch_size=3, precision="fp32")
    one = GenerateOptions(max_new_tokens=9, batch_size=1, precision="fp32")
    assert (
        write_solutions(open_writer(overfitted, few), problems, few).solutions
        == write_solutions(open_writer(overfitted, one), problems, one).solutions
    )


def test_a_chat_answer_is_taken_from_its_block_alone(ten_problems, overfitted):
    problems = read_code_problems("humaneval", ten_problems[0])
    tokenizer = open_writer(overfitted, SHORT).tokenizer
    program = "def add(x, y):\n    return x + y\n"
    asked = GenerateOptions(prompt="chat")
    alone = GenerateOptions(prompt="chat", open_block=False)
    for options, answer in [
        (asked, f"{program}```\nIt adds."),
        (asked, f"{program}\nprint(add(1, 2))\n"),
        (alone, f"Here you are:\n```python\n{program}```\n"),
    ]:
        written = write_solutions(Saying(tokenizer, answer), problems, options)
        assert written.solutions[0].solution == program
        assert written.solutions[0].answer == answer
        assert written.summary()["prompt"] == "chat"


def test_counts_of_ends_add_up_to_the_problems(ten_problems, overfitted):
    problems = read_code_problems("humaneval", ten_problems[0])
    options = GenerateOptions(max_new_tokens=7, precision="fp32")
    summary = write_solutions(open_writer(overfitted, options), problems, options).summary()
    assert sum(summary["ends"].values()) == summary["problems"] == 10
    assert summary["tokens"] <= 70


def test_a_backend_that_is_not_here_is_refused_in_one_line(overfitted, monkeypatch):
    monkeypatch.setattr("diversify.evaluation.writing.backends.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="vllm is not installed here"):
        open_writer(overfitted, GenerateOptions(backend="vllm"))
    assert open_writer(overfitted, GenerateOptions(backend="auto")).backend == "transformers"
