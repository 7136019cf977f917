"""Whatever a config says reaches a command as the word it is: bash itself splits the lines."""

import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diversify.config.ingest import IngestOptions
from diversify.config.report import ReportOptions
from diversify.config.settings import CELL, NAME, PAGE, settings_from
from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.workflow.arms import words
from diversify.workflow.flags import flags
from diversify.workflow.plan import Plan

HOSTILE = [
    "$(touch canary)", "`touch canary`", "'; touch canary; '", '"; touch canary; "',
    "a\ntouch canary", "a & touch canary", "a | touch canary", "> canary", "${IFS}", "\\", "!!",
    "~", "*", "{a,b}", "-rf", "{input}", "{{x}}", "%s", "#", "ü ß 漢",
]  # fmt: skip
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
QUICK = settings(max_examples=80, deadline=None)


def split_by_bash(line, cwd):
    """Let bash read a line, as Snakemake has it read; gives the words that a command would get."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"printf '%s\\0' {line}"],
        cwd=cwd, capture_output=True, check=True,
    )  # fmt: skip
    assert list(cwd.iterdir()) == [], "a word was run"
    return done.stdout.decode().split("\0")[:-1]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return tmp_path_factory.mktemp("empty")


def hostile(test):
    for text in HOSTILE:
        test = example(text)(test)
    return test


@hostile
@given(TEXTS)
@QUICK
def test_an_option_is_one_word(empty, text):
    line = flags(SftOptions(model=text, model_revision=text))
    assert split_by_bash(line, empty) == [f"--model={text}", f"--model-revision={text}"]
    assert split_by_bash(flags(ReportOptions(title=f"x{text}")), empty) == [f"--title=x{text}"]


@hostile
@given(TEXTS)
@QUICK
def test_pairs_of_options_are_one_word(empty, text):
    line = flags(IngestOptions(licences={text: text}))
    assert split_by_bash(line, empty) == ["--licences", f"{text}={text}"]


@hostile
@given(TEXTS)
@QUICK
def test_a_test_set_is_one_word(empty, text):
    assert split_by_bash(words({"mmlu": text}, "--task"), empty) == ["--task", f"mmlu={text}"]
    assert split_by_bash(words({text: ""}), empty) == [text]


@pytest.mark.parametrize("text", [text for text in HOSTILE if not set(text) & set("*~{")])
def test_names_of_sources_and_files_are_words(empty, text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("rows", "tests"):
        (tmp_path / f"{name} {text.replace('/', '')}.jsonl").touch()
    config = {
        "run": ["own"],
        "experiments": {
            "own": {
                "track": "data",
                "grid": {},
                "sources": {text: [f"rows {text}.jsonl"]},
                "tests": {text: [f"tests {text}.jsonl"]},
                "core": text,
            }
        },
    }
    plan = Plan(config)
    for part in ("rows", "tests"):
        line = plan.source_flags("own", part)
        assert split_by_bash(line, empty) == ["--source", f"{text}={part} {text}.jsonl"]
    cell = plan.cells("own")[0]
    assert f"--core={text}" in split_by_bash(plan.flags("own", "mix", cell), empty)


@pytest.mark.parametrize("word", ["{input}", "{{x}}", "{a,b}"])
def test_a_file_whose_name_is_a_wildcard_is_refused(word, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{word}.jsonl").touch()
    (tmp_path / "tests.jsonl").touch()
    files = {"sources": {"own": [f"{word}.jsonl"]}, "tests": {"own": ["tests.jsonl"]}}
    own = {"track": "data", "grid": {}, "core": "own", **files}
    with pytest.raises(ConfigError, match="in braces for wildcards; rename it"):
        Plan({"run": ["own"], "experiments": {"own": own}})


def grid(**axes):
    return {
        "run": ["rules"],
        "experiments": {
            "rules": {"track": "rewrite", "grid": {"instructions": [10], "seeds": [0], **axes}}
        },
    }


@pytest.mark.parametrize("value", [" 0.2", "0.2\n", "0.2\t", "\u00a00.2"])
def test_a_value_that_is_no_name_of_a_folder_is_refused(value):
    """Pydantic reads them as numbers; a folder's name and a shell line have them as they are."""
    with pytest.raises(ConfigError, match="cannot be the name of a folder"):
        settings_from(grid(noop_share=[value]))


@given(st.lists(st.one_of(TEXTS, st.integers(), st.floats()), min_size=1, max_size=2))
@example(["../../x"])
@example(["$(touch canary)"])
@QUICK
def test_a_grid_is_refused_or_all_its_cells_are_plain_folders(values):
    try:
        plan = Plan(grid(noop_share=values))
    except ConfigError:
        return
    for cell in plan.cells("rules"):
        assert CELL.fullmatch(cell) and "/" not in cell and cell not in (".", "..")


@given(TEXTS)
@example("../up")
@example("/etc")
@example("a b")
@example("a;b")
@QUICK
def test_an_experiment_is_named_by_plain_words_or_refused(name):
    config = grid()
    config["experiments"][name] = config["experiments"]["rules"]
    try:
        settings_from(config)
    except ConfigError:
        return
    assert NAME.fullmatch(name)
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    "path",
    [
        "../index.html", "results/../../index.html", "results/..", "/etc/index.html", "index.html",
        "~/index.html", "results/$(touch canary).html", "results/a b.html", "results/a;b.html",
        "results//index.html", "results/.hidden", "results/a\n.html", "results/{experiment}/x.html",
        "s3://bucket/index.html", "",
    ],
)  # fmt: skip
def test_a_page_outside_the_results_folder_is_refused(path):
    with pytest.raises(ConfigError, match=r"report\.path: the page lies inside results/"):
        settings_from({**grid(), "report": {"path": path}})


@given(st.from_regex(PAGE, fullmatch=True))
@QUICK
def test_a_page_that_is_allowed_stays_inside_and_is_one_word(tmp_path_factory, path):
    inside = tmp_path_factory.getbasetemp().resolve() / "results"
    assert (inside.parent / path).resolve().is_relative_to(inside)
    assert path.split() == [path]


def test_labels_are_words(empty):
    plan = Plan(grid(occurrences=[[1, 2]]))
    [cell] = plan.cells("rules")
    assert split_by_bash(plan.labels("rules", cell), empty) == [
        "--label", "instructions=10", "--label", "occurrences=1+2", "--label", "seed=0",
    ]  # fmt: skip
