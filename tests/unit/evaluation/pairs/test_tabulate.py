import json

import numpy as np
import pytest
from scipy import stats

from diversify.config.tabulate import TabulateOptions
from diversify.errors import ConfigError
from diversify.evaluation.pairs.tabulate import tabulate


def rows(made, seeds=(0, 1)):
    rng = np.random.default_rng(0)
    weights = rng.integers(50, 300, 30).astype(float)
    parts = []
    for arm, ability in (("a", 0.3), ("b", 0.4)):
        for seed in seeds:
            parts += [
                made.items(made.answers(rng, [ability], 40)[0], arm=arm, seed=seed),
                made.items(weights * rng.normal(2, 0.3, 30), arm=arm, seed=seed, weights=weights,
                           metric="bits_per_byte", harness="evaluate"),
            ]  # fmt: skip
    return made.table(*parts)


def options(**more):
    return TabulateOptions(reference="a", resamples=300, **more)


def test_every_model_has_a_row_for_each_task_and_metric(made):
    found = tabulate(rows(made), options()).rows
    assert len(found) == 2 * 2 * 2
    assert set(found["paired_with"][found["arm"] == "b"]) == {"a"}
    assert set(found["paired_with"][found["arm"] == "a"]) == {""}
    assert (found["low"] <= found["value"]).all() and (found["value"] <= found["high"]).all()
    assert found["smallest_difference"].gt(0).all()


def test_right_answers_have_wilson_intervals(made):
    found = tabulate(rows(made), options()).rows
    (row,) = found[(found.arm == "b") & (found.seed == 1) & (found.harness == "score")].itertuples()
    right = round(row.value * row.n)
    known = stats.binomtest(right, row.n).proportion_ci(0.95, method="wilson")
    assert (row.low, row.high) == pytest.approx((known.low, known.high), abs=1e-6)


def test_the_same_seed_gives_the_same_document_whatever_the_order_of_rows(made):
    given = rows(made)
    shuffled = given.sample(frac=1, random_state=1).sort_values("harness", ascending=False)
    one, two = (tabulate(items, options()) for items in (given, shuffled))
    assert json.dumps(one.document()) == json.dumps(two.document())
    assert json.dumps(one.document()) != json.dumps(tabulate(given, options(seed=1)).document())


def test_an_arm_that_lacks_a_whole_task_is_told_as_missing(made):
    given = made.table(rows(made, [0]), made.items([1, 0], task="mbpp"))
    found = tabulate(given, options())
    assert [(arm, one.name) for arm, one in found.missing] == [("b", "mbpp")]
    assert {one.measure.name for one in found.comparisons} == {"humaneval"}


def test_without_a_reference_nothing_is_compared(made):
    found = tabulate(rows(made), TabulateOptions(resamples=100))
    assert found.comparisons == [] and len(found.scores) == 4
    assert set(found.rows["paired_with"]) == {""}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"reference": "z"}, "--reference: no scores of an arm 'z' .there are a, b."),
        ({"reference": "a", "reference_of": "b=z"}, "--reference-of: no scores of an arm 'z'"),
    ],
)
def test_an_unknown_reference_is_refused(made, asked, words):
    with pytest.raises(ConfigError, match=words):
        tabulate(rows(made), TabulateOptions(**asked))


def test_intervals_of_bits_per_byte_cover_the_truth_as_often_as_they_say(made):
    rng, covered = np.random.default_rng(5), []
    for _ in range(100):
        weights = rng.lognormal(4, 0.6, 120)
        bits = weights * (1.5 + rng.gamma(2, 0.2, 120))  # 1.9 bits a byte, whatever the length
        found = tabulate(made.items(bits, weights=weights), TabulateOptions(resamples=200)).rows
        covered.append(found["low"][0] <= 1.9 <= found["high"][0])
    assert 0.88 <= np.mean(covered) <= 0.99


def test_a_document_says_each_verdict_in_words(made):
    (told, *_) = tabulate(rows(made), options()).document()["comparisons"]
    for words in ("no significant difference from a", "points, 95 % interval",
                  "t-test over seeds and items p =", "after Holm's correction of 2",
                  "2 seeds, 40 items", "smallest difference they could have shown"):  # fmt: skip
        assert words in told["sentence"], words
    assert told["verdict"] == "no significant difference"


def test_one_seed_says_that_it_is_of_these_models_alone(made):
    (told, bits) = tabulate(rows(made, [0]), options()).document()["comparisons"]
    assert "one seed, so of these two models alone" in told["sentence"]
    assert "McNemar's exact test p =" in told["sentence"]
    assert "points" not in bits["sentence"]
