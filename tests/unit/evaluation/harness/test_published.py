"""Items of the harness' benchmarks in the layouts that they are published in."""

import gzip
import io
import json
import tarfile

import pytest

from diversify.errors import DataError
from diversify.evaluation.harness.published import read_published

GSM8K = {"question": "What is 1 + 1?", "answer": "1 + 1 = 2\n#### 2"}
IFEVAL = {"key": 7, "prompt": "No commas.", "instruction_id_list": ["punctuation:no_comma"],
          "kwargs": [{}]}  # fmt: skip


def lines(path, rows):
    with (gzip.open if path.suffix == ".gz" else open)(path, "wt") as stream:
        stream.writelines(f"{json.dumps(row)}\n" for row in rows)
    return str(path)


def archive(path, files):
    with tarfile.open(path, "w:gz") as packed:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))
    return str(path)


def test_gsm8k_is_read_packed_with_its_hash(tmp_path):
    found = read_published("gsm8k", lines(tmp_path / "test.jsonl.gz", [GSM8K]))
    assert (found.tests, found.shots) == ({"": [GSM8K]}, {})
    assert found.revision.startswith("sha256:")


def test_mmlu_comes_by_subject_with_its_examples(tmp_path):
    path = archive(
        tmp_path / "mmlu.tar.gz",
        {
            "mmlu/test/anatomy_test.csv": '"Where, then?",here,there,"up, high",down,C\n',
            "mmlu/dev/anatomy_dev.csv": "Which?,a,b,c,d,A\n",
            "mmlu/val/anatomy_val.csv": "Never?,a,b,c,d,A\n",
            "mmlu/test/virology_test.csv": "What?,1,2,3,4,D\n",
        },
    )
    found = read_published("mmlu", path)
    place = {"question": "Where, then?", "choices": ["here", "there", "up, high", "down"]}
    assert found.tests["anatomy"] == [{**place, "answer": 2}]
    assert found.tests["virology"][0]["answer"] == 3
    assert found.shots == {
        "anatomy": [{"question": "Which?", "choices": ["a", "b", "c", "d"], "answer": 0}]
    }


def test_bbh_comes_by_task(tmp_path):
    (tmp_path / "bbh").mkdir()
    row = {"input": "not True is", "target": "False"}
    (tmp_path / "bbh" / "boolean_expressions.json").write_text(
        json.dumps({"canary": "no", "examples": [row]})
    )
    found = read_published("bbh", str(tmp_path))
    assert (found.tests, found.revision) == ({"boolean_expressions": [row]}, "")


@pytest.mark.parametrize(
    "row",
    [
        {"problem": "1+1?", "solution": r"It is \boxed{2}.", "answer": "2", "unique_id": "a/1"},
        {"question": "1+1?", "answer": r"It is \boxed{2}.The answer is: 2"},
    ],
)
def test_math_is_read_in_either_layout(tmp_path, row):
    found = read_published("math", lines(tmp_path / "math.jsonl", [row])).tests[""]
    kept = {"unique_id": "a/1"} if "unique_id" in row else {}
    assert found == [{"problem": "1+1?", "solution": r"It is \boxed{2}.", **kept}]


def test_theoremqa_answers_become_text_and_pictures_are_known(tmp_path):
    rows = [
        {"id": "a", "Question": "How many?", "Answer": 3, "Answer_type": "integer"},
        {"id": "b", "Question": "Is it?", "Answer": False, "Answer_type": "bool", "Picture": "b"},
    ]
    (tmp_path / "t.json").write_text(json.dumps(rows))
    found = read_published("theoremqa", str(tmp_path / "t.json")).tests[""]
    assert [(row["id"], row["Answer"], row["picture"]) for row in found] == [
        ("a", "3", False),
        ("b", "False", True),
    ]


@pytest.mark.parametrize(
    ("task", "rows", "said"),
    [
        ("gsm8k", [GSM8K, {"question": "Why?"}], "t.jsonl:2: missing answer, which items"),
        ("gsm8k", [GSM8K, {**GSM8K, "answer": 2}], "t.jsonl:2: 'answer' is no text"),
        ("gsm8k", [{"text": "nothing"}], "t.jsonl:1: missing question"),
        ("ifeval", [{**IFEVAL, "kwargs": []}], "t.jsonl:1: instruction_id_list and kwargs"),
        ("math", [{"problem": "1?", "solution": "1"}], "t.jsonl:1: the solution boxes no answer"),
    ],
)
def test_a_row_that_cannot_be_scored_is_named(tmp_path, task, rows, said):
    with pytest.raises(DataError, match=said.replace("\\", "\\\\")):
        read_published(task, lines(tmp_path / "t.jsonl", rows))


def test_an_mmlu_answer_must_be_one_of_four(tmp_path):
    path = archive(tmp_path / "m.tar.gz", {"x/anatomy_test.csv": "Which?,a,b,c,d,E\n"})
    with pytest.raises(DataError, match=r"anatomy_test.csv:1: expected four choices"):
        read_published("mmlu", path)
