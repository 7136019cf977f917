from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.mix import MixOptions
from diversify.curation.mix import check_budget, draw_mix
from diversify.errors import ConfigError, DataError

STRATEGIES = ["random", "cluster-balanced", "k-center", "mig", "centroid", "dpp", "mmr"]
STRATEGY = st.sampled_from(STRATEGIES)
ALLOCATION = st.sampled_from(["free", "proportional", "uniform", "square-root", "temperature"])
AMOUNT = st.integers(0, 24)
SEED = st.integers(0, 5)


@pytest.fixture(scope="module")
def pool(table):
    """Two dozen rows of each of three sources, a vector and one of six uneven clusters for each."""
    rows = table(
        *(
            {"instruction": f"{source} {number}", "source": source}
            for source in ("code", "chat", "maths")
            for number in range(24)
        )
    )
    rng = np.random.default_rng(1)
    embeddings = rng.integers(-3, 4, (72, 6)).astype(np.float32)
    labels = rng.choice(6, 72, p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.05]).astype(np.int32)
    return rows, embeddings, labels


def drawn(pool, amounts, **rest):
    """Give the ids of each source, in the order of the picks."""
    picked = draw_mix(*pool, MixOptions(rows_of=amounts, **rest)).picked
    return {name: picked.loc[picked["source"] == name, "id"].tolist() for name in amounts}


@settings(max_examples=30)
@given(code=AMOUNT, chat=AMOUNT, strategy=STRATEGY, allocation=ALLOCATION, seed=SEED)
def test_each_source_gives_exactly_what_is_asked_and_no_other_gives_any(
    pool, code, chat, strategy, allocation, seed
):
    amounts = {"code": code, "chat": chat or 1}
    wanted = MixOptions(rows_of=amounts, strategy=strategy, allocation=allocation, seed=seed)
    result = draw_mix(*pool, wanted)
    counts = result.picked["source"].value_counts()
    assert {name: int(counts.get(name, 0)) for name in amounts} == amounts
    assert len(result.picked) == wanted.largest == sum(amounts.values())
    assert result.picked["id"].is_unique
    assert sorted(result.shuffled["id"]) == sorted(result.picked["id"])


@settings(max_examples=30)
@given(few=AMOUNT, more=AMOUNT, strategy=STRATEGY, allocation=ALLOCATION, seed=SEED)
def test_fewer_rows_of_a_source_are_the_head_of_more(pool, few, more, strategy, allocation, seed):
    few, more = sorted((few, more))
    how = {"strategy": strategy, "allocation": allocation, "seed": seed}
    small = drawn(pool, {"code": few, "chat": 24 - few or 1}, **how)
    large = drawn(pool, {"code": more, "maths": 1}, **how)
    assert small["code"] == large["code"][:few]


@settings(max_examples=30)
@given(count=AMOUNT, others=st.tuples(AMOUNT, AMOUNT), own=STRATEGY, usual=STRATEGY, seed=SEED)
def test_a_source_gives_the_same_rows_whatever_else_is_asked(pool, count, others, own, usual, seed):
    count = count or 1
    alone = drawn(pool, {"code": count}, strategy=own, seed=seed)
    amounts = {"chat": others[0], "code": count, "maths": others[1]}
    among = drawn(pool, amounts, strategy=usual, strategy_of={"code": own}, seed=seed)
    assert among["code"] == alone["code"]


@settings(max_examples=30)
@given(strategy=STRATEGY, seed=SEED)
def test_a_source_gives_the_same_rows_where_the_table_holds_no_other(pool, strategy, seed):
    rows, embeddings, labels = pool
    own = (rows["source"] == "code").to_numpy()
    only = (rows[own].reset_index(drop=True), embeddings[own], labels[own])
    how = {"strategy": strategy, "seed": seed}
    assert drawn(only, {"code": 15}, **how) == drawn(pool, {"code": 15}, **how)


@settings(max_examples=30)
@given(strategy=STRATEGY, allocation=ALLOCATION, seed=SEED)
def test_neither_the_order_of_the_rows_nor_that_of_the_sources_matters(
    pool, strategy, allocation, seed
):
    rows, embeddings, labels = pool
    shuffle = np.random.default_rng(seed).permutation(len(rows))
    mixed = (rows.iloc[shuffle], embeddings[shuffle], labels[shuffle])
    how = {"strategy": strategy, "allocation": allocation, "seed": seed}
    one = draw_mix(*pool, MixOptions(rows_of={"code": 20, "chat": 7}, **how))
    other = draw_mix(*mixed, MixOptions(rows_of={"chat": 7, "code": 20}, **how))
    pd.testing.assert_frame_equal(one.picked, other.picked)
    pd.testing.assert_frame_equal(one.shuffled, other.shuffled)


