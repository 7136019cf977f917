import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.mix import MixOptions
from diversify.curation.mix import draw_mix
from diversify.curation.mixed import ADDED
from diversify.curation.sharing.shares import core_seats
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
        assert (result.picked["source"] == "code").sum() == core_seats(budget, share)


@given(budget=st.integers(1, 60), share=SHARE, strategy=STRATEGY, seed=st.integers(0, 9))
def test_the_order_of_the_rows_does_not_matter(pool, budget, share, strategy, seed):
    rows, embeddings, labels = pool
    shuffle = np.random.default_rng(seed).permutation(len(rows))
    mixed = (rows.iloc[shuffle], embeddings[shuffle], labels[shuffle])
    wanted = options(budget, share, strategy)
    one, other = draw_mix(*pool, wanted), draw_mix(*mixed, wanted)
    pd.testing.assert_frame_equal(one.picked, other.picked)
    pd.testing.assert_frame_equal(one.shuffled, other.shuffled)


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


@pytest.mark.parametrize(
    ("share", "budget", "rows"), [(0.145, 100, 15), (0.5, 5, 3), (0.9, 20_000, 18_000), (0, 7, 0)]
)
def test_half_a_row_goes_to_the_core(share, budget, rows):
    assert core_seats(budget, share) == rows


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
    assert picked.columns.tolist() == [*rows.columns, *ADDED]
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
        "budget 181 is more than the 180 rows there are: "
        "lower --budget to 180 or add sources (or --repetitions)"
    )


@pytest.mark.parametrize(
    ("share", "budget", "message"),
    [
        (0.9, 100, "core 'code' at 0.9 (90 rows) asks for 30 rows more than there are"),
        (1.0, 100, "core 'code' at 1 (100 rows) asks for 40 rows more than there are"),
        (0.1, 160, "budget 160 and core 'code' at 0.1 (16 rows) cannot hold together, by 24 rows"),
    ],
)
def test_a_part_without_enough_rows_is_an_error_that_says_what_would_do(
    pool, share, budget, message
):
    with pytest.raises(DataError) as error:
        draw_mix(*pool, options(budget, share))
    told, advice = str(error.value).split(": lower --budget to ")
    assert told == message
    enough = int(advice.split()[0])
    assert len(draw_mix(*pool, options(enough, share)).picked) == enough
    with pytest.raises(DataError):
        draw_mix(*pool, options(enough + 1, share))


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


def quotas(budget, strategy="random", **rest):
    return MixOptions(budget=budget, strategy=strategy, **rest)


QUOTA = st.sampled_from([None, 0, 3, 10, 0.05, 0.3])


@given(
    budget=st.integers(20, 120), least=QUOTA, most=QUOTA, of_cluster=QUOTA,
    allocation=st.sampled_from(["free", "proportional", "uniform", "square-root", "capped"]),
)  # fmt: skip
def test_quotas_of_sources_and_clusters_hold_at_the_largest_budget_or_are_refused(
    pool, budget, least, most, of_cluster, allocation
):
    wanted = quotas(
        budget,
        source_min={} if least is None else {"maths": least},
        source_max={} if most is None else {"chat": most},
        cluster_max={} if of_cluster is None else {"each": of_cluster},
        allocation=allocation,
        cap=0.5,
    )
    try:
        picked = draw_mix(*pool, wanted).picked
    except DataError as error:
        assert "cannot hold together" in str(error) or "more than" in str(error)
        return
    counts = picked["source"].value_counts()
    in_rows = lambda quota: quota if isinstance(quota, int) else quota * budget  # noqa: E731
    assert len(picked) == budget
    assert picked["id"].is_unique
    assert least is None or counts.get("maths", 0) >= in_rows(least)
    assert most is None or counts.get("chat", 0) <= in_rows(most)
    assert of_cluster is None or picked["cluster"].value_counts().max() <= in_rows(of_cluster)


def test_sources_with_quotas_share_in_proportion_to_their_rows_elsewhere(pool):
    picked = draw_mix(*pool, quotas(90, source_max={"chat": 10})).picked
    assert picked["source"].value_counts()["chat"] == 10
    for head in (9, 30, 60):
        assert abs((picked["source"].head(head) == "chat").sum() - head / 9) < 1


