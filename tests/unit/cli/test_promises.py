"""What a mix promises whatever draws it, and the faults of other tools that it must not have."""

import gzip
import json

import numpy as np
import pytest

from diversify.config.mix import MixOptions
from diversify.curation.dedup import drop_duplicates
from diversify.curation.mix import draw_mix
from diversify.curation.ranking import RANKS
from diversify.hardware import limited_threads

STRATEGIES = sorted(RANKS)


@pytest.fixture(scope="session")
def pool(make_table):
    """Three hundred rows in forty directions, many of them equal, with clusters and scores."""
    rows = make_table(
        *(
            {"instruction": f"row {n}", "source": ("code", "chat", "math")[n % 3]}
            for n in range(300)
        )
    )
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(40, 24))
    which = rng.integers(0, 40, 300)
    vectors = (centres[which] + 0.4 * rng.normal(size=(300, 24))).astype(np.float32)
    vectors[250:] = vectors[:50]
    return rows, vectors, (which % 9).astype(np.int32), rng.integers(0, 20, 300).astype(float)


@pytest.fixture(scope="session")
def make_table():
    import pandas as pd

    from diversify.records import COLUMNS, Record

    def make(*rows):
        records = [
            Record(file=f"{row['source']}.jsonl", line=line, response="yes", **row)
            for line, row in enumerate(rows, start=1)
        ]
        return pd.DataFrame([[getattr(r, name) for name in COLUMNS] for r in records],
                            columns=COLUMNS)  # fmt: skip

    return make


def drawn(pool, strategy, order=None, budget=60, **rest):
    rows, vectors, labels, scores = pool
    if order is not None:
        rows = rows.iloc[order].reset_index(drop=True)
        vectors, labels, scores = vectors[order], labels[order], scores[order]
    options = MixOptions(
        budget=budget, strategy=strategy, core="code", core_share=0.5, score_column="s", **rest
    )
    return draw_mix(rows, vectors, labels, options, scores=scores).picked["id"].tolist()


