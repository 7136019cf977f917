"""Drop rows that ask the same thing as another row, and say which one and how alike they are.

Rows with the same question (see `same_key`) are always the same. Beyond that, `minhash` compares
the words of the questions (minhash.py) and `semantic` their vectors (alike.py); a question has the
vector of its most wanted row. survivors.py says which of the near rows stay.
"""

import numpy as np
import pandas as pd

from diversify.config.dedup import DedupOptions
from diversify.curation.duplicates.alike import SameQuestions, SimilarVectors
from diversify.curation.duplicates.minhash import SimilarTexts
from diversify.curation.duplicates.pairs import Near
from diversify.curation.duplicates.priority import (
    allowed_pairs,
    by_priority,
    check_named,
    check_sources,
)
from diversify.curation.duplicates.questions import (
    Embeddings,
    Items,
    items_of,
    question_texts,
    spread,
    stacked,
    vectors_at,
)
from diversify.curation.duplicates.shingles import shingles_of
from diversify.curation.duplicates.survivors import alone, choose_survivors, find_nearest
from diversify.curation.duplicates.twins import DedupResult as DedupResult
from diversify.curation.duplicates.twins import divided
from diversify.curation.near.rounding import rounded
from diversify.curation.order import PLACE, content_order
from diversify.errors import ConfigError

COMPARED = [*PLACE, "instruction", "input"]
"""Columns that a reference must have."""


def drop_duplicates(
    rows: pd.DataFrame, options: DedupOptions, *, embeddings: Embeddings | None = None
) -> DedupResult:
    """Keep one row of those that ask the same thing: the most wanted one, by `keep`.

    A row is dropped only if it is itself near one that stays, and of those it is dropped for the
    most wanted; no two rows that stay are near each other, as far as the scope compares them. The
    answer plays no part in what is the same. The order of the rows does not matter.

    Args:
        rows: row table.
        options: what is the same, and which row stays.
        embeddings: a vector of each row (n, d), for the method semantic.

    Raises:
        ConfigError: semantic without embeddings, or an option names a source that is not there.
        DataError: a row has no score, or there is not one vector per row.
    """
    check_named(rows["source"], options)
    return drop_among(rows, options, embeddings=embeddings)


def drop_among(
    rows: pd.DataFrame, options: DedupOptions, *, embeddings: Embeddings | None = None
) -> DedupResult:
    """Do the same among some rows of a table, which may lack sources that the options name."""
    order = content_order(rows)
    ordered = rows.iloc[order].reset_index(drop=True)
    priority = by_priority(ordered, options)
    wanted = ordered.iloc[priority].reset_index(drop=True)
    items = items_of(wanted, options, [wanted["source"]] if options.scope != "all" else [])
    allowed = allowed_pairs(wanted["source"].iloc[items.firsts], options)
    vectors = vectors_at(embeddings, rows, order[priority[items.asked_first]], options)
    near = _near(wanted, items, vectors, options)
    found = choose_survivors(near, len(items.firsts), allowed)
    fates = spread(items, found, together=options.scope in ("all", "within"))
    return divided(ordered, wanted, np.argsort(priority), fates, options.method)


def drop_known(
    rows: pd.DataFrame,
    reference: pd.DataFrame,
    options: DedupOptions,
    *,
    embeddings: Embeddings | None = None,
    reference_embeddings: Embeddings | None = None,
) -> DedupResult:
    """Drop the rows that ask what a row of the reference asks; the reference is never touched.

    The rows are compared with the reference alone, not with each other. The twin is the row of
    the reference with the same question, else the one most like it; ties go by content hash.
    Which rows the scope compares goes by the names of the sources on both sides.

    Raises:
        ConfigError: semantic without embeddings of both, a core that the reference lacks, or
            another `keep` than the default, for there is nothing to choose.
        DataError: there is not one vector per row, or the vectors are not of one model.
    """
    if options.keep != "content":
        raise ConfigError(f"keep {options.keep}: against other rows there is none to choose")
    if options.scope == "core":
        check_sources([options.core], reference["source"], "core")
    order, known = content_order(rows), content_order(reference)
    ordered = rows.iloc[order].reset_index(drop=True)
    both = pd.concat([reference.iloc[known][COMPARED], ordered[COMPARED]], ignore_index=True)
    ours = np.arange(len(both)) >= len(known)
    items = items_of(both, options, [ours, both["source"]])
    references = int(np.count_nonzero(items.firsts < len(known)))
    allowed = allowed_pairs(both["source"].iloc[items.firsts], options)
    nobody = alone(len(items.firsts))
    found = find_nearest(SameQuestions(items.question), nobody, references, allowed)
    if options.method != "exact":
        asked = items.asked_first  # questions of the reference come first
        theirs, own = asked[asked < len(known)], asked[asked >= len(known)] - len(known)
        vectors = stacked(
            vectors_at(reference_embeddings, reference, known[theirs], options),
            vectors_at(embeddings, rows, order[own], options),
        )
        found = find_nearest(_near(both, items, vectors, options), found, references, allowed)
    fates = spread(items, found, together=False)
    return divided(ordered, both, np.flatnonzero(ours), fates, options.method)


def _near(
    rows: pd.DataFrame, items: Items, vectors: Embeddings | None, options: DedupOptions
) -> Near:
    """Make what tells near items by the method asked for."""
    if options.method == "minhash":
        texts = question_texts(rows, items, options)
        return SimilarTexts(shingles_of(texts, options.shingle), items.question, options)
    if options.method == "semantic" and vectors is not None:
        return SimilarVectors(rounded(vectors), items.question, options.similarity)
    return SameQuestions(items.question)
