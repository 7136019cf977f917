"""Names out of documents never lead a figure out of its folder."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from diversify.report.documents import read_experiments
from diversify.report.gallery import write_figures


@pytest.mark.parametrize("axis", ["../../../x", "/etc/x", "a/b", ".."])
def test_figures_stay_in_their_folder_whatever_axes_and_sets_are_called(
    tmp_path: Path, made: SimpleNamespace, axis: str
) -> None:
    inside = tmp_path / "a" / "b" / "figures"
    inside.mkdir(parents=True)
    for value in (1, 2, 3):
        document = made.score({axis: value, "seed": 0}, **{axis: 10 * value, "unseen": value})
        made.put(tmp_path / "results" / "own" / "evaluate" / str(value) / "scores.json", document)
    [experiment] = read_experiments(sorted((tmp_path / "results").rglob("*.json")))
    written = write_figures(experiment, inside)
    assert written, "an unknown axis is drawn too"
    assert {path.parent for path in written} == {inside}
    assert sorted(inside.iterdir()) == sorted(written)
    assert not list((tmp_path / "a").glob("*.svg")) + list(tmp_path.glob("*.svg"))