@given(
    count=st.integers(1, 24),
    power=st.sampled_from([0, 1]),
    repetitions=st.integers(1, 3),
    seed=SEED,
)
def test_clusters_take_turns_as_when_each_seat_is_dealt_out_by_itself(
    pool, count, power, repetitions, seed
):
    rows, _, labels = pool
    allocation = ["uniform", "proportional"][power]
    wanted = MixOptions(
        rows_of={"code": count * repetitions}, allocation=allocation, strategy="random",
        repetitions=repetitions, seed=seed,
    )  # fmt: skip
    own = labels[(rows["source"] == "code").to_numpy()]
    have = {cluster: int((own == cluster).sum()) * repetitions for cluster in sorted(set(own))}
    taken = dict.fromkeys(have, 0)
    seats = []
    for _ in range(count * repetitions):
        left = [cluster for cluster in have if taken[cluster] < have[cluster]]
        owed = {c: Fraction(have[c] ** power, 2 * taken[c] + 1) for c in left}
        seats.append(max(left, key=lambda c: (owed[c], -c)))
        taken[seats[-1]] += 1
    assert draw_mix(*pool, wanted).picked["cluster"].tolist() == seats


def test_every_head_of_a_mix_gives_each_source_its_share_within_a_row(pool):
    picked = draw_mix(*pool, MixOptions(rows_of={"code": 18, "chat": 6}, strategy="random")).picked
    for head in range(1, 25):
        assert abs((picked["source"].head(head) == "chat").sum() - head / 4) < 1


def test_each_row_says_by_which_strategy_its_source_was_ranked(pool):
    wanted = MixOptions(
        rows_of={"code": 3, "chat": 2}, strategy="random", strategy_of={"chat": "k-center"}
    )
    picked = draw_mix(*pool, wanted).picked
    assert dict(zip(picked["source"], picked["reason"], strict=True)) == {
        "code": "code, random", "chat": "chat, k-center",
    }  # fmt: skip


def test_only_the_strategies_that_are_used_need_anything(pool):
    rows, embeddings, _ = pool
    draw_mix(rows, None, None, MixOptions(rows_of={"code": 3}, strategy="random"))
    mixed = {"strategy": "random", "strategy_of": {"chat": "k-center"}}
    draw_mix(rows, embeddings, None, MixOptions(rows_of={"code": 3, "chat": 2}, **mixed))
    with pytest.raises(ConfigError, match="strategy k-center needs embeddings"):
        draw_mix(rows, None, None, MixOptions(rows_of={"code": 3, "chat": 2}, **mixed))


def test_sources_that_are_short_are_named_with_both_numbers(pool):
    wanted = MixOptions(rows_of={"code": 25, "chat": 24, "maths": 60}, strategy="random")
    for refused in (lambda: draw_mix(*pool, wanted), lambda: check_budget(pool[0], wanted)):
        with pytest.raises(DataError) as error:
            refused()
        assert str(error.value) == (
            "code: 25 rows are asked for, and there are 24; maths: 60 rows are asked for, and "
            "there are 24: lower --rows-of or add rows (or --repetitions)"
        )


def test_rows_below_the_floor_do_not_count(pool):
    scores = np.tile(np.arange(24.0), 3)
    floor = {"score_column": "s", "score_floor": 14, "strategy": "random"}
    picked = draw_mix(*pool, MixOptions(rows_of={"chat": 10}, **floor), scores=scores).picked
    assert len(picked) == 10
    with pytest.raises(DataError, match="chat: 11 rows are asked for, and there are 10"):
        draw_mix(*pool, MixOptions(rows_of={"chat": 11}, **floor), scores=scores)


@given(strategy=st.sampled_from(["random", "k-center", "cluster-balanced"]))
def test_rows_of_a_source_come_again_only_when_all_of_it_was_used(pool, strategy):
    how = {"strategy": strategy, "repetitions": 2}
    picked = draw_mix(*pool, MixOptions(rows_of={"code": 30, "chat": 3}, **how)).picked
    code = picked[picked["source"] == "code"]
    assert code["copy"].tolist() == [0] * 24 + [1] * 6
    assert code["id"].tolist()[24:] == code["id"].tolist()[:6]
    assert drawn(pool, {"code": 27, "maths": 2}, **how)["code"] == code["id"].tolist()[:27]


def test_an_unknown_source_is_answered_with_the_sources(pool):
    with pytest.raises(ConfigError) as error:
        draw_mix(*pool, MixOptions(rows_of={"cod": 5}))
    assert str(error.value) == "rows_of 'cod' is not a source: give one of chat, code, maths"
