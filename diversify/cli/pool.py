"""The rows that a mix is drawn from."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.mix import MixOptions
from diversify.curation.mix import draw_mix
from diversify.curation.mixed import MixResult
from diversify.curation.order import content_order
from diversify.curation.ranking import Embeddings, Scores
from diversify.curation.scores import scores_of
from diversify.curation.sharing.parts import Costs
from diversify.curation.sharing.population import Population
from diversify.io.documents import Document
from diversify.io.tokens import token_counts


@dataclass(frozen=True)
class Pool:
    """Rows without duplicates, with a vector and a cluster each where the mix needs them."""

    rows: pd.DataFrame
    embeddings: Embeddings | None
    labels: NDArray[np.int32] | None
    inputs: dict[str, str]
    """Files that were read, each with its SHA-256."""
    steps: dict[str, Document]
    """What each step did."""
    costs: Costs | None = None
    """Tokens of each row, where the budget counts them."""
    scores: Scores | None = None
    """Score of each row, where a column is named."""
    population: Population | None = None
    """What there is in all, where the rows are the best of each shard."""

    def draw(self, options: MixOptions) -> MixResult:
        """Draw a mix."""
        known = self.embeddings, self.labels
        return draw_mix(self.rows, *known, options, self.costs, self.scores, self.population)


def costs_of(rows: pd.DataFrame, options: MixOptions) -> Costs | None:
    """Count the tokens of each row, where the budget counts them."""
    if options.unit == "rows":
        return None
    return token_counts(rows, options.unit, options.tokenizer)


def scores_if_asked(rows: pd.DataFrame, options: MixOptions) -> Scores | None:
    """Read the score of each row, where a column is named."""
    return scores_of(rows, options.score_column) if options.score_column else None


def vectors_hash(rows: pd.DataFrame, vectors: NDArray[np.floating]) -> str:
    """Name the stored vectors (in half precision) whatever the order of the rows."""
    in_order = np.ascontiguousarray(vectors[content_order(rows)].astype(np.float16))
    return hashlib.sha256(in_order.tobytes()).hexdigest()
