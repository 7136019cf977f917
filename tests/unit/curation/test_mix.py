import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.mix import MixOptions
from diversify.curation.mix import draw_mix
from diversify.curation.shares import core_places, core_rows
from diversify.errors import ConfigError, DataError

STRATEGIES = ["random", "cluster-balanced", "k-center"]
STRATEGY = st.sampled_from(STRATEGIES)
SHARE = st.sampled_from([None, 0.0, 0.1, 1 / 3, 0.5, 0.75, 1.0])


@pytest.fixture(scope="session")
def pool(table):
    """Sixty rows of each of three sources, a vector and one of seven uneven clusters for each."""
    rows = table(
        *(
            {"instruction": f"{source} {number}", "source": source}
            for source in ("code", "chat", "maths")
            for number in range(60)
        )
    )
    rng = np.random.default_rng(0)
    embeddings = rng.integers(-3, 4, (180, 6)).astype(np.float32)
    labels = rng.choice(7, 180, p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.03, 0.02]).astype(np.int32)
    return rows, embeddings, labels


def options(budget: int, share: float | None = None, strategy: str = "random", seed: int = 0):
    core = "" if share is None else "code"
    return MixOptions(budget=budget, core=core, core_share=share, strategy=strategy, seed=seed)


@given(budget=st.integers(1, 60), share=SHARE, strategy=STRATEGY, seed=st.integers(0, 9))
def test_a_mix_spends_exactly_the_budget_and_no_row_twice(pool, budget, share, strategy, seed):
    result = draw_mix(*pool, options(budget, share, strategy, seed))
    assert len(result.picked) == budget
    assert result.picked["id"].is_unique
    assert set(result.picked["id"]) <= set(pool[0]["id"])
    assert sorted(result.shuffled["id"]) == sorted(result.picked["id"])
    if share is not None:
        assert (result.picked["source"] == "code").sum() == core_rows(budget, share)


@given(budget=st.integers(1, 60), share=SHARE, strategy=STRATEGY, seed=st.integers(0, 9))
def test_the_order_of_the_rows_does_not_matter(pool, budget, share, strategy, seed):
    rows, embeddings, labels = pool
    shuffle = np.random.default_rng(seed).permutation(len(rows))
    mixed = (rows.iloc[shuffle], embeddings[shuffle], labels[shuffle])
    wanted = options(budget, share, strategy)
    for side in ("picked", "shuffled"):
        pd.testing.assert_frame_equal(
            getattr(draw_mix(*pool, wanted), side), getattr(draw_mix(*mixed, wanted), side)
        )


@given(small=st.integers(1, 60), large=st.integers(1, 60), share=SHARE, strategy=STRATEGY)
def test_a_smaller_mix_is_the_head_of_a_larger_one(pool, small, large, share, strategy):
    small, large = sorted((small, large))
    head = draw_mix(*pool, options(small, share, strategy)).picked
    whole = draw_mix(*pool, options(large, share, strategy)).picked
    pd.testing.assert_frame_equal(head, whole.head(small))


@given(small=st.floats(0, 1), large=st.floats(0, 1), strategy=STRATEGY)
def test_a_smaller_core_is_the_head_of_a_larger_one(pool, small, large, strategy):
    small, large = sorted((small, large))
    cores = []
    for share in (small, large):
        picked = draw_mix(*pool, options(50, share, strategy)).picked
        cores.append(picked.loc[picked["source"] == "code", "id"].tolist())
    assert cores[0] == cores[1][: len(cores[0])]


@given(share=st.floats(0, 1))
def test_one_row_more_takes_a_row_from_nobody(share):
    for_core = core_rows(np.arange(300), share)
    assert set(np.diff(for_core)) <= {0, 1}
    assert (abs(for_core - share * np.arange(300)) <= 0.5 + 1e-3).all()


@given(share=st.floats(0, 1), budget=st.integers(1, 300))
def test_every_head_has_the_cores_share_within_a_row(share, budget):
    so_far = core_places(budget, share).cumsum()
    assert (abs(so_far - share * np.arange(1, budget + 1)) < 1).all()
    assert so_far[-1] == core_rows(budget, share)


@pytest.mark.parametrize(
    ("share", "budget", "rows"), [(0.145, 100, 15), (0.5, 5, 3), (0.9, 20_000, 18_000), (0, 7, 0)]
)
def test_half_a_row_goes_to_the_core(share, budget, rows):
    assert core_rows(budget, share) == rows


@given(budget=st.integers(1, 180), seed=st.integers(0, 9))
def test_clusters_give_the_same_number_until_they_run_out(pool, budget, seed):
    result = draw_mix(*pool, options(budget, strategy="cluster-balanced", seed=seed))
    clusters = result.clusters
    most = clusters["picked"].max()
    assert clusters["picked"].sum() == budget
    assert ((clusters["picked"] >= most - 1) | (clusters["picked"] == clusters["have"])).all()


