"""Clusters told in words: the terms that set each apart, and the instructions at its centre.

Class-based TF-IDF, Grootendorst (2022), "BERTopic: Neural topic modeling with a class-based TF-IDF
procedure", section 3.3: all texts of a cluster are one document, and a term t of cluster c weighs

    tf(t, c) log(1 + A / f(t))

with tf its share of the cluster's terms, f(t) how often it occurs in all clusters and A the average
number of terms in a cluster.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.cluster import ClusterOptions
from diversify.curation.grouping.nearest import on_grid, squared_gaps
from diversify.curation.near.rounding import rounded
from diversify.curation.order import content_order

TERM = r"(?u)\b[^\W\d]\w+\b"
"""A term begins with a letter and has at least two of them or digits."""
LONGEST = 400
"""Characters of an example."""


@dataclass(frozen=True)
class ClusterWords:
    """One cluster in words."""

    cluster: int
    rows: int
    words: list[tuple[str, float]]
    """Terms and their weights, the heaviest first."""
    examples: list[tuple[str, str]]
    """Ids and instructions of the rows nearest the centre, the nearest first; no two the same."""


def tell_clusters(
    rows: pd.DataFrame,
    embeddings: npt.NDArray[np.floating],
    labels: npt.NDArray[np.int32],
    centres: npt.NDArray[np.floating],
    options: ClusterOptions,
) -> list[ClusterWords]:
    """Tell each cluster by its terms and examples; rows labelled -1 play no part.

    Works on the instructions. Holds a sparse count of the terms of each row. Texts come as they
    are: whoever shows them must escape them.

    Args:
        rows: row table.
        embeddings: a vector for each row, in the same order.
        labels: the cluster of each row, in the same order.
        centres: as `ClusterResult` holds them.
        options: how many words and examples, and which words are left out.
    """
    words = _terms(list(rows["instruction"]), labels, len(centres), options)
    examples = _examples(rows, embeddings, labels, centres, options.examples)
    sizes = np.bincount(labels[labels >= 0], minlength=len(centres))
    return [
        ClusterWords(cluster, int(sizes[cluster]), words[cluster], examples.get(cluster, []))
        for cluster in range(len(centres))
    ]


def _terms(
    texts: list[str], labels: npt.NDArray[np.int32], clusters: int, options: ClusterOptions
) -> list[list[tuple[str, float]]]:
    from sklearn.feature_extraction.text import CountVectorizer

    left_out = "english" if options.stop_words == "english" else None
    counter = CountVectorizer(token_pattern=TERM, stop_words=left_out)
    try:
        counts = counter.fit_transform(texts)  # (n, terms), sparse
    except ValueError:  # no term at all
        return [[] for _ in range(clusters)]
    vocabulary = counter.get_feature_names_out()
    weights = class_tf_idf(_by_cluster(counts, labels, clusters))
    return [_heaviest(weights[cluster], vocabulary, options.words) for cluster in range(clusters)]


def class_tf_idf(counts: Any) -> Any:
    """Weigh the terms of each cluster; counts and weights are sparse, a row for each cluster."""
    frequency = np.asarray(counts.sum(axis=0)).ravel()
    totals = np.asarray(counts.sum(axis=1)).ravel()
    rare = np.log(1 + totals.mean() / np.maximum(frequency, 1))
    shares = counts.multiply(1 / np.maximum(totals, 1)[:, None])
    return shares.multiply(rare[None, :]).tocsr()


def _by_cluster(counts: Any, labels: npt.NDArray[np.int32], clusters: int) -> Any:
    """Add up the counts of the rows of each cluster."""
    from scipy.sparse import csr_matrix

    inside = np.flatnonzero(labels >= 0)
    ones = np.ones(len(inside), dtype=np.int64)
    return csr_matrix((ones, (labels[inside], inside)), (clusters, len(labels))) @ counts


def _heaviest(weights: Any, vocabulary: npt.NDArray[Any], count: int) -> list[tuple[str, float]]:
    """Give the heaviest terms of one cluster; the alphabet breaks ties."""
    kept = weights.data.round(6)
    order = np.lexsort((weights.indices, -kept))[:count]
    return [(str(vocabulary[weights.indices[at]]), float(kept[at])) for at in order]


def _examples(
    rows: pd.DataFrame,
    embeddings: npt.NDArray[np.floating],
    labels: npt.NDArray[np.int32],
    centres: npt.NDArray[np.floating],
    count: int,
) -> dict[int, list[tuple[str, str]]]:
    """Find the rows nearest their centres; ties go by content, copies are passed over."""
    by_content = content_order(rows)
    inside = by_content[labels[by_content] >= 0]
    vectors = rounded(embeddings)
    gaps = squared_gaps(vectors, on_grid(centres), np.maximum(labels, 0).astype(np.intp))
    shown = pd.DataFrame(
        {
            "cluster": labels[inside],
            "gap": gaps[inside],
            "id": rows["id"].to_numpy()[inside],
            "instruction": rows["instruction"].to_numpy()[inside],
        }
    )
    nearest = shown.sort_values(["cluster", "gap"], kind="stable")
    nearest = nearest.drop_duplicates(["cluster", "instruction"]).groupby("cluster").head(count)
    found: dict[int, list[tuple[str, str]]] = {}
    for cluster, id, text in zip(
        nearest["cluster"], nearest["id"], nearest["instruction"], strict=True
    ):
        found.setdefault(int(cluster), []).append((str(id), str(text)[:LONGEST]))
    return found
