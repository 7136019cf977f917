"""Place many rows among a few that t-SNE has laid out: the landmarks, which stay where they are.

Each row starts at its nearest landmark and follows the gradient of t-SNE for itself alone: its
nearest landmarks pull, by a weight that falls with distance in the embeddings, and all landmarks
push. As they stand still, their push is a field over the plane, which is worked out once on a
grid and looked up. After

    van der Maaten and Hinton (2008), "Visualizing data using t-SNE": the gradient;
    Linderman et al. (2019), "Fast interpolation-based t-SNE": pushes by convolution on a grid;
    Policar, Strazar and Zupan (2023), "Embedding to reference t-SNE space addresses batch effects
    in single-cell classification": rows that are placed in a map leave it as it is.

Rows around one landmark then lie in a heap, because none of them pushes another; they are spread
over the landmark's own ground, in the same directions and the same order from the middle.

For n rows of d dimensions and m landmarks: 2 n m d floating-point operations, nearly all in
matrix products, and memory for a block of rows, not for n x m. The products are exact and each
row is worked out by itself, so the places hang on neither order nor threads.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from diversify.config.map import MapOptions
from diversify.curation.map import Placed
from diversify.curation.near.rounding import Positions, Vectors, rounded, squared_lengths
from diversify.curation.pushing_field import Places, PushingField
from diversify.hardware import limited_threads
from diversify.progress import progress

ROWS_AT_ONCE = 4096
"""Rows in a matrix product; more would only take memory."""
SIXTH = 6
"""A landmark's ground reaches to its fifth neighbour: the sixth nearest, itself included."""


def place_rows(
    embeddings: NDArray[np.floating], landmarks: Placed, options: MapOptions, threads: int = 1
) -> Places:
    """Give every row a place: a landmark's its own, and a row equal to a landmark the same.

    Args:
        embeddings: of all rows, the landmarks among them.  # (n, d)
        landmarks: rows that `lay_out` placed.
        options: how many landmarks pull, for how many steps, and how far rows are spread.
        threads: threads of the matrix products; they change only the time.
    """
    if not len(embeddings):
        return np.empty((0, 2))
    firsts = np.unique(landmarks.places, axis=0, return_index=True)[1]  # equal rows count once
    vectors = rounded(embeddings[landmarks.rows[firsts]])
    fixed = landmarks.places[firsts]
    field = PushingField(fixed)
    places = np.empty((len(embeddings), 2))
    with limited_threads(threads), progress("map", len(embeddings)) as advance:
        for start in range(0, len(embeddings), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            places[part] = _place_block(rounded(embeddings[part]), vectors, fixed, field, options)
            advance(len(places[part]))
    places[landmarks.rows] = landmarks.places
    return spread_heaps(places, fixed, options.spread).round(2)


def _place_block(
    block: Vectors, vectors: Vectors, fixed: Places, field: PushingField, options: MapOptions
) -> Places:
    """Place some rows: from the nearest landmark to where pulls and push balance."""
    nearest, squared = _nearest(block, vectors, min(options.neighbours, len(vectors)))
    pulls = _weights(squared, options.neighbour_perplexity)
    ends = fixed[nearest]  # (rows, k, 2)
    closest = squared.argmin(axis=1)
    home = ends[np.arange(len(block)), closest]
    places = home
    for _ in range(options.placing_steps):
        gaps = ends - places[:, None]
        strength = pulls / (1 + np.square(gaps).sum(axis=2))
        step = (strength[:, :, None] * gaps).sum(axis=1) + field.at(places)
        length = np.sqrt(np.square(step).sum(axis=1, keepdims=True))
        places = places + step / np.maximum(length, 1)  # no farther than 1 at a time
    equal = squared[np.arange(len(block)), closest] == 0
    settled: Places = np.where(equal[:, None], home, places)
    return settled


def _nearest(block: Vectors, vectors: Vectors, count: int) -> tuple[Positions, Places]:
    """Find the nearest landmarks of each row, in no order, and their exact squared distances."""
    squared = squared_lengths(block)[:, None] + squared_lengths(vectors) - 2 * (block @ vectors.T)
    nearest = np.argpartition(squared, count - 1, axis=1)[:, :count]
    return nearest, np.take_along_axis(squared, nearest, axis=1).astype(np.float64)


def _weights(squared: Places, perplexity: float) -> Places:
    """Turn squared distances into weights whose perplexity is as wanted, as t-SNE does.

    exp(-b d^2), normalised; b is found by halving, for each row by itself.
    """
    beyond = squared - squared.min(axis=1, keepdims=True)
    wanted = np.log(min(perplexity, 0.9 * squared.shape[1]))
    scale = np.maximum(beyond.mean(axis=1), 1e-9)
    low, high = np.full(len(squared), -20.0), np.full(len(squared), 20.0)  # log of b * scale
    for _ in range(30):
        middle = (low + high) / 2
        scaled = beyond * (np.exp(middle) / scale)[:, None]
        weights = np.exp(-scaled)
        total = weights.sum(axis=1)
        entropy = np.log(total) + (scaled * weights).sum(axis=1) / total
        even = entropy > wanted  # spread over too many: fall faster
        low, high = np.where(even, middle, low), np.where(even, high, middle)
    normalised: Places = weights / total[:, None]
    return normalised


def spread_heaps(places: Places, fixed: Places, part: float) -> Places:
    """Spread the rows around each landmark evenly over a disc, and never inwards.

    A row keeps its direction from the landmark and its rank by distance from it; the disc reaches
    `part` of the way to the landmark's fifth neighbour. Rows at one distance share a rank, so
    equal rows stay together; rows on a landmark stay there.
    """
    tree = cKDTree(fixed)
    reach = tree.query(fixed, k=min(SIXTH, len(fixed)))[0].reshape(len(fixed), -1)[:, -1]
    distances, homes = tree.query(places)
    distances = distances.round(6)  # the last bits would part rows that are equal
    order = np.lexsort((distances, homes))
    ranks = np.empty(len(places))
    ranks[order] = _ranks_inside(homes[order], distances[order])
    crowd = np.bincount(homes, minlength=len(fixed))
    wanted = part * reach[homes] * np.sqrt(ranks / crowd[homes])
    factor = np.maximum(1, wanted / np.where(distances, distances, np.inf))
    return np.asarray(fixed[homes] + (places - fixed[homes]) * factor[:, None])


def _ranks_inside(homes: Positions, distances: Places) -> NDArray[np.int_]:
    """Rank sorted rows within their home from 0; equal distances take the lowest rank of theirs."""
    at = np.arange(len(homes))
    new_home = np.r_[True, homes[1:] != homes[:-1]]
    new_place = new_home | np.r_[True, distances[1:] != distances[:-1]]
    starts = np.maximum.accumulate(np.where(new_home, at, 0))
    firsts = np.maximum.accumulate(np.where(new_place, at, 0))
    ranks: NDArray[np.int_] = firsts - starts
    return ranks