@pytest.mark.parametrize("allocation", ["free", "square-root"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_order_of_the_rows_and_the_threads_change_no_pick(pool, strategy, allocation):
    first = drawn(pool, strategy, allocation=allocation)
    for seed, threads in ((1, 1), (2, 2)):
        order = np.random.default_rng(seed).permutation(300)
        with limited_threads(threads):
            assert drawn(pool, strategy, order, allocation=allocation) == first


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_gives_exactly_the_budget_and_its_heads_are_nested(pool, strategy):
    whole = drawn(pool, strategy, budget=150)
    assert len(whole) == len(set(whole)) == 150
    for budget in (1, 2, 37, 149):
        assert drawn(pool, strategy, budget=budget) == whole[:budget]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_whole_pool_can_be_asked_for(pool, strategy):
    assert sorted(drawn(pool, strategy, budget=200)) == sorted(
        set(drawn(pool, strategy, budget=200))
    )


@pytest.mark.parametrize(
    "strategy", ["random", "k-center", "cluster-balanced", "facility-location"]
)
def test_other_sharding_and_other_file_formats_change_no_pick(run, tmp_path, strategy):
    rows = [{"instruction": f"do {n} {'abcdefg'[n % 7] * 3}", "output": str(n)} for n in range(90)]
    lines = [json.dumps(row) for row in rows]
    (tmp_path / "one.jsonl").write_text("\n".join(lines))
    (tmp_path / "a.json").write_text(f"[{','.join(lines[50:])}]")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as stream:
        stream.write("\n".join(reversed(lines[:50])))
    picks = []
    for files in (["one.jsonl"], ["a.json", "b.jsonl.gz"], ["b.jsonl.gz", "a.json"]):
        out = tmp_path / "mix.jsonl"
        sources = [word for file in files for word in ("--source", f"all={tmp_path / file}")]
        code, _, err = run("mix", *sources, "--budget", 30, "--strategy", strategy,
                           "--backend", "lsa", "--out", out)  # fmt: skip
        assert code == 0, err
        picks.append(out.read_bytes())
    assert picks[0] == picks[1] == picks[2]


# Faults seen in other tools: each is a test that this one does not have it.


def test_of_a_pair_of_duplicates_one_stays_and_the_third_row_too(make_table):
    """Some tools delete both members of a pair."""
    from diversify.config.dedup import DedupOptions

    rows = make_table(
        {"instruction": "Name three colours of the rainbow please", "source": "a"},
        {"instruction": "Name three colours of the rainbow, please", "source": "a"},
        {"instruction": "Boil an egg", "source": "a"},
    )
    vectors = np.array([[1, 0.01], [1, 0], [0, 1]], dtype=np.float32)
    for options, more in (
        (DedupOptions(method="minhash", threshold=0.5), {}),
        (DedupOptions(method="semantic"), {"embeddings": vectors}),
    ):
        kept = set(drop_duplicates(rows, options, **more).kept["instruction"])
        assert "Boil an egg" in kept
        assert len(kept) == 2


def test_a_score_first_filter_never_comes_back_empty(pool):
    """Some return nothing at their default threshold, and drop both copies of a duplicate."""
    rows, vectors, labels, scores = pool
    options = MixOptions(budget=300, strategy="deita", score_column="s")
    assert len(draw_mix(rows, vectors, labels, options, scores=scores).picked) == 300
    best = MixOptions(budget=1, strategy="deita", score_column="s")
    picked = draw_mix(rows, vectors, labels, best, scores=scores).picked
    assert scores[picked["line"].iloc[0] - 1] == scores.max()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_asking_for_more_than_a_thousand_gives_more_than_a_thousand(make_table, strategy):
    """Some cap the candidates at 1,000 and return those without a word."""
    rows = make_table(*({"instruction": f"row {n}", "source": "a"} for n in range(1600)))
    vectors = np.random.default_rng(0).normal(size=(1600, 8)).astype(np.float32)
    labels = (np.arange(1600) % 5).astype(np.int32)
    options = MixOptions(budget=1500, strategy=strategy, score_column="s")
    picked = draw_mix(rows, vectors, labels, options, scores=np.arange(1600.0)).picked
    assert picked["id"].nunique() == 1500


def test_a_share_is_a_draw_and_not_the_head_of_the_file(pool):
    """Some take the first rows of each file for a fraction of it."""
    rows, vectors, labels, _ = pool
    options = MixOptions(budget=60, strategy="random", source_max={"chat": 0.3})
    picked = draw_mix(rows, vectors, labels, options).picked
    lines = sorted(picked.loc[picked["source"] == "chat", "line"])
    assert lines != sorted(rows.loc[rows["source"] == "chat", "line"])[: len(lines)]


def test_what_is_set_aside_to_validate_on_is_seeded(pool):
    """Some split off a test set without a seed."""
    from diversify.curation.validation import set_aside

    rows, vectors, labels, _ = pool
    drawn = []
    for seed in (0, 0, 1):
        options = MixOptions(budget=60, strategy="random", validation=20, seed=seed,
                             validation_similarity=0.99)  # fmt: skip
        mix = draw_mix(rows, vectors, labels, options)
        drawn.append(set_aside(rows, vectors, mix)["id"].tolist())
    assert drawn[0] == drawn[1] != drawn[2]


def test_rounding_does_not_hang_on_the_order_of_the_sources(pool):
    """Some round up source by source, and the last one bears it."""
    rows, _vectors, _labels, _ = pool
    for budget in (7, 50, 101):
        counts = []
        for order in (np.arange(300), np.arange(300)[::-1]):
            options = MixOptions(
                budget=budget, strategy="random", source_max={"each": 0.5}, core="", seed=0
            )
            table = rows.iloc[order].reset_index(drop=True)
            counts.append(draw_mix(table, None, None, options).sources["picked"].tolist())
        assert counts[0] == counts[1]
        assert sum(counts[0]) == budget
        assert max(counts[0]) - min(counts[0]) <= 1


def test_no_row_comes_twice_unless_repetitions_are_asked_for(pool):
    """Some fill a short source up with copies and do not say so."""
    from diversify.errors import DataError

    rows, vectors, labels, _ = pool
    wanted = {"budget": 150, "strategy": "random", "core": "code", "core_share": 0.8}
    with pytest.raises(DataError, match="asks for 20 rows more than there are"):
        draw_mix(rows, vectors, labels, MixOptions(**wanted))
    result = draw_mix(rows, vectors, labels, MixOptions(**wanted, repetitions=2))
    assert result.summary()["repeated"] == 20


def test_a_sampled_greedy_is_not_passed_off_as_greedy(pool):
    """One optimiser samples so few candidates by default that it does no better than chance."""
    _, vectors, _, _ = pool
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    similar = unit @ unit.T

    def value(strategy: str) -> float:
        rows, *rest = pool
        options = MixOptions(budget=30, strategy=strategy)
        picked = draw_mix(rows, rest[0], rest[1], options).picked["line"].to_numpy() - 1
        return float(similar[:, picked].max(axis=1).mean())

    random = np.mean(
        [similar[:, np.random.default_rng(s).choice(300, 30, False)].max(axis=1).mean()
         for s in range(20)]
    )  # fmt: skip
    best_possible = 1.0
    assert value("facility-location") - random > 0.25 * (best_possible - random)
