import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.dedup import DedupOptions
from diversify.curation.duplicates.minhash import (
    ShingleSets,
    SimilarTexts,
    band_keys,
    bands_and_rows,
)
from diversify.curation.duplicates.shingles import shingles_of, words_of

SENTENCES = st.lists(st.lists(st.sampled_from("abcde"), max_size=9).map(" ".join), max_size=12)
SURE = 1 - 1e-9
"""A recall at which a test never meets a pair that is overlooked."""


def plain_jaccard(one: str, two: str, size: int) -> float:
    first, second = (
        {tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1))}
        for words in (words_of(one), words_of(two))
    )
    return len(first & second) / len(first | second)


def found_pairs(texts, options):
    near = SimilarTexts(shingles_of(texts, options.shingle), np.arange(len(texts)), options)
    everyone = np.arange(len(texts))
    pairs = near.pairs(everyone, np.ones(len(texts), bool), lambda left, right: left < right)
    return {
        (left, right): similarity
        for left, right, similarity in zip(*(part.tolist() for part in pairs), strict=True)
    }


def edited(rng, words, edits):
    copy = list(words)
    for at in rng.choice(len(copy), edits, replace=False):
        copy[at] = f"new{rng.integers(10**6)}"
    return " ".join(copy)


@given(
    texts=SENTENCES,
    threshold=st.sampled_from([0.3, 0.5, 0.6, 0.8, 1.0]),
    shingle=st.integers(1, 3),
)
def test_near_texts_are_those_of_the_plain_comparison(texts, threshold, shingle):
    options = DedupOptions(
        method="minhash", threshold=threshold, shingle=shingle, permutations=256, recall=SURE
    )
    plain = {
        (left, right): np.float32(plain_jaccard(texts[left], texts[right], shingle))
        for left in range(len(texts))
        for right in range(left + 1, len(texts))
    }
    assert found_pairs(texts, options) == {
        pair: similarity for pair, similarity in plain.items()
        if similarity >= np.float32(threshold)
    }  # fmt: skip


def test_almost_all_pairs_near_the_threshold_are_found_and_none_below():
    rng = np.random.default_rng(1)
    texts = []
    for _ in range(400):
        words = [f"word{number}" for number in rng.integers(0, 10_000, 60)]
        texts += [" ".join(words), edited(rng, words, 2)]
    options = DedupOptions(method="minhash")
    near = {
        (left, left + 1)
        for left in range(0, len(texts), 2)
        if plain_jaccard(texts[left], texts[left + 1], 3) >= 0.8
    }
    found = found_pairs(texts, options)
    assert len(near) > 200
    assert set(found) <= near
    assert len(found) >= 0.99 * len(near)


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.5, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("permutations", [64, 128, 500])
def test_bands_find_a_pair_at_the_threshold_as_surely_as_was_asked(threshold, permutations):
    options = DedupOptions(threshold=threshold, permutations=permutations, recall=0.95)
    bands, rows = bands_and_rows(options)
    assert bands * rows <= permutations
    assert 1 - (1 - threshold**rows) ** bands >= 0.95
    if rows < permutations:
        assert 1 - (1 - threshold ** (rows + 1)) ** (permutations // (rows + 1)) < 0.95


def test_too_few_permutations_for_the_recall_make_bands_of_one():
    assert bands_and_rows(DedupOptions(threshold=0.01, permutations=16)) == (16, 1)


def test_a_hash_agrees_as_often_as_the_sets_do():
    rng = np.random.default_rng(0)
    words = [f"word{number}" for number in range(62)]
    texts = [" ".join(words), edited(rng, words, 4)]
    keys = band_keys(shingles_of(texts, 3), 4000, 1, seed=0)
    agree = float((keys[0] == keys[1]).mean())
    assert abs(agree - plain_jaccard(*texts, 3)) < 0.03


@given(texts=SENTENCES.filter(len), seed=st.integers(0, 99))
def test_keys_hang_on_a_text_and_the_seed_alone(texts, seed):
    together = band_keys(shingles_of(texts, 2), 5, 2, seed)
    for number, text in enumerate(texts):
        assert band_keys(shingles_of([text], 2), 5, 2, seed).tolist() == [together[number].tolist()]


def test_a_small_block_finds_what_a_large_one_does(monkeypatch):
    rng = np.random.default_rng(0)
    words = [f"word{number}" for number in range(30)]
    texts = [edited(rng, words, 1) for _ in range(40)]
    options = DedupOptions(method="minhash", threshold=0.6)
    whole = found_pairs(texts, options)
    monkeypatch.setattr("diversify.curation.duplicates.minhash.NUMBERS_AT_ONCE", 100)
    monkeypatch.setattr("diversify.curation.duplicates.minhash.TEXTS_AT_ONCE", 3)
    assert found_pairs(texts, options) == whole
    assert len(whole) > 100


def test_a_shingle_that_occurs_often_counts_once():
    texts = ["a " * 1000, "a " * 10, "a a a b"]
    sets = ShingleSets(shingles_of(texts, 3), np.arange(3))
    left, right = np.array([0, 0, 1]), np.array([1, 2, 2])
    assert sets.jaccard(left, right).tolist() == [1.0, 0.5, 0.5]
