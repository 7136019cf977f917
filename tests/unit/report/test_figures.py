import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import pytest

from diversify.report.cluster_figure import draw_cluster_sizes
from diversify.report.documents import Experiment, read_experiments
from diversify.report.figures import draw_grid
from diversify.report.frames import spaced
from diversify.report.gallery import write_figures
from diversify.report.grids import find_grids
from diversify.report.labels import spread
from diversify.report.looks import NARROW, WIDE, Look, dark
from diversify.report.panels import Grid
from diversify.report.scored import Score


@pytest.fixture
def experiments(results: Path) -> list[Experiment]:
    return read_experiments(sorted(results.rglob("*.json")))


def grid_of(experiment: Experiment) -> Grid:
    (grid,) = find_grids(experiment.scores)
    return grid


def test_scores_that_differ_in_more_than_axis_and_seed_make_two_grids() -> None:
    scores = [
        Score.model_validate({"cell": {"share": share, "budget": budget, "seed": 0},
                              "sets": {"unseen": {"rows": 10, "exact": 4}}})
        for share in (0.5, 0.0) for budget in (100, 200)
    ]  # fmt: skip
    grids = find_grids(scores)
    assert [grid.rest for grid in grids] == [(("budget", 100),), (("budget", 200),)]
    assert grids[0].places == [0.0, 0.5]


def test_means_are_over_seeds_not_over_pooled_rows() -> None:
    cells = [({"share": 0.5, "seed": 0}, 10, 10), ({"share": 0.5, "seed": 1}, 0, 90)]
    scores = [
        Score.model_validate({"cell": cell, "sets": {"unseen": {"rows": rows, "exact": exact}}})
        for cell, exact, rows in cells
    ]
    (mean,) = find_grids(scores)[0].means("unseen", 0.95)
    assert mean.accuracy == 0.5


@pytest.mark.parametrize("look", [WIDE, NARROW, dark(WIDE), dark(NARROW)])
def test_transition_shows_both_curves_and_the_papers_zone(
    experiments: list[Experiment], look: Look
) -> None:
    text = draw_grid(grid_of(experiments[1]), look, 0.95)
    ElementTree.fromstring(text)
    for part in ("mean-unseen", "mean-train", "band-unseen", "papers-zone"):
        assert f'id="{part}"' in text
    assert "jump" in text and "scale" in text and "papers," in text
    assert all(f">{tick}</text>" in text for tick in ("100", "1k", "10k"))


def test_sweet_spot_names_its_three_curves(experiments: list[Experiment]) -> None:
    text = draw_grid(grid_of(experiments[0]), NARROW, 0.95)
    for words in ("Unseen core rules", "Seen core rules", "Unseen rules of other operations"):
        assert words in text


@pytest.mark.parametrize("look", [WIDE, dark(NARROW)])
def test_every_kind_of_experiment_is_drawn(made: SimpleNamespace, look: Look) -> None:
    for name, scores in made.everything().items():
        for grid in find_grids(scores):
            text = draw_grid(grid, look, 0.95)
            ElementTree.fromstring(text)
            ids = re.findall(r'id="(mean-[^"]*|band-[^"]*)"', text)
            assert len(ids) == len(set(ids)) >= len(grid.panels), name


def test_small_panels_name_each_curve_once_and_what_the_papers_reported(
    made: SimpleNamespace,
) -> None:
    (grid,) = find_grids(made.everything()["occurrences"])
    text = draw_grid(grid, WIDE, 0.95)
    assert text.count(">papers, at their scale<") == 1
    assert text.count('id="papers-points"') == 3
    for words in ("1 × in an input", "10 × in an input", "1 + 5 + 10 × in an input"):
        assert words in text


def test_what_the_papers_reported_of_numbers_is_not_drawn_among_words(
    made: SimpleNamespace,
) -> None:
    axes = {"diversify_share": [0.1], "diversify_rules": [0, 20]}
    (grid,) = find_grids(made.lab(axes, lambda **_: {"unseen": 0.5}))
    assert "papers" not in draw_grid(grid, WIDE, 0.95)


def test_bars_stand_for_words(made: SimpleNamespace) -> None:
    (grid,) = find_grids(made.everything()["encrypted"])
    text = draw_grid(grid, WIDE, 0.95)
    assert 'id="mean-unseen_hasop-0"' in text and 'id="mean-unseen_hasop-3"' in text
    assert "half, unevenly" in text


@pytest.mark.parametrize("axis", ["instructions", "share"])
def test_one_place_and_one_seed_are_enough_to_draw(axis: str) -> None:
    content = {"cell": {axis: 0.5}, "sets": {"unseen": {"rows": 10, "exact": 4}}}
    text = draw_grid(find_grids([Score.model_validate(content)])[0], NARROW, 0.95)
    assert 'id="mean-unseen"' in text


def test_one_seed_draws_no_band(experiments: list[Experiment]) -> None:
    scores = [score for score in experiments[0].scores if score.seed == 0]
    text = draw_grid(find_grids(scores)[0], WIDE, 0.95)
    assert 'id="mean-unseen"' in text
    assert "band-" not in text


def test_cluster_sizes_show_pool_and_mix() -> None:
    both = draw_cluster_sizes([5, 30, 15], [5, 9, 6], WIDE)
    alone = draw_cluster_sizes([5, 30, 15], None, WIDE)
    assert 'id="before"' in both and 'id="after"' in both
    assert 'id="before"' in alone and 'id="after"' not in alone


def test_same_scores_same_bytes(experiments: list[Experiment], tmp_path: Path) -> None:
    first = write_figures(experiments[0], tmp_path / "a")
    second = write_figures(experiments[0], tmp_path / "b")
    assert [path.name for path in first] == ["edits-accuracy.svg", "edits-cluster-sizes.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_labels_at_the_same_height_are_moved_apart() -> None:
    low, middle, high = spread([0.5, 0.5, 0.52], [0.05] * 3)
    assert middle - low >= 0.079 and high - middle >= 0.079


def test_labels_stay_above_the_axis() -> None:
    places = spread([0.0, 0.01, 0.02], [0.05] * 3)
    assert places == pytest.approx([0.0, 0.08, 0.16], abs=1e-3)


def test_labels_that_would_run_into_each_other_are_left_out() -> None:
    kept = [place for place, shown in spaced([0, 5, 10, 25, 28, 95], room=8) if shown]
    assert kept == [0, 10, 25, 95]
