from diversify.report.tracks.arms import arms_of, arms_table, bases_of, lengths_in_words

MIXES = {
    "mixed": {"oss": 18_000, "alpaca": 2_000},
    "code": {"oss": 20_000},
    "more": {"oss": 60_000, "alpaca": 15_000},
}


def gathered(track, tmp_path, **more):
    scores = {arm: track.code_scores(0.6) for arm in ("code", "mixed")}
    experiment = track.write(tmp_path, track.document(scores, "code"), MIXES, **more)
    return arms_of(experiment, scores)


def test_arms_are_told_by_their_rows_steps_and_tokens(track, tmp_path):
    arms = gathered(track, tmp_path, tokens={"mixed": 1_500_000})
    assert bases_of(arms) == ["deepseek-ai/deepseek-coder-6.7b-base"]
    table = arms_table(arms)
    assert table.heads == ["arm", "oss", "alpaca", "rows trained on", "steps", "trained tokens",
                           "runs"]  # fmt: skip
    assert table.rows == [
        ["code", "20,000", "0", "20,000", "5,000", "2,000,000", "1"],
        ["mixed", "18,000", "2,000", "20,000", "5,000", "1,500,000", "1"],
        ["more", "60,000", "15,000", "75,000", "18,750", "7,500,000", "1"],
    ]


def test_an_arm_that_was_trained_longer_is_named(track, tmp_path):
    arms = gathered(track, tmp_path, tokens={"mixed": 1_500_000})
    words = lengths_in_words(arms[:2])
    assert words == (
        "The same number of rows in all arms. The same number of steps in all arms. "
        "Trained tokens: from 1,500,000 (mixed) to 2,000,000 (code), 1.33 times as many."
    )
    assert "Rows: from 20,000 (code) to 75,000 (more), 3.75 times as many." in lengths_in_words(
        arms
    )


def test_scored_arms_without_summaries_are_still_there(track, tmp_path):
    told = track.document({"x": track.code_scores(0.5), "y": track.code_scores(0.4)}, "x")
    experiment = track.write(tmp_path, told, {})
    arms = arms_of(experiment, ["x", "y"])
    assert arms_table(arms).rows == [["x", "", "", "", ""], ["y", "", "", "", ""]]
    assert lengths_in_words(arms) == ""
