import json

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast


def manifest(path):
    return json.loads(path.read_text())


@pytest.fixture(scope="session")
def word_tokenizer(tmp_path_factory):
    """A tokenizer whose tokens are words, so that tokens can be counted by hand."""
    folder = tmp_path_factory.mktemp("words")
    words = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="?").save_pretrained(folder)
    return folder


@pytest.fixture
def chats(write):
    """Rows of 4 to 13 words, 2 to 6 of them answers; every fourth has a second exchange."""
    rows = []
    for i in range(60):
        turns = [("user", f"ask {i} now"), ("assistant", " ".join(["yes"] * (1 + i % 4)))]
        turns += [("user", "and again please ?"), ("assistant", "no no")] * (i % 4 == 0)
        rows.append({"messages": [{"role": r, "content": c} for r, c in turns]})
    return write("chats.jsonl", rows)


def test_several_budgets_are_written_in_one_pass_and_nested(run, two_files, tmp_path):
    code, out, err = run("mix", *two_files, "--budget", "10,25,80", "--backend", "lsa",
                         "--strategy", "k-center", "--out", tmp_path / "m.jsonl.gz")  # fmt: skip
    assert code == 0, err
    ids = []
    for budget in (10, 25, 80):
        assert f"{budget} rows in {tmp_path}/m-{budget}.jsonl.gz" in out
        assert (tmp_path / f"m-{budget}.jsonl.gz").exists()
        told = manifest(tmp_path / f"m-{budget}.manifest.json")
        assert told["file"]["rows"] == told["rows_out"] == len(told["rows"]) == budget
        assert sum(source["picked"] for source in told["sources"].values()) == budget
        ids.append([row["id"] for row in sorted(told["rows"], key=lambda row: row["order"])])
    assert ids[0] == ids[1][:10] == ids[2][:10]
    assert ids[1] == ids[2][:25]
    assert not (tmp_path / "m.jsonl.gz").exists()


@pytest.mark.parametrize(("unit", "budget"), [("tokens", "150"), ("trained-tokens", "0.1k")])
def test_tokens_are_spent_within_one_row_and_counted_as_a_person_would(
    run, chats, word_tokenizer, tmp_path, unit, budget
):
    out = tmp_path / "m.jsonl"
    code, said, err = run("mix", chats, "--budget", budget, "--unit", unit, "--tokenizer",
                          word_tokenizer, "--strategy", "random", "--out", out)  # fmt: skip
    assert code == 0, err
    counted = 0
    for line in out.read_text().splitlines():
        turns = json.loads(line)["messages"]
        counted += sum(
            len(turn["content"].split())
            for turn in turns
            if unit == "tokens" or turn["role"] == "assistant"
        )
    wanted = {"150": 150, "0.1k": 100}[budget]
    assert abs(counted - wanted) < 13
    assert manifest(tmp_path / "m.manifest.json")["spent"] == counted
    assert f"of {counted} {unit}" in said


def test_quotas_on_the_command_line_hold(run, two_files, tmp_path):
    out = tmp_path / "m.jsonl"
    code, _, err = run("mix", *two_files, "--budget", 50, "--strategy", "random",
                       "--source-max", "code=20%", "--source-min", "general=37",
                       "--out", out)  # fmt: skip
    assert code == 2
    assert "asks for" not in err
    assert "source_max code=0.2 cannot hold together, by 3 rows" in err
    assert not out.exists()
    code, _, err = run("mix", *two_files, "--budget", 45, "--strategy", "random",
                       "--source-max", "code=20%", "--out", out)  # fmt: skip
    assert code == 0, err
    assert manifest(tmp_path / "m.manifest.json")["sources"]["code"]["picked"] == 9


