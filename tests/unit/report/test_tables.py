from pathlib import Path
from types import SimpleNamespace

from diversify.report.documents import Experiment, read_experiments
from diversify.report.mixes import shown_sizes
from diversify.report.provenance import gather
from diversify.report.scored import Score
from diversify.report.stages import funnel, training_rows
from diversify.report.tables import mix_table, score_table


def experiment(results: Path, name: str) -> Experiment:
    (found,) = [
        one for one in read_experiments(sorted(results.rglob("*.json"))) if one.name == name
    ]
    return found


def test_scores_are_means_over_seeds_with_intervals(results: Path) -> None:
    table = score_table(experiment(results, "edits").scores, 0.95)
    sets = ["unseen", "seen", "other"]
    assert table.heads == ["share", "budget", "seeds", *sets, *(f"{name}, loss" for name in sets)]
    assert [row[0] for row in table.rows] == ["0 %", "50 %", "75 %"]
    assert table.rows[1][:6] == ["50 %", "20,000", "3", "0.705 [0.69, 0.72]",
                                 "0.820 [0.81, 0.83]", "0.500 [0.50, 0.50]"]  # fmt: skip


def test_scores_without_a_cell_are_named_by_their_file(
    tmp_path: Path, made: SimpleNamespace
) -> None:
    for name in ("base", "tuned"):
        made.put(tmp_path / "e" / "evaluate" / f"{name}.json", made.score({}, unseen=3))
    table = score_table(experiment(tmp_path, "e").scores, 0.95)
    assert [row[:2] for row in table.rows] == [["base", "1"], ["tuned", "1"]]


def test_funnel_follows_the_rows_and_gives_the_reasons(results: Path) -> None:
    rows = funnel(experiment(results, "edits"))
    assert [(row.stage, row.runs, row.rows_in, row.rows_out) for row in rows] == [
        ("ingest", 1, 60500, 60000), ("dedup", 1, 60000, 50000), ("mix", 9, 50000, 20000),
    ]  # fmt: skip
    assert [row.reasons for row in rows] == [
        "400 missing response, 100 too long", "10,000 dropped", "30,000 left in the pool",
    ]  # fmt: skip


def test_mixes_show_what_each_source_gave(results: Path) -> None:
    table = mix_table(experiment(results, "edits"))
    assert table is not None
    assert table.rows[3][:2] == ["share 50 %, budget 20,000, seed 0", "10,000 of 30,000"]


def test_clusters_are_those_of_the_best_scored_share(results: Path) -> None:
    sizes = shown_sizes(experiment(results, "edits"))
    assert sizes is not None
    assert (sizes.after, sizes.cell) == ([9000, 6000, 5000], "share 50 %, budget 20,000, seed 0")


def test_training_keeps_its_last_loss_and_a_line_of_it(results: Path) -> None:
    row = training_rows(experiment(results, "edits"))[0]
    assert (row.steps, row.rows, row.seconds, row.loss) == ("800", "20,000", "75.3", "0.333")
    assert row.spark.startswith("1.0,1.0 ") and len(row.spark.split()) == 60


def test_a_sparse_summary_still_makes_a_row(tmp_path: Path, made: SimpleNamespace) -> None:
    document = {"stage": "sft", "loss": [[1, None], "x", [2, 0.5]]}
    made.put(tmp_path / "e" / "sft" / "summary.json", document)
    (row,) = training_rows(experiment(tmp_path, "e"))
    assert (row.cell, row.steps, row.loss, row.spark) == ("summary", "", "0.500", "")


def test_what_was_run_lists_every_value(results: Path, made: SimpleNamespace) -> None:
    made.put(results / "edits" / "sft" / "more" / "summary.json",
        made.training_summary({"seed": 9}) | {"options": {"lr": 0.002}})  # fmt: skip
    run = gather(experiment(results, "edits"))
    assert [row[0] for row in run.options.rows] == ["dedup", "mix", "mix", "sft"]
    assert run.options.rows[-1] == ["sft", "lr", "0.002, 0.001"]
    assert run.seeds == "0, 1, 2"
    assert run.versions.rows == [["diversify", "0.1.0"], ["torch", "2.13.0"]]
    assert run.inputs.rows == [["model.safetensors", "ab" * 32]]


def test_losses_are_means_over_seeds_and_left_out_where_none_is_known() -> None:
    scored = {"rows": 10, "exact": 0}
    sets = [{"gsm8k": {**scored, "loss": 7.4}, "old": scored}, {"gsm8k": {**scored, "loss": 6.4}}]
    scores = [Score(cell={"share": 0.0, "seed": seed}, sets=one) for seed, one in enumerate(sets)]
    table = score_table(scores, 0.95)
    assert table.heads[-2:] == ["gsm8k, loss", "old, loss"]
    assert table.rows[0][-2:] == ["6.90", ""]


def test_judged_answers_count_by_structure_with_the_other_judgements_beside() -> None:
    judged = {"rows": 100, "exact": 10, "structure": 40, "equivalent": 60, "unchanged": 5}
    score = Score.model_validate({"cell": {"rules": 5}, "sets": {"unseen": judged}})
    table = score_table([score], 0.95)
    assert table.heads == [
        "rules", "seeds", "unseen", "unseen, equivalent", "unseen, unchanged", "unseen, loss",
    ]  # fmt: skip
    assert [cell[:5] for cell in table.rows[0][2:5]] == ["0.400", "0.600", "0.050"]


def test_a_cell_may_hold_words_and_every_share_is_in_percent() -> None:
    cell = {"occurrences": "1+5+10", "noop_share": 0.3}
    score = Score.model_validate({"cell": cell, "sets": {"unseen": {"rows": 10, "exact": 4}}})
    assert score_table([score], 0.95).rows[0][:2] == ["1+5+10", "30 %"]
