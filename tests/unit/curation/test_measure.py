import numpy as np
import pytest

from diversify.config.measure import MeasureOptions
from diversify.curation.measure import matched_draw, measure_rows
from diversify.errors import DataError


@pytest.fixture(scope="session")
def pool(table):
    """Ninety rows of one source in three tight groups of 60, 25 and 5, and thirty of another."""
    rng = np.random.default_rng(0)
    groups = np.repeat([0, 1, 2, 3], [60, 25, 5, 30])
    vectors = rng.normal(size=(4, 8))[groups] + 0.05 * rng.normal(size=(120, 8))
    rows = table(
        *(
            {"instruction": f"word{i % 7} of row {i}", "response": "yes " * (1 + i % 5),
             "source": "chat" if group == 3 else "code"}
            for i, group in enumerate(groups)
        )
    )  # fmt: skip
    return rows, vectors.astype(np.float32), groups.astype(np.int32)


def measured(pool, picked, labels=True, tokens=None, **options):
    rows, vectors, groups = pool
    chosen = np.asarray(picked, dtype=np.intp)
    return measure_rows(
        rows, chosen, vectors, groups if labels else None, tokens, MeasureOptions(**options)
    )


def values(result):
    return {one.name: one.value for one in result.comparisons}


def verdicts(result):
    return {one.name: one.verdict for one in result.comparisons}


def test_a_random_draw_has_as_many_rows_of_each_source():
    sources = np.array(["b", "a", "b", "c", "a", "b"], dtype=object)
    chosen = np.array([True, True, True, False, False, False])
    for seed in range(20):
        drawn = matched_draw(sources, chosen, np.random.default_rng(seed))
        assert sorted(sources[drawn].tolist()) == ["a", "b", "b"]
        assert len(set(drawn.tolist())) == 3


def test_evenly_spread_rows_are_told_from_chance(pool):
    spread = [0, 1, 2, 3, 60, 61, 62, 63, 85, 86, 87, 88]  # four of each group of code
    found = verdicts(measured(pool, spread, draws=8))
    assert found["cluster_entropy"] == "above"
    assert found["vendi"] == "above"
    assert found["prompt_words_mean"] == "same"


def test_rows_that_are_all_alike_are_told_from_chance(pool):
    found = verdicts(measured(pool, range(12), draws=8))
    assert found["cluster_coverage"] == found["vendi"] == found["mean_distance"] == "below"
    assert found["reach"] == "above"


def test_a_random_set_is_mostly_like_random_draws(pool):
    sources = pool[0]["source"].to_numpy(dtype=object)
    chosen = np.arange(120) % 4 == 0
    outside = 0
    for seed in range(6):
        drawn = matched_draw(sources, chosen, np.random.default_rng([7, seed]))
        found = verdicts(measured(pool, drawn, draws=6, seed=seed))
        outside += sum(verdict != "same" for verdict in found.values())
    assert outside <= 12  # of 84, about 4 by chance


def test_the_order_of_the_rows_does_not_matter(pool):
    rows, vectors, groups = pool
    shuffle = np.random.default_rng(5).permutation(120)
    back = np.argsort(shuffle)
    mixed = rows.iloc[shuffle].reset_index(drop=True), vectors[shuffle], groups[shuffle]
    picked = np.arange(0, 120, 5)
    one, other = measured(pool, picked), measured(mixed, back[picked][::-1])
    for a, b in zip(one.comparisons, other.comparisons, strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-12)
        assert a.draws == pytest.approx(b.draws, rel=1e-12)
    assert one.sources.equals(other.sources)


def test_the_same_seed_draws_the_same_rows_and_another_others(pool):
    picked = range(0, 120, 5)
    first, again = (measured(pool, picked, seed=1).summary() for _ in range(2))
    assert first == again
    assert first != measured(pool, picked, seed=2).summary()


def test_lengths_are_those_of_the_rows(pool):
    found = values(measured(pool, [0, 1, 2], tokens=np.arange(120)))
    assert found["prompt_words_mean"] == 4
    assert found["response_words_mean"] == found["response_words_median"] == 2
    assert (found["tokens_mean"], found["tokens_median"]) == (1, 1)


def test_what_is_not_known_is_left_out(pool):
    found = values(measured(pool, range(10), labels=False, ngrams=3))
    assert "cluster_entropy" not in found and "tokens_mean" not in found
    assert {"distinct_1", "distinct_2", "distinct_3"} <= set(found)


def test_of_all_rows_there_is_no_random_draw(pool):
    result = measured(pool, range(120))
    assert all(one.draws == () and one.value == one.pool for one in result.comparisons)
    assert values(result)["radius"] == 0
    assert values(result)["facility_location"] == pytest.approx(1)


def test_an_even_sample_of_the_pool_measures_nearly_the_same(pool):
    whole, part = (values(measured(pool, range(0, 120, 3), reference=n)) for n in (0, 60))
    assert part["reach"] == pytest.approx(whole["reach"], rel=0.2)
    assert part["vendi"] == whole["vendi"]


def test_nothing_picked_is_a_fault_in_one_line(pool):
    with pytest.raises(DataError, match="no rows to measure"):
        measured(pool, [])


def test_embeddings_of_other_rows_are_refused(pool):
    rows, vectors, groups = pool
    with pytest.raises(DataError, match="119 embeddings for 120 rows"):
        measured((rows, vectors[1:], groups), [0])
