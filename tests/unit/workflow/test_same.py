"""The comparison that tests of disturbed runs rest on sees what it must, and nothing else."""

import json

import pytest

from ...workflow.same import differences

SUMMARY = {"rows": 3, "seconds": 1.5, "parts": [{"seconds": 2, "loss": 0.5}], "at": "{run}/model"}
PAGE = (
    '<table><thead><tr><th>run</th><th class="number">seconds</th></tr></thead><tbody>'
    '<tr><td>a</td><td class="number">{seconds}</td></tr></tbody></table>'
    '<table><thead><tr><th>accuracy</th></tr></thead><tr><td class="number">0.5</td></tr></table>'
)


@pytest.fixture
def two(tmp_path):
    """Results of two runs that differ in what the clock and the folder decide."""
    folders = []
    for number in (1, 2):
        folder = tmp_path / f"run{number}" / "results"
        (folder / "model").mkdir(parents=True)
        summary = {**SUMMARY, "seconds": number, "at": f"{folder.parent}/model"}
        (folder / "summary.json").write_text(json.dumps(summary))
        (folder / "index.html").write_text(PAGE.format(seconds=f"{number}.5"))
        (folder / "model/weights.safetensors").write_bytes(b"\x00weights")
        (folder / "model/.snakemake_timestamp").touch()
        folders.append(folder)
    (folders[1] / "model/.snakemake_timestamp").unlink()
    return folders


def test_the_clock_and_the_folder_make_no_difference(two):
    assert differences(*two) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("model/weights.safetensors", b"weights", b"Weights"),
        ("summary.json", b'"loss": 0.5', b'"loss": 0.51'),
        ("index.html", b">0.5<", b">0.6<"),
        ("index.html", b"<td>a</td>", b"<td>b</td>"),
    ],
)
def test_one_other_byte_is_a_difference(two, name, old, new):
    path = two[1] / name
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))
    assert differences(*two) == [name]


def test_a_file_that_only_one_run_has_is_a_difference(two):
    (two[0] / "more.json").write_text("{}")
    assert differences(*two) == [f"more.json: only in {two[0]}"]
    assert differences(two[1], two[0]) == [f"more.json: only in {two[0]}"]
