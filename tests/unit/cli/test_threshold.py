"""The command over simulated runs: Snakemake is replaced by something that writes score files."""

import json
import re
from pathlib import Path

import pytest
import yaml

from diversify.config.experiment import cells
from diversify.config.settings import merged, settings_from
from diversify.errors import DataError
from diversify.io.documents import read_document
from diversify.io.snakemake import Snakemake

CONFIG = """
run: [mine]
experiments:
  mine:
    track: rewrite
    grid: {instructions: [30, 10000], examples: [100000], seeds: [0]}
    sft: {max_length: 60}
"""
POINT = re.compile(r"results/mine-threshold-seed(\d+)/evaluate/instructions(\d+)-.*/scores.json")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a config and a workflow."""
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(CONFIG)
    Path("Snakefile").write_text("")
    return tmp_path


class Runs:
    """What stands in for Snakemake: a model's accuracy depends on its seed and its rules."""

    def __init__(self):
        self.thresholds = [620, 480, 560, 700]
        self.made = []
        self.calls = []
        self.fails_at = None

    def __call__(self, snakemake, files, overlay, log, held):
        self.calls.append((snakemake, overlay))
        if self.fails_at == len(self.calls):
            raise DataError("Snakemake ended with code 1")
        for path in files:
            if not path.exists():
                self.made.append(path)
                self.write(path)

    def write(self, path):
        seed, rules = map(int, POINT.fullmatch(str(path)).groups())
        exact = 900 if rules >= self.thresholds[seed % len(self.thresholds)] else 20
        sets = {"unseen": {"exact": exact, "rows": 1000}, "train": {"exact": 999, "rows": 1000}}
        document = {"stage": "evaluate", "cell": {"seed": seed}, "sets": sets}
        summary = path.parents[2] / "sft" / path.parent.name / "summary.json"
        for file, content in ((path, document), (summary, {"stage": "sft", "seconds": 10.5})):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(content))


@pytest.fixture
def runs(here, monkeypatch):
    runs = Runs()
    monkeypatch.setattr(Snakemake, "make", lambda self, *given: runs(self, *given))
    return runs


@pytest.fixture
def search(run):
    """Search with three seeds, or as the words say, and give the document."""

    def call(*words):
        seeds = [] if "--max-seeds" in words else ["--max-seeds", 3]
        code, out, err = run("threshold", "mine", *words, *seeds, "--json")
        assert code == 0, err
        return json.loads(out)

    return call


def rounds():
    folder = Path("results/mine-threshold/rounds")
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def test_it_finds_the_threshold_and_says_so_in_a_line(run, runs):
    code, out, err = run("threshold", "mine", "--max-seeds", 3)
    assert code == 0, err
    assert re.fullmatch(
        r"mine: unseen accuracy passes 0\.5 at instructions 5\d\d \(95% interval \d+ to \d+, "
        r"3 seeds\); all 3 seeds are spent.*; 2\d runs, 2\d\d s of training, where a full grid "
        r"takes 129 \(1\d%\); results/mine-threshold/threshold\.json\n",
        out,
    )
    assert "round 1: 6 runs: seed 0 at 30, 10,000; seed 1 at 30, 10,000" in err


def test_the_document_holds_everything(runs, search):
    document = search("--max-seeds", 12)
    assert document["stage"] == "threshold"
    assert (document["axis"], document["range"]) == ("instructions", [30, 10_000])
    assert (document["scale"], document["direction"]) == ("log", "rising")
    found = document["threshold"]
    assert found["low"] < 580 < found["high"] <= found["low"] * 1.15**2
    assert document["why"] == "within"
    seeds = found["seeds"]
    assert list(document["brackets"]) == [str(seed) for seed in range(seeds)]
    for seed, (low, high) in document["brackets"].items():
        assert low < runs.thresholds[int(seed) % 4] <= high
    assert len(document["points"]) == len(runs.made) == document["cost"]["runs"]
    assert document["cost"]["grid_runs"] == 43 * seeds
    assert document["cost"]["share"] < 0.2
    assert document["cost"]["seconds"] == pytest.approx(10.5 * len(runs.made))
    assert document["options"]["resolution"] == 0.15
    assert read_document(Path("results/mine-threshold/threshold.json")) == document


def test_each_round_is_a_file_that_tells_its_decision(runs, search):
    document = search()
    told = rounds()
    assert [one["round"] for one in told] == list(range(1, document["rounds"] + 1))
    assert told[0]["asked"] == {str(seed): [30, 10_000] for seed in range(3)}
    assert told[0]["after"] == told[1]["before"]
    assert all(one["goes_on"] and one["reason"] for one in told[:-1])
    assert (told[-1]["goes_on"], told[-1]["why"]) == (False, "seeds")
    points = [point for one in told for point in one["points"]]
    assert len(points) == document["cost"]["runs"]
    assert all(point["low"] <= point["accuracy"] <= point["high"] for point in points)
    assert {point["scores"] for point in points} == {str(path) for path in runs.made}


def test_the_overlay_of_a_round_is_a_config_with_every_point_so_far(runs, search):
    search()
    last = sorted(Path("results/mine-threshold/rounds").glob("*.yaml"))[-1]
    settings = settings_from(merged(yaml.safe_load(CONFIG), yaml.safe_load(last.read_text())))
    opened = {
        Path("results", name, "evaluate", cell, "scores.json")
        for name in settings.run
        for cell in cells(settings.experiments[name])
    }
    assert opened == set(runs.made)


