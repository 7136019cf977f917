"""Share a budget out: over the parts of a mix, and over the clusters of each, within all quotas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from diversify.config.mix import MixOptions
from diversify.config.quota import EACH
from diversify.curation.sharing.apportion import Counts, Weights, allocation_weights, apportion
from diversify.curation.sharing.parts import Part, as_least, as_most, quota_of
from diversify.curation.sharing.population import Population, supply_of
from diversify.curation.sharing.quotas import Demand, Table, clash, fill
from diversify.errors import ConfigError, DataError


@dataclass(frozen=True)
class Shares:
    """How much of the budget each part takes, from each of its clusters."""

    parts: list[Part]
    clusters: list[int]
    """Clusters by number; one that is -1 where the parts are not shared out over clusters."""
    supply: Table
    """What there is, in the budget's unit, copies included."""
    targets: Table
    """What the mix takes: the budget in all."""
    pace: Weights
    """Weight by which the rows of a part's clusters are merged: that of the allocation, so that
    smaller mixes are shared out alike, or what is taken where quotas of clusters decide."""

    def turn_weights(self, options: MixOptions) -> list[int]:
        """Give the parts' shares as whole numbers: the very share where there is but the core's."""
        if options.core_share is not None and len(self.parts) == 2:
            share = exact(options.core_share)
            return [share.numerator, share.denominator - share.numerator]
        return [int(part) for part in self.targets.sum(axis=1)]


def share_out(parts: list[Part], population: Population, options: MixOptions) -> Shares:
    """Share the largest budget out over parts and clusters.

    Parts share it in proportion to what they have, by Webster's method within their quotas; each
    part is shared out over its clusters in the same way by the weights of the allocation. Where
    the quotas of sources and clusters leave no room for that, the nearest table that meets them
    all is taken.

    Raises:
        DataError: the budget, quotas and rows clash; the message says which, and by how much.
        ConfigError: a quota names a source or cluster that is not there.
    """
    if options.rows_of:
        return _as_asked(parts, population, options)
    clusters, supply = _supply(parts, population, options)
    demands = list(_demands(parts, clusters, options.largest, options))
    clashing, short = clash(supply, demands)
    if clashing:
        raise DataError(_diagnosis(clashing, short, parts, clusters, supply, options))
    of_parts = _over_parts(parts, supply.sum(axis=1), options)
    wanted = np.stack(
        [
            _over_clusters(int(seats), have, supply, clusters, options)
            for seats, have in zip(of_parts, supply, strict=True)
        ]
    )
    targets = fill(supply, wanted, demands)
    quotas = options.cluster_min or options.cluster_max or options.allocation == "capped"
    pace = targets.astype(np.float64) if quotas else allocation_weights(supply, options)
    return Shares(parts, clusters, supply, targets, pace)


def _as_asked(parts: list[Part], population: Population, options: MixOptions) -> Shares:
    """Give each part the rows that rows_of asks of it, over whatever clusters it has."""
    have = supply_of(population, parts, [-1], "good")[:, 0] * options.repetitions
    asked = np.array([options.rows_of[part.name] for part in parts], dtype=np.int64)
    short = [
        f"{part.name}: {wanted} rows are asked for, and there are {there}"
        for part, wanted, there in zip(parts, asked, have, strict=True)
        if wanted > there
    ]
    if short:
        more = "" if options.repetitions > 1 else " (or --repetitions)"
        raise DataError(f"{'; '.join(short)}: lower --rows-of or add rows{more}")
    targets = asked[:, None]  # (parts, 1)
    return Shares(parts, [-1], have[:, None], targets, targets.astype(np.float64))


def exact(share: float) -> Fraction:
    """Give a share as it was written: 0.145 is 145 thousandths, though the nearest float is not."""
    return Fraction(share).limit_denominator(1_000_000)


def core_seats(budget: int, share: float) -> int:
    """Give the core its share of a budget, half a row rounded up."""
    part = exact(share)
    return (2 * part.numerator * budget + part.denominator) // (2 * part.denominator)


def _supply(
    parts: list[Part], population: Population, options: MixOptions
) -> tuple[list[int], Table]:
    """Count what each part has in each cluster."""
    clusters = sorted(set(population["cluster"].tolist())) if options.by_cluster else [-1]
    supply = supply_of(population, parts, clusters, "cost")
    return clusters, supply * options.repetitions


