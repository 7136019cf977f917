"""Benchmarks in small files that are laid out as the published ones."""

import gzip
import io
import json
import tarfile

import pandas as pd
import pytest

from diversify.errors import ConfigError, DataError
from diversify.io.test_sets import archives, known_benchmarks
from diversify.io.test_sets.benchmarks import load_benchmark, named_benchmarks, read_benchmarks
from diversify.io.test_sets.known_benchmarks import HubPlace
from diversify.records import COLUMNS


def archive(path, files, extra=()):
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
        for member in extra:
            tar.addfile(member)
    return path


def lines(path, rows):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def items(name, path):
    return load_benchmark(name, str(path)).items


def texts(table):
    return table[["id", "instruction", "input", "response"]].values.tolist()


@pytest.mark.parametrize(
    ("name", "row", "item"),
    [
        (
            "humaneval",
            {"task_id": "HumanEval/0", "prompt": "def f():", "canonical_solution": " pass"},
            ["HumanEval/0", "def f():", "", " pass"],
        ),
        ("mbpp", {"task_id": 2, "text": "Add.", "code": "a+b"}, ["2", "Add.", "", "a+b"]),
        (
            "mbpp-plus",
            {"task_id": "Mbpp/2", "prompt": "Add.", "canonical_solution": "a+b"},
            ["Mbpp/2", "Add.", "", "a+b"],
        ),
        ("gsm8k", {"question": "Many?", "answer": "## 2"}, ["f.jsonl:1", "Many?", "", "## 2"]),
        ("ifeval", {"key": 1000, "prompt": "Be brief"}, ["1000", "Be brief", "", ""]),
        (
            "math-500",
            {"problem": "x?", "solution": "2", "answer": "2", "unique_id": "test/a/1.json"},
            ["test/a/1.json", "x?", "", "2"],
        ),
        ("theoremqa", {"Question": "x?", "Answer": 1.5, "id": "a"}, ["a", "x?", "", "1.5"]),
    ],
)  # fmt: skip
def test_an_item_has_its_published_id_question_and_answer(tmp_path, name, row, item):
    table = items(name, lines(tmp_path / "f.jsonl", [row]))
    assert texts(table) == [item]
    assert table.columns.tolist() == list(COLUMNS)
    assert table["source"].tolist() == [name]


def test_a_compressed_file_and_a_json_array_are_read_too(tmp_path):
    rows = [{"question": "a?", "answer": "1"}, {"question": "b?", "answer": "2"}]
    assert items("gsm8k", lines(tmp_path / "test.jsonl.gz", rows))["id"].tolist() == [
        "test.jsonl.gz:1",
        "test.jsonl.gz:2",
    ]
    (tmp_path / "test.json").write_text(json.dumps(rows))
    assert items("gsm8k", tmp_path / "test.json")["instruction"].tolist() == ["a?", "b?"]


def test_half_a_surrogate_pair_is_spelled_out(tmp_path):
    path = lines(tmp_path / "f.jsonl", [{"question": "a\ud800?", "answer": "\udfff"}])
    assert texts(items("gsm8k", path)) == [["f.jsonl:1", "a\\ud800?", "", "\\udfff"]]


MMLU = {
    "data/test/law_test.csv": '"Which, of these?",one,two,"3,0",four,C\nWhat is law?,a,b,c,d,A\n',
    "data/dev/law_dev.csv": '"which, of  these?",e,f,g,h,B\n',
    "data/auxiliary_train/race.csv": "A question?,a,b,c,d,A\n",
    "README.txt": "no items",
}


def test_mmlu_is_read_out_of_its_archive_or_folder(tmp_path):
    packed = items("mmlu", archive(tmp_path / "mmlu.tar.gz", MMLU))
    assert sorted(set(packed["id"])) == ["law_dev.csv:1", "law_test.csv:1", "law_test.csv:2"]
    for name, text in MMLU.items():
        file = tmp_path / "mmlu" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert texts(items("mmlu", tmp_path / "mmlu")) == texts(packed)
    single = items("mmlu", tmp_path / "mmlu/data/test/law_test.csv")
    assert sorted(set(single["id"])) == ["law_test.csv:1", "law_test.csv:2"]


def test_a_question_stands_by_itself_too_unless_several_items_share_it(tmp_path):
    table = items("mmlu", archive(tmp_path / "mmlu.tgz", MMLU))
    assert texts(table) == [
        ["law_dev.csv:1", "which, of  these?", "A. e\nB. f\nC. g\nD. h", "f"],
        ["law_test.csv:1", "Which, of these?", "A. one\nB. two\nC. 3,0\nD. four", "3,0"],
        ["law_test.csv:2", "What is law?", "A. a\nB. b\nC. c\nD. d", "a"],
        ["law_test.csv:2", "What is law?", "", "a"],
    ]


def test_bbh_is_read_without_its_prompts(tmp_path):
    task = json.dumps({"canary": "x", "examples": [{"input": "not True is", "target": "False"}]})
    files = {"BIG-Bench-Hard/bbh/boolean.json": task, "BIG-Bench-Hard/cot-prompts/boolean.txt": "x"}
    table = items("bbh", archive(tmp_path / "bbh.tar.gz", files))
    assert texts(table) == [["boolean.json:1", "not True is", "", "False"]]
    (tmp_path / "boolean.json").write_text(task)
    assert texts(items("bbh", tmp_path / "boolean.json")) == texts(table)


