from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from diversify.cli.recipe_show import preset_names
from diversify.config.arms import Arms, arm_faults, budget_of
from diversify.config.ingest import IngestOptions
from diversify.config.sft import SftOptions
from diversify.io.places.hub import HubDataset
from diversify.io.places.remote import RemoteFile
from diversify.io.places.sources import matches

PRESETS = Path(__file__).parents[3] / "workflow" / "presets"
ARMS = TypeAdapter(Arms)

TABLE_1 = [
    (15, 5, 0, 0), (15, 4, 1, 0), (15, 3, 2, 0), (15, 2, 3, 0), (15, 1, 4, 0), (15, 0, 5, 0),
    (60, 15, 0, 0), (60, 0, 15, 0), (60, 0, 7.5, 7.5), (60, 7.5, 7.5, 0), (60, 7.5, 3.25, 3.25),
    (60, 12.5, 2.5, 0), (60, 12.5, 1.25, 1.25), (60, 14, 1, 0), (60, 14, 0.5, 0.5),
]  # fmt: skip
TABLE_2 = [(19, 1, 0, 0), (19, 0, 1, 0), (18, 0, 2, 0), (18, 0, 1, 1), (16, 0, 4, 0), (16, 0, 2, 2)]
FIGURE_6 = [(17, 0, 3, 0), (15, 0, 5, 0)]
TABLE_3 = [
    (10, 10, 0, 0), (10, 0, 10, 0), (10, 0, 0, 10),
    *((20, *more) for more in [(20, 0, 0), (0, 20, 0), (0, 0, 20), (10, 10, 0), (10, 0, 10)]),
    *((40, *more) for more in [(20, 0, 0), (0, 20, 0), (0, 0, 20), (10, 10, 0), (10, 0, 10)]),
    *((60, *more) for more in [(20, 0, 0), (0, 20, 0), (0, 0, 20), (10, 10, 0), (10, 0, 10)]),
]  # fmt: skip


def experiments(name):
    return yaml.safe_load((PRESETS / f"{name}.yaml").read_text())["experiments"]


def amounts(arms, sources):
    """Rows of each source, in the order of the sources."""
    return [tuple(arm[s].rows if s in arm else 0 for s in sources) for arm in arms]


def printed(rows):
    """A table's rows as printed: base and more of it together, in rows."""
    return [tuple(round(1000 * k) for k in (base + same, *rest)) for base, same, *rest in rows]


def test_the_arms_of_the_code_specialist_are_the_rows_of_tables_1_and_2_and_figure_6():
    both, sources = experiments("code-specialist"), ("oss", "alpaca", "cot")
    codeqwen = ARMS.validate_python(both["codeqwen"]["arms"])
    assert sorted(amounts(codeqwen.values(), sources)) == sorted(printed(TABLE_2 + FIGURE_6))
    every = codeqwen | ARMS.validate_python(both["deepseek"]["arms"])
    chosen = [every[name] for name in both["deepseek"]["grid"]["arms"]]
    assert amounts(chosen, sources) == printed(TABLE_1)
    assert (
        sorted(budget_of(arm) for arm in every.values()) == [20_000] * 8 + [74_000] + [75_000] * 8
    )


def test_the_arms_of_the_generalist_are_the_rows_of_table_3():
    arms = ARMS.validate_python(experiments("generalist")["mistral"]["arms"])
    assert amounts(arms.values(), ("ultrainteract", "openorca", "alpaca")) == printed(TABLE_3)


@pytest.mark.parametrize("name", ["code-specialist", "generalist"])
def test_an_arm_of_a_preset_is_named_for_what_it_holds(name):
    for experiment in experiments(name).values():
        for arm, table in ARMS.validate_python(experiment["arms"]).items():
            said = [f"{source}{line.rows / 1000:g}" for source, line in table.items()]
            assert arm == "-".join(said)


@pytest.mark.parametrize("name", ["code-specialist", "generalist"])
def test_presets_name_their_sources_at_a_commit_without_asking_the_network(name):
    found = 0
    for experiment in experiments(name).values():
        arms, sources = ARMS.validate_python(experiment["arms"]), experiment.get("sources")
        if not sources:
            continue
        assert arm_faults(arms, sources) == []
        for source, given in sources.items():
            places = [place for one in given for _, place in matches(f"{source}={one}")]
            found += len(places)
            for place in places:
                if isinstance(place, HubDataset):
                    assert place.revision and len(place.revision) == 40
                else:
                    assert isinstance(place, RemoteFile)
                    assert "@refs/convert/parquet/" in place.url
        assert set(IngestOptions.model_validate(experiment["ingest"]).most) <= set(sources)
        assert SftOptions.model_validate(experiment["sft"]).load_in_8bit
    assert found in (3, 7)