def test_k_center_covers_better_than_chance(pool):
    _, embeddings, _ = pool
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)

    def radius(strategy: str) -> float:
        lines = draw_mix(*pool, options(40, strategy=strategy)).picked["line"].to_numpy() - 1
        return float((unit @ unit[lines].T).max(axis=1).min())  # least similarity to a pick

    assert radius("k-center") > radius("random")


@pytest.mark.parametrize("strategy", ["random", "cluster-balanced"])
def test_the_seed_decides_and_a_mix_is_no_head_of_a_file(pool, strategy):
    first, again, other = (
        draw_mix(*pool, options(50, strategy=strategy, seed=seed)).picked for seed in (0, 0, 1)
    )
    pd.testing.assert_frame_equal(first, again)
    assert set(first["id"]) != set(other["id"])
    assert set(first["line"]) != set(range(1, 51))
    assert first["source"].nunique() == 3


def test_each_row_says_where_it_stands_and_why(pool):
    rows, _, labels = pool
    picked = draw_mix(*pool, options(10, 0.5, "cluster-balanced")).picked
    assert picked.columns.tolist() == [*rows.columns, "order", "cluster", "reason"]
    assert picked["order"].tolist() == list(range(10))
    assert picked["cluster"].tolist() == labels[picked["line"] - 1].tolist()
    assert picked["reason"].tolist() == ["core, cluster-balanced", "others, cluster-balanced"] * 5


def test_random_needs_neither_embeddings_nor_clusters(pool):
    result = draw_mix(pool[0], None, None, options(10))
    assert result.picked["cluster"].unique().tolist() == [-1]
    assert result.picked["reason"].unique().tolist() == ["all, random"]
    assert result.summary()["cluster_sizes"] == {"before": [], "after": []}


def test_the_summary_counts_each_source(pool):
    summary = draw_mix(*pool, options(60, 0.5)).summary()
    assert (summary["rows_in"], summary["rows_out"], summary["core_share"]) == (180, 60, 0.5)
    assert summary["sources"]["code"] == {"have": 60, "picked": 30}
    assert sum(line["picked"] for line in summary["sources"].values()) == 60
    sizes = summary["cluster_sizes"]
    assert len(sizes["before"]) == len(sizes["after"]) == 7
    assert (sum(sizes["before"]), sum(sizes["after"])) == (180, 60)


def test_a_budget_beyond_the_rows_is_an_error_with_both_numbers(pool):
    draw_mix(*pool, options(180))
    with pytest.raises(DataError) as error:
        draw_mix(*pool, options(181))
    assert str(error.value) == (
        "budget 181 is more than the 180 rows there are: lower --budget to 180 or add sources"
    )


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0.9, "core 'code' has 60 rows, but 0.9 of 100 needs 90: lower --budget to 67"),
        (1.0, "core 'code' has 60 rows, but 1 of 100 needs 100: lower --budget to 60"),
    ],
)
def test_a_part_without_enough_rows_is_an_error_that_says_what_would_do(pool, share, message):
    with pytest.raises(DataError) as error:
        draw_mix(*pool, options(100, share))
    assert str(error.value) == f"{message} or change --core-share"
    enough = int(message.split()[-1])
    assert len(draw_mix(*pool, options(enough, share)).picked) == enough
    with pytest.raises(DataError):
        draw_mix(*pool, options(enough + 1, share))


def test_too_few_others_are_an_error_too(pool):
    with pytest.raises(DataError, match=r"the rest has 120 rows, but 0\.9 of 200 needs 180"):
        draw_mix(*pool, options(200, 0.1))


def test_an_unknown_core_is_answered_with_the_sources(pool):
    wanted = MixOptions(budget=5, core="cod", core_share=0.5)
    with pytest.raises(ConfigError) as error:
        draw_mix(*pool, wanted)
    assert str(error.value) == "core 'cod' is not a source: give one of chat, code, maths"


@pytest.mark.parametrize(
    ("strategy", "lacks"), [("k-center", "embeddings"), ("cluster-balanced", "clusters")]
)
def test_a_strategy_without_what_it_needs_says_so(pool, strategy, lacks):
    with pytest.raises(ConfigError, match=f"{strategy} needs {lacks}"):
        draw_mix(pool[0], None, None, options(5, strategy=strategy))


def test_embeddings_of_other_rows_are_refused(pool):
    rows, embeddings, labels = pool
    with pytest.raises(DataError, match="179 embeddings for 180 rows"):
        draw_mix(rows, embeddings[1:], labels, options(5))