@given(small=st.integers(1, 89), strategy=st.sampled_from(["random", "k-center"]))
def test_several_budgets_are_heads_of_one_ranking(pool, small, strategy):
    rest = {"source_min": {"maths": 0.5}, "strategy": strategy, "allocation": "uniform"}
    both = draw_mix(*pool, MixOptions(budget=(small, 90), **rest))
    alone = draw_mix(*pool, MixOptions(budget=90, **rest))
    assert both.heads == (small, 90)
    pd.testing.assert_frame_equal(both.picked, alone.picked)
    assert abs((both.picked["source"].head(small) == "maths").sum() - small / 2) < 1
    for mix, rows in zip(both.nested(), (small, 90), strict=True):
        assert sorted(mix.shuffled["order"]) == list(range(rows))
        assert mix.sources["picked"].sum() == mix.summary()["rows_out"] == rows


@given(budget=st.integers(30, 600), seed=st.integers(0, 5), share=SHARE)
def test_a_budget_of_tokens_is_met_within_one_row(pool, budget, seed, share):
    costs = np.random.default_rng(seed).integers(1, 12, 180)
    core = {} if share is None else {"core": "code", "core_share": share}
    wanted = MixOptions(budget=budget, unit="tokens", tokenizer="t", strategy="random", **core)
    try:
        result = draw_mix(*pool, wanted, costs=costs)
    except DataError:
        assert share is not None  # one part has too few tokens
        return
    assert abs(result.picked["cost"].sum() - budget) < 12
    assert result.picked["id"].is_unique
    if share is not None:
        of_core = result.picked.loc[result.picked["source"] == "code", "cost"].sum()
        assert abs(of_core - share * budget) <= 12


def test_rows_are_repeated_only_when_asked_and_only_when_all_were_used(pool):
    rows, embeddings, labels = pool
    wanted = quotas(100, core="code", core_share=0.9, repetitions=2)
    picked = draw_mix(rows, embeddings, labels, wanted).picked
    of_core = picked[picked["source"] == "code"]
    assert of_core["copy"].tolist() == [0] * 60 + [1] * 30
    assert of_core["id"].nunique() == 60
    assert of_core["id"].tolist()[60:] == of_core["id"].tolist()[:30]
    with pytest.raises(DataError, match="asks for 60 rows more than there are"):
        draw_mix(*pool, quotas(200, core="code", core_share=0.9, repetitions=2))


def test_a_score_floor_leaves_rows_out_and_counts_them(pool):
    scores = np.arange(180, dtype=float)
    wanted = quotas(50, score_column="s", score_floor=120)
    result = draw_mix(*pool, wanted, scores=scores)
    assert result.below_floor == 120
    assert set(result.picked["source"]) == {"maths"}
    with pytest.raises(DataError, match="budget 61 is more than the 60 rows"):
        draw_mix(*pool, quotas(61, score_column="s", score_floor=120), scores=scores)


def test_a_capped_allocation_gives_no_cluster_more_than_its_cap(pool):
    sizes = draw_mix(*pool, quotas(60, allocation="capped", cap=0.25)).clusters["picked"]
    assert sizes.max() == 15
    with pytest.raises(ConfigError, match=r"cap 0\.02 leaves 13 of 60 rows: raise --cap"):
        draw_mix(*pool, quotas(60, allocation="capped", cap=0.02))


def test_a_quota_of_an_unknown_source_or_cluster_names_those_there_are(pool):
    with pytest.raises(ConfigError, match="'mats' is not a source: give one of chat, code, maths"):
        draw_mix(*pool, quotas(5, source_min={"mats": 1}))
    with pytest.raises(ConfigError, match="cluster_max: there is no '9': give one of 0, 1, 2, 3"):
        draw_mix(*pool, quotas(5, cluster_max={"9": 1}))


def test_quotas_that_clash_are_named_with_the_rows_they_miss(pool):
    with pytest.raises(DataError) as error:
        draw_mix(*pool, quotas(100, source_min={"code": 60, "maths": 55}))
    assert str(error.value) == (
        "budget 100, source_min code=60 and source_min maths=55 cannot hold together, by 15 rows: "
        "change one of them"
    )