def test_nothing_of_an_archive_reaches_the_disk_and_links_are_passed_over(tmp_path):
    link = tarfile.TarInfo("link_test.csv")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    files = {"../../out_test.csv": "Q?,a,b,c,d,A\n", "/abs_test.csv": "R?,a,b,c,d,A\n"}
    (tmp_path / "in").mkdir()
    packed = archive(tmp_path / "in/m.tar.gz", files, [link])
    assert sorted(set(items("mmlu", packed)["id"])) == ["abs_test.csv:1", "out_test.csv:1"]
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "m.tar.gz"]


def test_a_member_without_end_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 10)
    packed = archive(tmp_path / "m.tar.gz", MMLU)
    with pytest.raises(DataError, match="larger than 10 bytes"):
        items("mmlu", packed)


@pytest.mark.parametrize(
    ("name", "file", "content", "said"),
    [
        ("mmlu", "m.tar.gz", b"no archive", "broken archive"),
        ("mmlu", "m.tar.gz", None, "No such file"),
        ("mmlu", "a_test.csv", b"only,three,cells\n", "not laid out as published"),
        ("bbh", "a.json", b'{"rows": []}', "not laid out as published"),
        ("gsm8k", "g.jsonl", b'{"question": "", "answer": "1"}\n', "g.jsonl:1: no question"),
        ("gsm8k", "g.jsonl", b'{"question": "a?", "answer": "1"}\n{"answer', "g.jsonl:2: not JSON"),
        ("gsm8k", "g.tar.gz", b"", "expected single file"),
        ("mine", "m.jsonl", b'{"question": "a?", "answer": ""}\n', "would not be kept out"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line(tmp_path, name, file, content, said):
    path = tmp_path / file
    if content is not None:
        path.write_bytes(content)
    if file == "g.tar.gz":
        archive(path, {"test.jsonl": "x"})
    with pytest.raises(DataError, match=said) as error:
        items(name, path)
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_known_name_in_another_layout_and_any_other_name_are_read_as_ingest_would(tmp_path):
    path = lines(tmp_path / "my.jsonl", [{"instruction": "Add", "input": "2", "output": "3"}])
    for name in ("bbh", "humaneval", "mine"):
        assert texts(items(name, path)) == [["my.jsonl:1", "Add", "2", "3"]]


def test_no_advice_is_given_that_a_benchmark_cannot_take(tmp_path):
    path = lines(tmp_path / "other.jsonl", [{"x": 1}])
    with pytest.raises(DataError) as error:
        load_benchmark("gsm8k", path)
    assert str(error.value) == (
        f"{path}:1: unknown layout (fields: x); an item that is not read would not be kept out"
    )


def test_names_come_with_a_path_or_are_known():
    assert named_benchmarks(["gsm8k", "mine=a=b.jsonl"]) == {"gsm8k": "", "mine": "a=b.jsonl"}
    for words in (["=x"], ["gsm8k=a", "gsm8k=b"]):
        with pytest.raises(ConfigError, match="each name once"):
            named_benchmarks(words)
    with pytest.raises(ConfigError, match="none of humaneval"):
        load_benchmark("mine", "")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A folder laid out as a dataset of the Hub, in the place of two benchmarks."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "hub").mkdir()
    mmlu = {"question": ["Q?"], "choices": [["a", "b", "c", "d"]], "answer": [2], "picture": [b"x"]}
    pd.DataFrame(mmlu).to_parquet(tmp_path / "hub/test-00000-of-00001.parquet")
    for name, config in (("mmlu", "default"), ("gsm8k", "")):
        place = HubPlace(str(tmp_path / "hub"), config, "test")
        known = known_benchmarks.KNOWN[name]
        changed = type(known)(**{**vars(known), "hub": place})
        monkeypatch.setitem(known_benchmarks.KNOWN, name, changed)


def test_a_name_alone_is_loaded_through_datasets(hub):
    loaded = load_benchmark("mmlu", "")
    assert texts(loaded.items)[0] == ["test:1", "Q?", "A. a\nB. b\nC. c\nD. d", "c"]
    assert loaded.origin.endswith("hub, default, test")
    assert (loaded.revision, loaded.summary()["items"]) == ("", 1)  # a folder has no commit
    every = read_benchmarks({"gsm8k": ""})["gsm8k"]  # of each configuration
    assert every["id"].tolist() == ["default:1", "default:1"]


def test_without_the_hub_a_file_is_asked_for(monkeypatch, tmp_path):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    for name in ("gsm8k", "bbh"):
        with pytest.raises(DataError, match="give its file: --benchmark NAME=PATH"):
            load_benchmark(name, "")


def test_an_item_without_an_answer_does_not_hide_those_after_it(tmp_path):
    path = tmp_path / "gsm8k.jsonl"
    rows = [{"question": f"How many are {n} and {n}?", "answer": str(2 * n)} for n in range(4)]
    del rows[1]["answer"]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    items = load_benchmark("gsm8k", str(path)).items
    assert items["instruction"].tolist() == [row["question"] for row in rows]
    assert items["response"].tolist() == ["0", "", "4", "6"]


def test_a_later_item_without_a_question_is_named(tmp_path):
    path = tmp_path / "gsm8k.jsonl"
    path.write_text('{"question": "One?", "answer": "1"}\n{"answer": "2"}\n')
    with pytest.raises(DataError, match=r"gsm8k.jsonl:2: no question of gsm8k"):
        load_benchmark("gsm8k", str(path))
