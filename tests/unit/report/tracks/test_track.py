import re

import pytest

from diversify.config.report import ReportOptions
from diversify.errors import DataError
from diversify.report.documents import read_experiments
from diversify.report.gallery import write_figures
from diversify.report.page import build_page
from diversify.report.tracks.track import curves_of, judged, track_of

MIXES = {"base": {"oss": 20_000}, "tenth": {"oss": 18_000, "alpaca": 2_000}}


def experiment(track, root, differing=None, name="exp", base="Qwen/CodeQwen1.5-7B"):
    scores = {"base": track.code_scores(0.60), "tenth": track.code_scores(0.63)}
    told = track.document(scores, "base", differing)
    return track.write(root, told, MIXES, base=base, name=name)


def test_the_page_shows_table_figure_arms_and_verdicts(track, tmp_path):
    page = build_page([experiment(track, tmp_path)], ReportOptions())
    for words in ("Which arm is better?", "Table 2 of the papers", "our arm",
                  "How much of a code specialist’s budget", "What each arm was trained on",
                  "Scores and verdicts", "All 5 comparisons", "Papers: CodeQwen1.5-7B",
                  "None of the 5 comparisons with base shows a",
                  "so no mix is called best"):  # fmt: skip
        assert words in page, words
    assert "better on" not in page and "▲</td>" not in page
    assert page.count('<img class="drawn"') == 2


def test_what_a_verdict_allows_is_said(track, tmp_path):
    sure = {("tenth", "average"): "significantly higher"}
    page = build_page([experiment(track, tmp_path, sure)], ReportOptions())
    assert "1 of the 5 comparisons" in page
    assert "tenth: better on average" in page and "63.0 ▲" in page
    assert "so no mix is called best" not in page


def test_curves_of_every_base_model_on_the_page_stand_in_one_figure(track, tmp_path):
    qwen = experiment(track, tmp_path, name="qwen")
    deepseek = experiment(track, tmp_path, name="deepseek", base="deepseek-coder-6.7b-base")
    found = judged(qwen)
    assert [one.name for one in curves_of(found, [])] == ["CodeQwen1.5-7B"]
    assert [one.name for one in curves_of(found, [deepseek, qwen])] == [
        "CodeQwen1.5-7B", "deepseek-coder-6.7b-base",
    ]  # fmt: skip


def test_other_arms_get_a_plain_table(track, tmp_path):
    scores = {"x": {"gsm8k": 0.3}, "y": {"gsm8k": 0.4}}
    mixes = {"x": {"mine": 100}, "y": {"mine": 50, "yours": 50}}
    found = track.write(tmp_path, track.document(scores, "x"), mixes)
    shown = track_of(found)
    assert shown.paper is None
    assert shown.scores.rows == [["x", "30.0 [25.0, 35.0]"], ["y", "40.0 [35.0, 45.0]"]]
    assert [row[:3] for row in shown.verdicts.rows] == [["y", "x", "GSM8K, pass@1"]]
    assert "of the papers" not in build_page([found], ReportOptions())


def test_names_and_marks_of_the_data_are_escaped(track, tmp_path):
    hostile = track.HOSTILE
    scores = {hostile: track.code_scores(0.6), "b": track.code_scores(0.5) | {hostile: 0.1}}
    scores[hostile] |= {hostile: 0.2}
    told = track.document(scores, "b", {(hostile, hostile): "significantly higher"})
    told |= {"marks": [{"arm": "b", "harness": hostile, "mark": hostile}],
             "missing": [{"arm": hostile, "harness": "score", "task": hostile}]}  # fmt: skip
    mixes = {hostile: {"oss": 20_000}, "b": {"oss": 18_000, "alpaca": 2_000, hostile: 0}}
    page = build_page([track.write(tmp_path, told, mixes, base=hostile)], ReportOptions())
    assert "window.hacked" in page
    assert "<script>window" not in page
    assert "<script" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_figures_come_as_files_of_their_own(track, tmp_path):
    written = write_figures(experiment(track, tmp_path), tmp_path / "svg")
    assert [path.name for path in written] == ["exp-mix.svg", "exp-differences.svg"]


def test_a_summary_beside_the_verdicts_is_no_verdict(track, tmp_path):
    found = experiment(track, tmp_path)
    summary = {"stage": "tabulate", "comparisons": 5, "options": {"reference": "base"}}
    track.put(tmp_path / "exp" / "tabulate" / "summary.json", summary)
    (again,) = read_experiments(sorted((tmp_path / "exp").rglob("*.json")))
    assert judged(again).verdicts == judged(found).verdicts


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("verdict", "great", "comparisons.0.verdict"), ("p", 1.5, "comparisons.0.p"),
     ("value", float("inf"), "comparisons.0.value")],
)  # fmt: skip
def test_verdicts_that_cannot_be_are_refused_in_one_line(track, tmp_path, key, value, words):
    told = track.document({"a": track.code_scores(0.5), "b": track.code_scores(0.4)}, "a")
    told["comparisons"][0][key] = value
    with pytest.raises(DataError, match=f"verdicts.json: {words}"):
        track.write(tmp_path, told, {})


def test_verdicts_twice_or_of_several_experiments_are_refused(track, tmp_path):
    told = track.document({"a": track.code_scores(0.5), "b": track.code_scores(0.4)}, "a")
    track.write(tmp_path / "x", told, {})
    track.put(tmp_path / "x" / "exp" / "tabulate" / "more.json", told)
    with pytest.raises(DataError, match="compares the same arms as"):
        read_experiments(sorted((tmp_path / "x").rglob("*.json")))
    told["arms"][0]["experiment"] = "other"
    track.put(tmp_path / "out" / "verdicts.json", told)
    with pytest.raises(DataError, match="has verdicts of exp, other; put those of each into"):
        read_experiments([tmp_path / "out" / "verdicts.json"])


def test_an_experiment_without_verdicts_has_no_track(results):
    assert all(track_of(one) is None for one in read_experiments(sorted(results.rglob("*.json"))))
