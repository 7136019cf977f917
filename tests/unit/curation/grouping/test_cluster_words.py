import math
from collections import Counter

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from diversify.config.cluster import ClusterOptions
from diversify.curation.grouping.cluster_words import LONGEST, class_tf_idf, tell_clusters


@pytest.fixture
def pool(table):
    """Sorting in cluster 0, bears in cluster 1; the first of each lies on the centre."""
    texts = [
        "Sort the list",
        "Sort the numbers",
        "Sort the list",
        "Tell of bears",
        "Tell of 7 bears",
    ]
    rows = table(*({"instruction": text} for text in texts))
    embeddings = np.array([[1, 0], [0.9, 0.1], [0.8, 0.2], [0, 1], [0.1, 0.9]], dtype=np.float32)
    return rows, embeddings, np.array([0, 0, 0, 1, 1], dtype=np.int32), np.eye(2, dtype=np.float32)


def plain_weights(texts: list[list[str]]) -> list[dict[str, float]]:
    """The formula, term by term."""
    counts = [Counter(words) for words in texts]
    everywhere = sum(counts, Counter())
    average = sum(everywhere.values()) / len(texts)
    return [
        {
            term: n / one.total() * math.log(1 + average / everywhere[term])
            for term, n in one.items()
        }
        for one in counts
    ]


def test_the_weights_are_those_of_the_formula():
    texts = [["a", "b", "a", "c"], ["b", "b", "d"], ["e"]]
    names = sorted({term for words in texts for term in words})
    counts = csr_matrix([[words.count(term) for term in names] for words in texts])
    ours = class_tf_idf(counts).toarray()
    expected = [[one.get(term, 0) for term in names] for one in plain_weights(texts)]
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_a_cluster_is_told_by_its_own_words_and_its_nearest_rows(pool):
    sorting, bears = tell_clusters(*pool, ClusterOptions(words=2))
    assert (sorting.cluster, sorting.rows, bears.cluster, bears.rows) == (0, 3, 1, 2)
    assert [word for word, _ in sorting.words] == ["sort", "list"]
    assert [word for word, _ in bears.words] == ["bears", "tell"]
    assert [text for _, text in sorting.examples] == ["Sort the list", "Sort the numbers"]
    assert [text for _, text in bears.examples] == ["Tell of bears", "Tell of 7 bears"]
    assert sorting.examples[0][0] == pool[0]["id"][0]


def test_words_that_tell_nothing_are_left_out_unless_asked_for(pool):
    heard = {
        stop: {word for one in tell_clusters(*pool, ClusterOptions(stop_words=stop))
               for word, _ in one.words}
        for stop in ("english", "none")
    }  # fmt: skip
    assert heard["none"] - heard["english"] == {"the", "of"}


def test_the_order_of_the_rows_does_not_matter(pool):
    rows, embeddings, labels, centres = pool
    mixed = np.array([3, 0, 4, 2, 1])
    again = tell_clusters(
        rows.iloc[mixed].reset_index(drop=True), embeddings[mixed], labels[mixed], centres,
        ClusterOptions(),
    )  # fmt: skip
    assert again == tell_clusters(*pool, ClusterOptions())


def test_kept_noise_plays_no_part_and_an_empty_cluster_has_nothing_to_tell(pool):
    rows, embeddings, labels, centres = pool
    labels = np.where(labels == 1, -1, labels).astype(np.int32)
    sorting, empty = tell_clusters(rows, embeddings, labels, centres, ClusterOptions())
    assert sorting.rows == 3
    assert "bears" not in {word for word, _ in sorting.words}
    assert (empty.rows, empty.words, empty.examples) == (0, [], [])


def test_texts_without_words_have_examples_still(table):
    rows = table({"instruction": "1 + 1"}, {"instruction": "? " * LONGEST})
    told = tell_clusters(
        rows, np.eye(2), np.zeros(2, dtype=np.int32), np.array([[0.6, 0.4]]), ClusterOptions()
    )
    assert told[0].words == []
    assert [len(text) for _, text in told[0].examples] == [5, LONGEST]
