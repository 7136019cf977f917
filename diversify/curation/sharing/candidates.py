"""The best rows of one shard, out of which a mix of all shards is drawn.

Each shard ranks its rows by the strategy of the mix, in every cell that the mix may rank (a source
with a say of its own, and inside it a cluster where the budget is shared out over clusters), as
far as the whole budget would take. The mix then ranks the candidates of all shards:

* random, and with a budget in rows cluster-balanced, pick the very rows that they pick from all
  rows at once: the lowest lots of the whole are among the lowest of their shard.
* k-center covers each cell within four times the least radius there is, where from all rows at
  once it is twice: every row is within two such radii of a candidate of its shard, and that within
  two of a pick (Malkomes et al. 2015, "Fast distributed k-center clustering with outliers on
  massive data").
* For the others no bound is claimed. Facility location is drawn as in Mirzasoleiman et al. (2013),
  "Distributed submodular maximization", over shards that are random parts of the pool, but without
  the last step that compares with the best shard alone.
"""

import numpy as np
import pandas as pd

from diversify.config.mix import MixOptions
from diversify.config.quota import EACH
from diversify.curation.lots import content_keys
from diversify.curation.mix import good_enough
from diversify.curation.near.rounding import Positions
from diversify.curation.order import content_order
from diversify.curation.ranking import Costs, Embeddings, Evidence, Labels, Scores, rank_to
from diversify.curation.sharing.parts import Part, parts_of
from diversify.curation.sharing.population import Population, count_population


def candidates(
    rows: pd.DataFrame,
    embeddings: Embeddings | None,
    labels: Labels | None,
    options: MixOptions,
    costs: Costs | None = None,
    scores: Scores | None = None,
) -> tuple[Positions, Population]:
    """Give the rows of a shard that a mix might take, ascending, and count all there are.

    The arguments are those of `draw_mix`. Takes what ranking the whole budget takes, for each
    cell; at most cells times the budget rows are given.

    Raises:
        ConfigError: the strategy lacks what it needs.
    """
    spent = np.ones(len(rows), dtype=np.int64) if costs is None else costs
    good = good_enough(rows, scores, options)
    by_content = content_order(rows)
    asked = {*options.rows_of, *options.source_min, *options.source_max, options.core} - {"", EACH}
    known = sorted(asked | set(rows["source"]))
    parts = parts_of(rows["source"], by_content[good[by_content]], options, known)
    keys = content_keys(rows["id"])
    ranked = [np.empty(0, dtype=np.intp)]
    for part in parts:
        own = options.alone(part.name) if options.rows_of else options
        target = options.rows_of.get(part.name, options.largest)
        evidence = Evidence(embeddings, labels, scores, own, keys)
        for cell, stream in _cells(part, evidence):
            ranked.append(rank_to(target, cell, spent, evidence, stream))
    return np.unique(np.concatenate(ranked)), count_population(rows["source"], labels, spent, good)


def _cells(part: Part, evidence: Evidence) -> list[tuple[Positions, list[int]]]:
    """Divide a part as the mix does, each cell with what seeds its draws."""
    if not len(part.rows):
        return []
    if not evidence.options.by_cluster:
        return [(part.rows, [part.stream])]
    clusters = evidence.clusters(part.rows)
    return [
        (part.rows[clusters == cluster], [part.stream, int(cluster) + 1])
        for cluster in np.unique(clusters)
    ]
