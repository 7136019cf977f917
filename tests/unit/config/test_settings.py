from pathlib import Path

import pytest

from diversify.cli.configured import read_config
from diversify.config.experiment import cells, stage_options
from diversify.config.settings import merged, settings_from
from diversify.errors import ConfigError

ROOT = Path(__file__).parents[3]
PRESETS = sorted((ROOT / "workflow" / "presets").glob("*.yaml"))


def config(**experiments):
    return {"run": list(experiments), "experiments": experiments}


REWRITE = {
    "track": "rewrite",
    "grid": {"instructions": [10, 20], "examples": [100], "seeds": [0, 1]},
}
DATA = {"track": "data", "grid": {"shares": [0.0, 0.125], "budgets": [50], "seeds": [3]}}


def test_a_grid_opens_into_one_cell_per_point():
    opened = cells(settings_from(config(a=REWRITE)).experiments["a"])
    assert list(opened) == [
        "instructions10-examples100-seed0",
        "instructions10-examples100-seed1",
        "instructions20-examples100-seed0",
        "instructions20-examples100-seed1",
    ]


def test_a_cell_fills_in_the_options_of_its_stages():
    experiment = settings_from(config(b=DATA)).experiments["b"]
    cell = cells(experiment)["share12.5-budget50-seed3"]
    mix = stage_options(experiment, "mix", cell)
    assert (mix.budget, mix.core, mix.core_share, mix.seed) == ((50,), "replace", 0.875, 3)
    assert stage_options(experiment, "sft", cell).seed == 3
    assert stage_options(experiment, "embed", cell) == experiment.embed


def test_adding_a_point_renames_no_other_cell():
    wider = {**REWRITE, "grid": {**REWRITE["grid"], "instructions": [5, 10, 20]}}
    few, more = (
        set(cells(settings_from(config(a=one)).experiments["a"])) for one in (REWRITE, wider)
    )
    assert few < more


def test_an_experiment_may_extend_another():
    child = {"extends": "a", "grid": {"instructions": [7], "examples": [100]}, "sft": {"layers": 3}}
    settings = settings_from({"run": ["c"], "experiments": {"a": REWRITE, "c": child}})
    extended = settings.experiments["c"]
    assert extended.track == "rewrite"
    assert extended.grid == {"instructions": [7], "examples": [100], "seeds": [0, 1]}
    assert extended.sft.layers == 3


def test_all_faults_are_listed_together():
    wrong = {**REWRITE, "sft": {"layrs": 2, "heads": 0}, "synth": {"noop_share": 2}}
    with pytest.raises(ConfigError) as caught:
        settings_from(config(a=wrong))
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert "experiments.a.sft.layrs: Extra inputs are not permitted (given: 2)" in lines
    assert any(line.startswith("experiments.a.sft.heads: ") for line in lines)
    assert any(line.startswith("experiments.a.synth.noop_share: ") for line in lines)


def test_a_fault_is_told_where_it_stands_and_not_where_it_is_inherited():
    base = {**REWRITE, "sft": {"layrs": 2}}
    child = {"extends": "a", "sft": {"heads": 0}}
    grandchild = {"extends": "c"}
    with pytest.raises(ConfigError) as caught:
        settings_from({"run": ["a"], "experiments": {"a": base, "c": child, "g": grandchild}})
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "experiments.a.sft.layrs", "experiments.c.sft.heads",
    ]  # fmt: skip


def test_a_cell_that_cannot_be_is_named():
    wrong = {**REWRITE, "grid": {"instructions": [10, 200], "examples": [100]}}
    with pytest.raises(ConfigError) as caught:
        settings_from(config(a=wrong))
    assert "instructions200-examples100-seed0: examples 100 is less than instructions 200" in str(
        caught.value
    )


def test_any_option_of_the_task_may_be_an_axis():
    grid = {"instructions": [10], "noop_share": [0.1, 0.5], "shape": ["uniform", 0.2]}
    experiment = settings_from(
        config(a={"track": "rewrite", "grid": {**grid, "occurrences": [[1], [1, 2]]}})
    ).experiments["a"]
    opened = cells(experiment)
    assert len(opened) == 8
    last = opened["instructions10-noop_share0.5-shape0.2-occurrences1+2-seed0"]
    synth = stage_options(experiment, "synth", last)
    assert (synth.noop_share, synth.shape, synth.occurrences) == (0.5, 0.2, [1, 2])
    assert last.labels()["occurrences"] == "1+2"


def test_a_task_need_not_fit_together_before_its_grid_is_laid_over_it():
    small = {"track": "rewrite", "grid": {"instructions": [5]}, "synth": {"examples": 50}}
    assert settings_from(config(a=small)).experiments["a"].synth.instructions == 5


def test_an_axis_that_is_no_option_is_named():
    with pytest.raises(ConfigError, match="no such axis: instrctions"):
        settings_from(config(a={"track": "rewrite", "grid": {"instrctions": [5]}}))


def test_a_model_that_would_cut_answers_is_refused():
    short = {**REWRITE, "sft": {"max_length": 30}}
    with pytest.raises(ConfigError) as caught:
        settings_from(config(a=short))
    assert str(caught.value) == (
        "experiments.a.sft at instructions10-examples100-seed0 and 3 more cells: "
        "max_length 30 cuts answers: rows have up to 35 tokens"
    )


def test_an_experiment_may_not_take_the_name_of_a_rule():
    with pytest.raises(ConfigError, match="no stages'"):
        settings_from(config(dedup=REWRITE))


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "run: Field required"),
        ({"run": ["x"], "experiments": {}}, "no such experiment: x"),
        (config(**{"Bad Name": REWRITE}), "lower-case words"),
        (config(a={"extends": "nobody"}), "no such experiment to extend: 'nobody'"),
        (config(a={"extends": "a"}), "no such experiment to extend"),
        (config(a={"track": "rewrit"}), "track"),
    ],
)
def test_a_config_that_cannot_be_is_refused_in_words(given, what):
    with pytest.raises(ConfigError, match=what):
        settings_from(given)


def test_merging_lays_keys_over_keys_and_replaces_lists():
    below = {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert merged(below, {"a": {"c": [3]}, "e": 2}) == {"a": {"b": 1, "c": [3]}, "d": 1, "e": 2}


def test_every_preset_fits_over_the_default():
    assert PRESETS
    for preset in PRESETS:
        settings_from(read_config([ROOT / "config.yaml", preset]))


def test_no_preset_overwrites_what_another_made():
    """A name that two of them share stands for one experiment, with more points in its grid."""
    default = settings_from(read_config([ROOT / "config.yaml"]))
    configs = [settings_from(read_config([ROOT / "config.yaml", preset])) for preset in PRESETS]
    pages = [one.report.path for one in [default, *configs]]
    assert len(pages) == len(set(pages))
    seen = {}
    for one in [default, *configs]:
        for name in one.run:
            plain = one.experiments[name].model_dump(exclude={"grid"})
            assert seen.setdefault(name, plain) == plain
