import shlex
from typing import Annotated

import pytest

from diversify.config.evaluate import EvaluateOptions
from diversify.config.experiment import cells
from diversify.config.ingest import IngestOptions
from diversify.config.mix import MixOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.config.synth_markov import SynthMarkovOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.errors import ConfigError
from diversify.workflow.flags import flags
from diversify.workflow.plan import Plan

CONFIG = {
    "run": ["edit"],
    "experiments": {
        "edit": {
            "track": "data",
            "grid": {"shares": [0.25], "budgets": [100], "seeds": [4]},
            "mix": {"strategy": "k-center"},
        }
    },
}
CELL = "share25-budget100-seed4"


def test_flags_spell_what_differs_from_the_defaults():
    assert flags(MixOptions()) == ""
    assert flags(SftOptions(layers=3, model="my model")) == "'--model=my model' --layers=3"
    assert flags(SftOptions(max_steps=5, seed=1)) == "--max-steps=5 --seed=1"
    assert flags(IngestOptions(strict=True)) == "--strict"


@pytest.mark.parametrize(
    "given",
    [
        IngestOptions(columns={"instruction": "the question", "response": "a"}, strict=True),
        SynthRewriteOptions(shape=0.2, occurrences=[1, 2], input_length=20),
        SynthRewriteOptions(families=["repeated", "mirrored"], pattern_length=12, tests=50),
        SynthAlgebraOptions(rule_size=12, derived=50, rename=False, brackets="all"),
        SynthMarkovOptions(steps=[1, 2], answer="result"),
        SftOptions(model="m", use_peft=True, lora_target_modules=["q_proj", "v_proj"]),
        EvaluateOptions(judge="algebra", shots=3),
    ],
    ids=lambda given: type(given).__name__,
)
def test_flags_read_back_give_the_same_options(given):
    from cyclopts import App

    from diversify.cli.flags import Flat

    app = App(result_action="return_value")

    def read(*, options=None):
        return options

    read.__annotations__["options"] = Annotated[type(given), Flat]
    read.__kwdefaults__ = {"options": type(given)()}
    app.default(read)
    assert app(shlex.split(flags(given)), exit_on_error=False, print_error=False) == given


def test_a_cell_gives_its_values_to_the_stages_it_belongs_to():
    plan = Plan(CONFIG)
    expected = "--budget=100 --core=replace --core-share=0.75 --strategy=k-center --seed=4"
    assert plan.flags("edit", "mix", CELL) == expected
    without = plan.flags("edit", "mix", CELL, but=["budget", "core_share"])
    assert without == "--core=replace --strategy=k-center --seed=4"
    assert plan.flags("edit", "cluster") == ""
    assert plan.labels("edit", CELL) == "--label share=0.25 --label budget=100 --label seed=4"


def test_a_cell_that_is_not_in_the_grid_is_named():
    with pytest.raises(ConfigError, match="no cell share99"):
        Plan(CONFIG).flags("edit", "mix", "share99")


def test_without_sources_the_editing_corpus_is_read():
    plan = Plan(CONFIG)
    assert plan.files("edit", "rows")["replace"] == ["results/edit/synth/corpus/replace.jsonl"]
    assert set(plan.files("edit", "tests")) == {"unseen", "seen", "other"}


@pytest.fixture
def own(tmp_path):
    """A config over files of one's own."""
    for name in ("b.jsonl", "a one.jsonl", "test.jsonl"):
        (tmp_path / name).write_text("{}\n")
    files = {
        "sources": {"code": [f"{tmp_path}/[ab]*.jsonl"]},
        "tests": {"held": [f"{tmp_path}/test.jsonl"]},
        "core": "code",
    }

    def config(**changes):
        experiment = {**CONFIG["experiments"]["edit"], **files, **changes}
        return {"run": ["edit"], "experiments": {"edit": experiment}}

    return config


def test_own_sources_are_expanded_and_quoted(own, tmp_path):
    plan = Plan(own())
    assert plan.files("edit", "rows") == {
        "code": [f"{tmp_path}/a one.jsonl", f"{tmp_path}/b.jsonl"]
    }
    assert shlex.split(plan.source_flags("edit", "rows")) == [
        "--source", f"code={tmp_path}/a one.jsonl", "--source", f"code={tmp_path}/b.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"sources": {"code": ["gone/*.jsonl"]}}, "experiments.edit: gone/*.jsonl: no such file"),
        ({"core": "cod"}, "experiments.edit.core: no source 'cod' (there are code)"),
        ({"tests": {}}, "experiments.edit: sources and tests go together"),
    ],
)
def test_what_is_missing_is_said_before_the_first_job(own, changes, line):
    with pytest.raises(ConfigError) as caught:
        Plan(own(**changes))
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_files_of_experiments_that_do_not_run_are_not_asked_for(own):
    config = own(sources={"code": ["gone/*.jsonl"]})
    config["experiments"]["other"] = CONFIG["experiments"]["edit"]
    assert Plan({**config, "run": ["other"]}).settings.run == ["other"]


STARTED = {
    "track": "rewrite",
    "grid": {"instructions": [5, 9], "seeds": [1, 2]},
    "shots": [0, 3],
    "synth": {"examples": 20},
    "sft": {"model": "results/first/sft/seed0/model"},
}


def test_the_starting_model_is_scored_for_each_number_of_shots_and_each_seed():
    plan = Plan({"run": ["a"], "experiments": {"a": STARTED}})
    assert plan.bases("a") == [
        "base-shots0-seed1", "base-shots0-seed2", "base-shots3-seed1", "base-shots3-seed2",
    ]  # fmt: skip
    assert plan.base_flags("a", "3", "2") == "--judge=text --shots=3 --seed=2"
    assert plan.first_cell("a", "2") == "instructions5-seed2"
    assert Plan(CONFIG).bases("edit") == []


def test_a_model_from_scratch_has_nothing_to_show():
    with pytest.raises(ConfigError, match="from scratch has nothing to show"):
        Plan({"run": ["a"], "experiments": {"a": {**STARTED, "sft": {}}}})


def test_labels_spell_lists_in_one_word():
    grid = {"instructions": [5], "occurrences": [[1], [1, 2]]}
    plan = Plan({"run": ["a"], "experiments": {"a": {**STARTED, "grid": grid}}})
    cell = "instructions5-occurrences1+2-seed0"
    assert plan.labels("a", cell).endswith("--label occurrences=1+2 --label seed=0")
    assert "--occurrences=1 --occurrences=2" in plan.flags("a", "synth", cell)


def test_a_grid_is_opened_once_however_many_jobs_ask(monkeypatch):
    opened = []

    def counted(experiment):
        opened.append(experiment)
        return cells(experiment)

    monkeypatch.setattr("diversify.workflow.plan.cells", counted)
    grid = {"instructions": [5, 9, 12], "seeds": [1, 2]}
    plan = Plan({"run": ["a"], "experiments": {"a": {**STARTED, "grid": grid}}})
    for cell in plan.cells("a"):
        plan.labels("a", cell)
        plan.flags("a", "sft", cell)
    assert plan.first_cell("a", "2") == "instructions5-seed2"
    assert len(opened) == 1