@pytest.mark.parametrize(("name", "pairs"), [("code-specialist", 8), ("generalist", 12)])
def test_each_arm_is_held_against_one_of_its_own_source_and_about_its_budget(name, pairs):
    arms, found = {}, 0
    for experiment in experiments(name).values():
        arms |= ARMS.validate_python(experiment["arms"])
        for arm, reference in experiment["tabulate"].get("reference_of", {}).items():
            assert len(arms[reference]) == 1
            assert next(iter(arms[arm])) == next(iter(arms[reference]))
            assert abs(budget_of(arms[arm]) - budget_of(arms[reference])) <= 1000
            found += 1
    assert found == pairs


def test_a_preset_is_shown_as_a_table_of_its_arms_and_its_recipe_below(run):
    code, out, err = run("recipe", "show", "code-specialist")
    assert (code, err) == (0, "")
    codeqwen, deepseek, recipe = out.split("\n\n")
    assert deepseek.splitlines()[:3] == [
        "# code-specialist, experiment deepseek: 15 arms",
        "arm                            oss  alpaca    cot  budget  strategy",
        "oss20                       20,000       -      -  20,000  random",
    ]
    assert len(deepseek.splitlines()) == 2 + 15
    assert codeqwen.splitlines()[0] == "# code-specialist, experiment codeqwen: 8 arms"
    assert len(codeqwen.splitlines()) == 2 + 8
    assert yaml.safe_load(recipe)["mix"]["core_share"] == 0.9


def test_one_experiment_is_shown_alone(run):
    code, out, _ = run("recipe", "show", "generalist", "--experiment", "mistral")
    assert code == 0
    assert out.splitlines()[0] == "# generalist, experiment mistral: 18 arms"
    assert len(out.splitlines()) == 20


def test_what_is_not_there_is_answered_with_what_is(run):
    assert set(preset_names()) >= {"code-specialist", "generalist"}
    code, out, err = run("recipe", "show", "cook")
    assert (code, out) == (2, "")
    assert "there is no recipe 'cook': give one of code-specialist, generalist" in err
    code, _, err = run("recipe", "show", "code-specialist", "--experiment", "llama")
    assert code == 2
    assert "no experiment 'llama' with arms (there are codeqwen, deepseek)" in err
    assert run("recipe", "show", "../presets/smoke")[0] == 2


def test_ones_own_file_is_shown_and_strategies_that_differ_are_told_by_source(run, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "experiments:\n"
        "  base: {mix: {strategy: mmr}, arms: {a: {x: 5, y: 0}}}\n"
        "  more: {extends: base, arms: {b: {x: 3, y: {rows: 1k, strategy: random}}}}\n"
    )
    code, out, err = run("recipe", "show", own, "--experiment", "more")
    assert code == 0, err
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["arm", "x", "y", "budget", "strategy"],
        ["a", "5", "-", "5", "mmr"],
        ["b", "3", "1,000", "1,003", "mmr", "of", "x,", "random", "of", "y"],
    ]
    own.write_text("experiments: {e: {arms: {a: {x: some}}}}\n")
    code, _, err = run("recipe", "show", own)
    assert code == 2
    assert f"{own}: experiments.e.arms.a.x.rows: expected a whole number" in err


def test_a_recipe_is_printed_as_a_recipe_that_mix_reads(run, two_files, tmp_path):
    own, again = tmp_path / "own.yaml", tmp_path / "again.yaml"
    own.write_text("mix: {rows_of: {code: 1k}, strategy: random}\n")
    code, out, _ = run("recipe", "show", own)
    assert code == 0
    again.write_text(out)
    assert yaml.safe_load(out) == {
        "mix": {"rows_of": {"code": 1000}, "strategy": "random", "budget": [1000]}
    }
    assert run("recipe", "show", again)[1].splitlines()[1:] == out.splitlines()[1:]
    whole = yaml.safe_load(run("recipe", "show", own, "--every-option")[1])
    assert whole["dedup"]["method"] == "exact"
