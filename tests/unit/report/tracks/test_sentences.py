from diversify.report.tracks.sentences import marks_in_words, summary

SCORES = {"a": {"humaneval": 0.6, "mbpp": 0.5}, "b": {"humaneval": 0.65, "mbpp": 0.52}}


def test_no_significant_difference_is_said_aloud_with_what_could_have_been_seen(track):
    said = summary(track.verdicts(SCORES, "a"))
    assert said.count == (
        "None of the 2 comparisons with a shows a significant difference "
        "(Holm’s correction, 95 % level)."
    )
    assert said.significant == []
    assert said.limits[0].startswith(
        "A difference would have had to be as large as 13.0 points to be shown"
    )
    assert "another seed may tell otherwise" in said.limits[1]


def test_a_significant_difference_is_told_by_its_arm_and_its_direction(track):
    said = summary(track.verdicts(SCORES, "a", {("b", "humaneval"): "significantly higher"}))
    assert said.count.startswith("1 of the 2 comparisons with a shows a significant difference")
    assert "the other 1: no significant difference" in said.count
    assert said.significant == ["b: better on HumanEval (+5.0 points, interval -1.0 to +11.0)."]


def test_lower_bits_per_byte_are_better(track):
    more = {"share": False, "metric": "bits_per_byte", "less_is_better": True}
    given = track.comparison("b", "a", "gsm8k", 1.1, 1.3, "significantly lower", **more)
    told = track.document(SCORES, "a") | {"comparisons": [given]}
    said = summary(track.Verdicts.model_validate(told))
    assert said.count.startswith("The one comparison with a shows a significant difference")
    assert said.significant == [
        "b: better on GSM8K (-0.200 bits per byte, interval -0.260 to -0.140)."
    ]
    assert "as large as 0.130 bits per byte" in said.limits[0]


def test_several_seeds_say_so(track):
    given = track.comparison("b", "a", "mbpp", 0.5, 0.4, seeds=[0, 1, 2])
    told = track.document(SCORES, "a") | {"comparisons": [given]}
    said = summary(track.Verdicts.model_validate(told))
    assert said.limits[1] == "Verdicts are over 3 seeds and over items, both taken as samples."


def test_nothing_compared_is_nothing_claimed(track):
    told = track.document(SCORES, "a") | {"comparisons": []}
    said = summary(track.Verdicts.model_validate(told))
    assert said.count == "Nothing was compared, so no arm is called better than another."


def test_what_was_not_scored_and_what_is_marked_is_told(track):
    told = track.document(SCORES, "a") | {
        "missing": [{"arm": "b", "harness": "score", "task": "mbpp+", "metric": "pass@1"}],
        "marks": [
            {"arm": "a", "harness": "score", "mark": "unsafe-exec"},
            {"arm": "b", "harness": "score", "mark": "unsafe-exec"},
            {"arm": "b", "harness": "lm-eval", "mark": "cut"},
        ],
    }
    verdicts = track.Verdicts.model_validate(told)
    assert summary(verdicts).limits[-1] == "Not scored: b (MBPP+, pass@1)."
    assert marks_in_words(verdicts) == ["score: unsafe-exec", "lm-eval: cut (b)"]
