from pathlib import Path
from types import SimpleNamespace

from diversify.report.documents import read_experiments
from diversify.report.findings import caption
from diversify.report.gallery import write_figures
from diversify.report.grids import find_grids


def test_a_caption_says_what_is_left_out_and_what_the_papers_found(made: SimpleNamespace) -> None:
    (grid,) = find_grids(made.everything()["long tail"])
    assert caption(grid, 0.95).startswith("A marker for each seed, with its 95 % Wilson interval")
    assert "Same for all: examples 100,000." in caption(grid, 0.95)
    assert "Papers, at their scale: 10,000 and 100,000 rules are robust" in caption(grid, 0.95)
    (grid,) = find_grids(made.everything()["occurrences"])
    assert "Not drawn, but in the table of all scores: unseen x1." in caption(grid, 0.95)


def test_figures_have_names_that_stay(made: SimpleNamespace, tmp_path: Path) -> None:
    for name, of in (("tail", "long tail"), ("special", "algebra specialist")):
        for number, one in enumerate(made.everything()[of]):
            document = {"stage": "evaluate", **one.model_dump(exclude_none=True)}
            made.put(tmp_path / name / "evaluate" / str(number) / "scores.json", document)
    experiments = read_experiments(sorted(tmp_path.rglob("*.json")))
    written = [path.name for one in experiments for path in write_figures(one, tmp_path / "svg")]
    assert written == [
        "special-accuracy.svg", "special-accuracy-by-rules.svg",
        "tail-accuracy.svg", "tail-law.svg",
    ]  # fmt: skip


def test_a_key_in_the_options_of_another_stage_is_found(
    made: SimpleNamespace, tmp_path: Path
) -> None:
    cell = {"instructions": 9, "examples": 2, "seed": 0}
    made.put(tmp_path / "e" / "evaluate" / "a" / "s.json", made.score(cell, unseen=3))
    options = {"key_length": 3, "noop_share": 0.0}
    synth = {"stage": "synth", "cell": cell, "options": options}
    made.put(tmp_path / "e" / "synth" / "a" / "summary.json", synth)
    (experiment,) = read_experiments(sorted(tmp_path.rglob("*.json")))
    assert experiment.options == {"key_length"}
    (grid,) = find_grids(experiment.scores, experiment.options)
    assert grid.kind.name == "encrypted"