def _demands(
    parts: list[Part], clusters: list[int], budget: int, options: MixOptions
) -> Iterator[Demand]:
    """List the budget and every quota, as the user wrote it."""
    yield Demand(f"budget {budget}", (0,), (budget,), (budget,))
    if options.core_share is not None:
        seats = core_seats(budget, options.core_share)
        words = f"core '{options.core}' at {options.core_share:g} ({seats} {options.unit})"
        yield Demand(words, (1,), (seats,), (seats,))
    numbers = {str(number): place for place, number in enumerate(clusters)}
    of_parts = {part.name: 1 + place for place, part in enumerate(parts)}
    of_clusters = {number: 1 + len(parts) + place for number, place in numbers.items()}
    for option, quotas, places in (
        ("source_min", options.source_min, of_parts),
        ("source_max", options.source_max, of_parts),
        ("cluster_min", options.cluster_min, of_clusters),
        ("cluster_max", options.cluster_max, of_clusters),
    ):
        for name, quota in quotas.items():
            if name != EACH and name not in places:
                raise ConfigError(f"{option}: there is no {name!r}: give one of {_some(places)}")
            unnamed = [one for one in places if one and one not in quotas]
            meant = unnamed if name == EACH else [name]
            least = as_least(quota, budget) if option.endswith("min") else 0
            most = as_most(quota, budget) if option.endswith("max") else budget
            sums = tuple(places[one] for one in meant)
            words = f"{option} {name}={quota}"
            yield Demand(words, sums, (least,) * len(sums), (most,) * len(sums))


def _some(places: dict[str, int]) -> str:
    names = [name for name in places if name]
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")


def _over_parts(parts: list[Part], supply: Counts, options: MixOptions) -> Counts:
    """Share the budget out over the parts, in proportion to what they have, within quotas."""
    budget = options.largest
    least = [as_least(quota_of(part.name, options.source_min), budget) for part in parts]
    most = [as_most(quota_of(part.name, options.source_max), budget) for part in parts]
    lower, upper = np.array(least), np.minimum(np.array(most), supply)
    if options.core_share is not None:
        lower[0] = upper[0] = core_seats(budget, options.core_share)
    return apportion(supply.astype(np.float64), budget, lower, upper)


def _over_clusters(
    seats: int, supply: Counts, whole: Table, clusters: list[int], options: MixOptions
) -> Counts:
    """Share what a part gets out over its clusters, by the allocation, within their quotas."""
    most = supply.copy()
    if options.allocation == "capped":
        most = np.minimum(most, max(1, int(np.ceil(round(options.cap * seats, 6)))))
        if most.sum() < seats:
            raise ConfigError(
                f"cap {options.cap:g} leaves {most.sum()} of {seats} {options.unit}: "
                f"raise --cap, or choose another allocation"
            )
    lower, upper = _own_quotas(supply, whole.sum(axis=0), most, clusters, options)
    if not lower.sum() <= seats <= upper.sum():
        lower, upper = np.zeros_like(most), most  # the quotas are met by `fill`
    return apportion(allocation_weights(supply, options), seats, lower, upper)


def _own_quotas(
    supply: Counts, whole: Counts, most: Counts, clusters: list[int], options: MixOptions
) -> tuple[Counts, Counts]:
    """Give the bounds of a part's clusters: of each quota it bears what it has of the cluster."""
    lower, upper = np.zeros_like(most), most.copy()
    for place, name in enumerate(map(str, clusters)):
        share = supply[place] / max(1, whole[place])
        if (quota := quota_of(name, options.cluster_max)) is not None:
            upper[place] = min(upper[place], int(as_most(quota, options.largest) * share))
        if (quota := quota_of(name, options.cluster_min)) is not None:
            least = int(as_least(quota, options.largest) * share)
            lower[place] = min(upper[place], least)
    return lower, upper


def _diagnosis(
    clashing: Sequence[Demand],
    short: int,
    parts: list[Part],
    clusters: list[int],
    supply: Table,
    options: MixOptions,
) -> str:
    """Say which demands cannot hold together, by how much, and what would do."""
    budget, unit = options.largest, options.unit
    names = [demand.words for demand in clashing]
    have = int(supply.sum())
    would_do = _largest_budget(parts, clusters, supply, options)
    lower = f"lower --budget to {would_do} or " if would_do else ""
    if len(clashing) == 1 and clashing[0].sums == (0,):
        more = "add sources" if options.repetitions > 1 else "add sources (or --repetitions)"
        return f"budget {budget} is more than the {have} {unit} there are: {lower}{more}"
    if len(clashing) == 1:
        return f"{names[0]} asks for {short} {unit} more than there are: {lower}ask for less"
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} cannot hold together, by {short} {unit}: {lower}change one of them"


def _largest_budget(
    parts: list[Part], clusters: list[int], supply: Table, options: MixOptions
) -> int:
    """Find the largest smaller budget that holds together with the same quotas; 0 if none does."""
    low, high = 0, min(options.largest, int(supply.sum()) + 1)
    while high - low > 1:
        middle = (low + high) // 2
        held = not clash(supply, list(_demands(parts, clusters, middle, options)))[0]
        low, high = (middle, high) if held else (low, middle)
    return low
