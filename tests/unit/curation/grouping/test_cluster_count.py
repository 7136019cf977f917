import numpy as np
import pytest

from diversify.config.cluster import ClusterOptions
from diversify.curation.cluster import group_rows
from diversify.curation.near.rounding import LENGTH, rounded

SCORES = ["silhouette", "calinski-harabasz", "davies-bouldin"]


def blobs(rows: int, clusters: int) -> np.ndarray:
    """Rows around centres that lie far apart: the axes."""
    rng = np.random.default_rng(0)
    made = np.eye(16)[rng.integers(0, clusters, rows)] + 0.05 * rng.normal(size=(rows, 16))
    return made.astype(np.float32)


def plain_silhouette(vectors: np.ndarray, labels: np.ndarray) -> float:
    """Each row's (b - a) / max(a, b), spelled out."""
    scores = []
    for at in range(len(vectors)):
        far = np.sqrt(((vectors - vectors[at]) ** 2).sum(axis=1))
        own = (labels == labels[at]) & (np.arange(len(vectors)) != at)
        if not own.any():
            scores.append(0.0)
            continue
        a = far[own].mean()
        b = min(far[labels == other].mean() for other in set(labels.tolist()) - {labels[at]})
        scores.append((b - a) / max(a, b))
    return float(np.mean(scores))


@pytest.mark.parametrize("score", SCORES)
def test_a_score_finds_the_number_of_groups_that_there_are(score):
    options = ClusterOptions(clusters_by=score, clusters_tried=[20, 3, 6, 11], seed=1)
    result = group_rows(blobs(300, 6), options, threads=1)
    assert [one.clusters for one in result.tried] == [3, 6, 11, 20]
    assert len(result.sizes) == 6


@pytest.mark.parametrize("method", ["spherical", "minibatch"])
@pytest.mark.parametrize("score", SCORES)
def test_by_any_method_the_best_score_is_kept(score, method):
    options = ClusterOptions(clusters_by=score, clusters_tried=[20, 2, 6], method=method)
    result = group_rows(blobs(300, 6), options, threads=1)
    scores = {one.clusters: one.score for one in result.tried}
    best = min if score == "davies-bouldin" else max
    assert len(result.sizes) == best(scores, key=scores.get)


def test_the_silhouette_is_that_of_the_book():
    embeddings = blobs(60, 4)
    options = ClusterOptions(clusters_by="silhouette", clusters_tried=[3])
    result = group_rows(embeddings, options, threads=1)
    expected = plain_silhouette(rounded(embeddings) / LENGTH, result.labels)
    assert result.tried[0].score == pytest.approx(expected, abs=1e-6)
    assert result.summary()["tried"] == [
        {"clusters": 3, "score": result.tried[0].score, "inertia": result.inertia}
    ]


def test_without_numbers_it_tries_some_around_the_usual_one():
    result = group_rows(blobs(200, 5), ClusterOptions(clusters_by="silhouette"), threads=1)
    assert [one.clusters for one in result.tried] == [2, 5, 10, 20, 40]


def test_more_clusters_than_rows_are_not_tried_and_one_row_still_has_a_cluster():
    options = ClusterOptions(clusters_by="silhouette", clusters_tried=[5, 9, 12])
    assert [one.clusters for one in group_rows(blobs(7, 3), options).tried] == [5, 7]
    alone = group_rows(blobs(1, 1), options)
    assert alone.labels.tolist() == [0]
    assert alone.tried[0].score is None


def test_a_seeded_draw_of_rows_is_scored_whatever_their_order():
    embeddings = blobs(400, 6)
    options = ClusterOptions(clusters_by="silhouette", clusters_tried=[4, 6], clusters_sample=50)
    mixed = np.random.default_rng(3).permutation(400)
    assert group_rows(embeddings, options).tried == group_rows(embeddings[mixed], options).tried


def test_by_size_nothing_is_tried():
    assert group_rows(blobs(50, 3), ClusterOptions(clusters_tried=[2, 3])).tried == []