def test_a_search_that_is_done_runs_nothing_again_and_tells_the_same(runs, search):
    first, told, made = search(), rounds(), len(runs.made)
    assert search() == first
    assert rounds() == told
    assert len(runs.made) == made


@pytest.mark.parametrize("stops", [1, 2, 5])
def test_a_search_that_was_killed_goes_on_with_the_same_decisions(run, runs, search, stops):
    whole, told = search(), rounds()
    Path("results").rename("elsewhere")
    runs.fails_at = len(runs.calls) + stops
    code, _, err = run("threshold", "mine", "--max-seeds", 3)
    assert (code, err.splitlines()[-1]) == (2, "diversify: Snakemake ended with code 1")
    assert rounds() == told[: stops - 1]
    runs.made.clear()
    assert search() == whole
    assert rounds() == told
    assert len(runs.made) == sum(len(one["points"]) for one in told[stops - 1 :])


def test_a_search_cut_short_goes_on_with_more_rounds_or_seeds(runs, search):
    assert search("--rounds", 2)["why"] == "rounds"
    assert search("--max-seeds", 3)["why"] == "seeds"
    made = len(runs.made)
    whole = search("--max-seeds", 12)
    assert whole["why"] == "within"
    assert len(runs.made) == whole["cost"]["runs"] > made


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--level", 0.4], "level 0.5, here 0.4"),
        (["--set", "train"], "set unseen, here train"),
        (["--low", 60], "range [30, 10000], here [60, 10000]"),
        (["--resolution", 0.3], "asked for other points"),
    ],
)
def test_rounds_of_another_search_are_left_alone(run, runs, search, words, said):
    search()
    told = rounds()
    code, _, err = run("threshold", "mine", *words, "--max-seeds", 3)
    assert code == 2
    assert said in err
    assert "name another --out" in err
    assert rounds() == told
    search(*words, "--out", "results/another")


def test_rounds_of_an_experiment_that_has_changed_are_not_gone_on_with(run, runs, search):
    search("--rounds", 2)
    Path("config.yaml").write_text(CONFIG.replace("max_length: 60", "max_length: 61"))
    code, _, err = run("threshold", "mine")
    assert code == 2
    assert "experiment_options" in err


def test_scores_that_lead_elsewhere_now_are_told(run, runs, search):
    search()
    runs.thresholds = [5000]
    for path in runs.made:
        runs.write(path)
    code, _, err = run("threshold", "mine", "--max-seeds", 3)
    assert code == 2
    assert "round-03.json: asked for other points than these options and scores lead to" in err


def test_rounds_that_a_search_no_longer_needs_are_told(run, runs, search):
    search()
    code, _, err = run("threshold", "mine", "--max-seeds", 3, "--rounds", 4)
    assert code == 0
    assert "ends with round 4 now: the rounds after it are of a longer one" in err


def test_a_level_that_is_never_passed_is_told(run, runs):
    runs.thresholds = [20_000]
    code, out, _ = run("threshold", "mine")
    assert code == 0
    assert "mine: the level is never passed: accuracy is below 0.5 at both ends" in out
    assert "6 runs, 63 s of training, where a full grid takes 129 (5%)" in out


def test_another_set_is_looked_at_by_its_name(run, runs, search):
    assert search("--set", "train")["why"] == "always"
    code, _, err = run("threshold", "mine", "--set", "sen", "--out", "elsewhere")
    assert code == 2
    assert "has no test set sen (there are unseen, train)" in err


def test_words_behind_the_dashes_go_to_snakemake(run, runs):
    code, _, err = run("threshold", "mine", "--cores", 3, "--", "--profile", "slurm", "-k")
    assert code == 0, err
    snakemake, _ = runs.calls[0]
    assert (snakemake.cores, snakemake.words) == (3, ("--profile", "slurm", "-k"))


def test_several_config_files_are_laid_over_each_other(run, runs):
    Path("more.yaml").write_text("experiments: {mine: {grid: {instructions: [100, 1000]}}}")
    code, _, err = run("threshold", "mine", "--configfile", "config.yaml", "more.yaml")
    assert code == 0, err
    assert rounds()[0]["range"] == [100, 1000]
    assert runs.calls[0][0].configs == (Path("config.yaml"), Path("more.yaml"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mien"], "no experiment 'mien' whose rows are made on the spot (there are mine)"),
        (["mine", "more.yaml"], "more.yaml: config files go behind --configfile"),
        (["mine", "--snakefile", "nowhere"], "there is no nowhere here"),
        (["mine", "--configfile", "nowhere.yaml"], "nowhere.yaml: No such file"),
        (["mine", "--high", 17_000], "need more distinct patterns than 26^3"),
        (
            ["mine", "--axis", "alphabet", "--low", 2, "--high", 26, "--at", "instructions=30"],
            "more): narrow the range, or name the values that can be with --values",
        ),
        (["mine", "--level", 1.5], "--level"),
    ],
)
def test_what_cannot_be_is_told_before_the_first_run(run, runs, words, said):
    code, _, err = run("threshold", *words)
    assert code == 2
    assert said in err
    assert len(err.splitlines()) == 1
    assert not runs.calls
    assert not Path("results").exists()
