"""What each arm was trained on and for how long, from the summaries of `mix` and `sft`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import mean

from diversify.evaluation.pairs.cells import arm_of
from diversify.report.documents import Experiment, Found
from diversify.report.tables import Table
from diversify.report.words import is_number, unique, value_in_words


@dataclass
class Arm:
    """Rows and length of an arm; lengths by seed."""

    name: str
    sources: dict[str, int] = field(default_factory=dict)
    """Rows of each source; empty where no mix tells."""
    rows: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    tokens: list[float] = field(default_factory=list)
    """Tokens that were trained on: those with a loss, where the summary tells them apart."""
    base: str = ""
    """The model it started from."""

    @property
    def total(self) -> int:
        """Rows of the mix."""
        return sum(self.sources.values())


LENGTHS = (
    ("rows", ("rows",)),
    ("steps", ("steps",)),
    ("tokens", ("tokens_trained", "trained_tokens", "tokens_seen")),
)
"""Field of an arm, and the names it has in a summary, the first that is there."""


def arms_of(experiment: Experiment, scored: Iterable[str]) -> list[Arm]:
    """Gather the arms of an experiment: those that were scored, and those that were mixed.

    In order of their budgets; of the same budget, the most of the main source first.
    """
    arms = {name: Arm(name) for name in scored}
    for found in experiment.of("mix"):
        arm = arms.setdefault(named(found), Arm(named(found)))
        arm.sources = arm.sources or picked(found)
    for found in experiment.of("sft"):
        if named(found) in arms:
            add_lengths(arms[named(found)], found)
    known = [one for name, one in arms.items() if name]
    sources = sources_of(known)
    main = sources[0] if sources else ""
    return sorted(known, key=lambda one: (one.total, -one.sources.get(main, 0), one.name))


def named(found: Found) -> str:
    """Name the arm of a document."""
    cell = found.content.get("cell")
    return arm_of(cell) if isinstance(cell, dict) else ""


def picked(found: Found) -> dict[str, int]:
    """Rows of each source that a mix took, those with none left out."""
    sources = found.content.get("sources")
    counts = {
        str(name): one.get("picked") if isinstance(one, dict) else None
        for name, one in (sources.items() if isinstance(sources, dict) else ())
    }
    return {name: count for name, count in counts.items() if isinstance(count, int) and count > 0}


def add_lengths(arm: Arm, found: Found) -> None:
    """Add rows, steps and tokens of a training run to its arm, and what it started from."""
    for name, keys in LENGTHS:
        value = next((found.content[key] for key in keys if key in found.content), None)
        if is_number(value):
            getattr(arm, name).append(value)
    options = found.content.get("options")
    if isinstance(options, dict):
        arm.base = arm.base or str(options.get("model") or "")


def sources_of(arms: Iterable[Arm]) -> list[str]:
    """Name all sources, the one that gave most rows over all arms first."""
    total: dict[str, int] = {}
    for arm in arms:
        for name, count in arm.sources.items():
            total[name] = total.get(name, 0) + count
    return sorted(total, key=lambda name: -total[name])


def arms_table(arms: list[Arm]) -> Table:
    """Tabulate rows of each source, and how long each arm was trained: means over its seeds."""
    sources = sources_of(arms)
    rows = [
        [
            one.name,
            *(f"{one.sources.get(name, 0):,}" if one.sources else "" for name in sources),
            *(average_in_words(found) for found in (one.rows, one.steps, one.tokens)),
            str(len(one.rows)) if one.rows else "",
        ]
        for one in arms
    ]
    heads = ["arm", *sources, "rows trained on", "steps", "trained tokens", "runs"]
    return Table(heads, rows)


def average_in_words(found: list[float]) -> str:
    """Write the mean of some counts, or nothing where there are none."""
    return value_in_words(round(mean(found))) if found else ""


def lengths_in_words(arms: list[Arm]) -> str:
    """Say whether all arms were trained alike long, and where not, how far apart they lie."""
    told = []
    for name, words in (("rows", "rows"), ("steps", "steps"), ("tokens", "trained tokens")):
        means = {one.name: mean(getattr(one, name)) for one in arms if getattr(one, name)}
        told.append(spread(words, means))
    return " ".join(one for one in told if one)


def spread(words: str, lengths: dict[str, float]) -> str:
    """Say from where to where one kind of length goes."""
    if len(lengths) < 2:
        return ""
    least, most = min(lengths, key=lambda arm: lengths[arm]), max(lengths, key=lambda a: lengths[a])
    low, high = lengths[least], lengths[most]
    if high - low < 0.005 * high:
        same = "The same" if low == high else "Nearly the same"
        return f"{same} number of {words} in all arms."
    times = f", {high / low:.2f} times as many" if low else ""
    return (
        f"{words.capitalize()}: from {value_in_words(round(low))} ({least}) to "
        f"{value_in_words(round(high))} ({most}){times}."
    )


def bases_of(arms: Iterable[Arm]) -> list[str]:
    """Name the models that arms started from."""
    return unique(one.base for one in arms if one.base)