def test_rows_set_aside_are_near_no_row_of_the_mix(run, two_files, tmp_path):
    out = tmp_path / "m.jsonl"
    code, _, err = run("mix", *two_files, "--budget", 40, "--strategy", "k-center", "--backend",
                       "lsa", "--validation", 5, "--validation-similarity", 0.999,
                       "--out", out)  # fmt: skip
    assert code == 0, err
    mixed = set(out.read_text().splitlines())
    aside = (tmp_path / "m.validation.jsonl").read_text().splitlines()
    assert len(set(aside)) == 5
    assert not mixed & set(aside)
    told = manifest(tmp_path / "m.manifest.json")["validation"]
    assert (told["name"], told["rows"], len(told["ids"])) == ("m.validation.jsonl", 5, 5)


def test_a_licence_that_forbids_commerce_is_told_and_in_the_manifest(run, two_files, tmp_path):
    code, _, err = run("mix", *two_files, "--budget", 20, "--strategy", "random", "--licences",
                       "code=cc-by-nc-4.0,general=mit", "--revisions", "code=v2",
                       "--out", tmp_path / "m.jsonl")  # fmt: skip
    assert code == 0
    told = manifest(tmp_path / "m.manifest.json")
    of_code = [row for row in told["rows"] if row["source"] == "code"]
    assert {(row["licence"], row["revision"]) for row in of_code} == {("cc-by-nc-4.0", "v2")}
    warning = f"code: {len(of_code)} rows under cc-by-nc-4.0, which forbids commercial use"
    assert told["warnings"] == [warning]
    assert f"warning: {warning}" in err


def test_a_recipe_is_laid_under_the_flags_and_stands_in_the_manifest(run, two_files, tmp_path):
    out = tmp_path / "m.jsonl"
    code, _, err = run("mix", *two_files, "--recipe", "code-specialist", "--budget", 20,
                       "--backend", "lsa", "--out", out)  # fmt: skip
    assert code == 0, err
    told = manifest(tmp_path / "m.manifest.json")
    assert told["recipe"]["mix"]["core_share"] == 0.9
    assert told["recipe"]["mix"]["strategy"] == "k-center"
    assert told["sources"]["code"]["picked"] == 18
    assert told["recipe"]["description"].startswith("A code specialist")
    run("mix", *two_files, "--recipe", "code-specialist", "--core-share", 0.5, "--budget", 20,
        "--backend", "lsa", "--out", out)  # fmt: skip
    assert manifest(tmp_path / "m.manifest.json")["sources"]["code"]["picked"] == 10


def test_a_recipe_of_ones_own_names_any_stage_and_its_faults_are_listed(run, two_files, tmp_path):
    own, out = tmp_path / "own.yaml", tmp_path / "m.jsonl"
    own.write_text("embed: {backend: lsa}\nmix: {budget: 30, source_max: {code: 20%}}\n")
    code, _, err = run("mix", *two_files, "--recipe", own, "--out", out)
    assert code == 0, err
    assert manifest(tmp_path / "m.manifest.json")["sources"]["code"]["picked"] == 6
    own.write_text("mix: {budgte: 3, strategy: best}\ndedupe: {}\n")
    code, _, err = run("mix", *two_files, "--recipe", own, "--out", out)
    assert code == 2
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [
        "mix.strategy", "mix.budgte", "dedupe",
    ]  # fmt: skip


def test_test_items_are_kept_out_of_a_mix(run, two_files, write, tmp_path):
    tests = write("tests.jsonl", [{"question": f"Write function number {i}", "answer": "x"}
                                  for i in range(5)])  # fmt: skip
    code, _, err = run("mix", *two_files, "--budget", 60, "--strategy", "random", "--benchmark",
                       f"ours={tests}", "--out", tmp_path / "m.jsonl")  # fmt: skip
    assert code == 0, err
    told = manifest(tmp_path / "m.manifest.json")
    assert told["steps"]["decontaminate"]["dropped"] == 5
    text = (tmp_path / "m.jsonl").read_text()
    assert not any(f'Write function number {i}"' in text for i in range(5))
