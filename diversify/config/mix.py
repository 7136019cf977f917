"""Options of `mix`."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.base import Options
from diversify.config.pairs import Amounts, pairs, rows_by_source
from diversify.config.quota import Budgets, Quotas, amounts, quotas

Strategy = Literal[
    "random", "cluster-balanced", "k-center", "facility-location", "deita", "mig",
    "centroid", "mmr", "dpp",
]  # fmt: skip
Allocation = Literal["free", "proportional", "uniform", "square-root", "temperature", "capped"]
Unit = Literal["rows", "tokens", "trained-tokens"]

EXAMPLE = "code=15k,chat=5000"
"""What rows_of looks like."""
SAID_BY_ROWS_OF = ("core", "core_share", "source_min", "source_max")
"""Options that have nothing left to say where rows_of names the rows of each source."""


class MixOptions(Options):
    """Which rows, when only so many may be had."""

    budget: Budgets = (20_000,)
    """Rows in the mix, exactly (20000, 20k); several, such as 1000,5000,20000, write nested mixes:
    each is the head of the next."""
    unit: Unit = "rows"
    """What the budget counts: rows, their tokens, or the tokens of their answers, which are those
    that training learns from; tokens are met within one row."""
    tokenizer: str = ""
    """Name on the Hub or path of the tokenizer that counts tokens."""
    core: str = ""
    """Source that the model is a specialist of; empty: all sources are one pool."""
    core_share: float | None = Field(None, ge=0.0, le=1.0)
    """Share of the budget that the core gets; the rest comes from the other sources."""
    rows_of: Amounts = Field(default_factory=dict)
    """Rows of each source, exactly, such as code=15k,chat=5000; no other source gives any, and the
    budget is their sum. Each source is drawn from by itself, so that its rows do not hang on the
    others, and fewer of it are the head of more."""
    source_min: Quotas = Field(default_factory=dict)
    """Least of a source, such as math=500 or math=5%; `each` stands for all that are not named."""
    source_max: Quotas = Field(default_factory=dict)
    """Most of a source, such as chat=30%."""
    cluster_min: Quotas = Field(default_factory=dict)
    """Least of a cluster by its number, such as 7=50, or each=2."""
    cluster_max: Quotas = Field(default_factory=dict)
    """Most of a cluster, such as each=1%."""
    repetitions: int = Field(1, ge=1)
    """How often a row may be used; its copies come after all rows that were not used yet."""
    score_column: str = ""
    """Field that holds each row's quality score, a number."""
    score_floor: float | None = None
    """Rows with a lower score are left out."""
    allocation: Allocation = "free"
    """How a part of the mix is shared out over its clusters: free leaves it to the strategy;
    proportional keeps the pool's proportions; uniform gives each cluster the same; square-root
    gives by the root of its size; temperature by its size to the power 1/temperature; capped is
    proportional, but no cluster gets more than cap."""
    temperature: float = Field(2.0, gt=0)
    """1 is proportional, 2 the square root, a large number is nearly uniform."""
    cap: float = Field(0.02, gt=0, le=1)
    """Most of a part that one cluster gets when the allocation is capped."""
    strategy: Strategy = "cluster-balanced"
    """random draws evenly over rows; cluster-balanced draws evenly over clusters; k-center takes
    each time the row farthest from all that were taken; facility-location the row that raises
    most the similarity of all rows to their nearest pick; deita the best scored row that is not
    near one that was taken; mig the row that adds most information over the clusters, by score;
    centroid the rows nearest the middle of their cluster; mmr weighs score against similarity to
    what was taken; dpp favours rows that span the most volume, inside each cluster."""
    strategy_of: dict[str, Strategy] = Field(default_factory=dict)
    """Strategy of single sources of rows_of, such as chat=k-center; the others take `strategy`."""
    neighbours: int = Field(64, ge=1)
    """Nearest rows that may stand for a row in facility-location; ask for no fewer rows than one
    in so many."""
    probes: int = Field(32, ge=1)
    """Groups in which facility-location looks for a row's nearest, beyond 32,768 rows."""
    similarity: float = Field(0.9, gt=0, le=1)
    """Cosine at which deita takes two rows for near."""
    relevance: float = Field(0.5, ge=0, le=1)
    """Weight of the score in mmr; the rest is the weight of being unlike what was taken. Without
    scores only that counts."""
    power: float = Field(0.8, gt=0, lt=1)
    """How fast mig tires of a cluster: information grows with this power of what was taken."""
    kinship: float = Field(0.7, gt=0, le=1)
    """Cosine from which the centres of two clusters tell mig something of each other."""
    validation: int = Field(0, ge=0)
    """Rows set aside beside the mix, none of them a near-duplicate of a row in it."""
    validation_similarity: float = Field(0.9, gt=0, le=1)
    """Cosine at or above which a row is too near the mix to be set aside."""
    seed: int = Field(0, ge=0)
    """Seed of the draws and of the order of the file; strategies that leave nothing to chance,
    such as k-center, pick the same rows under any."""

    @field_validator("budget", mode="before")
    @classmethod
    def _amounts(cls, given: Any) -> Any:
        return amounts(given)

    @field_validator("source_min", "source_max", "cluster_min", "cluster_max", mode="before")
    @classmethod
    def _quotas(cls, given: Any) -> Any:
        return quotas(given)

    @field_validator("rows_of", mode="before")
    @classmethod
    def _rows_of(cls, given: Any) -> Any:
        return rows_by_source(given, EXAMPLE)

    @field_validator("strategy_of", mode="before")
    @classmethod
    def _strategy_of(cls, given: Any) -> Any:
        return pairs(given, "code=random,chat=k-center")

    @model_validator(mode="before")
    @classmethod
    def _the_budget_is_the_sum(cls, given: Any) -> Any:
        """Add up what rows_of asks for, where no budget stands beside it."""
        if not isinstance(given, dict) or not given.get("rows_of") or "budget" in given:
            return given
        try:
            total = sum(rows_by_source(given["rows_of"], EXAMPLE).values())
        except ValueError:
            return given  # its own check says what is wrong
        return {**given, "budget": total} if total else given

    @model_validator(mode="after")
    def _goes_together(self) -> "MixOptions":
        if bool(self.core) != (self.core_share is not None):
            raise ValueError("core and core_share go together: give both or neither")
        if self.unit != "rows" and not self.tokenizer:
            raise ValueError(f"unit {self.unit} needs a tokenizer to count by: give tokenizer")
        if self.score_floor is not None and not self.score_column:
            raise ValueError("score_floor needs score_column, which says where the score is")
        wrong = next(self._amount_faults(), None)
        if wrong:
            raise ValueError(wrong)
        return self

    def _amount_faults(self) -> Iterator[str]:
        """Say what does not fit rows_of and strategy_of."""
        if not self.rows_of:
            if self.strategy_of:
                yield "strategy_of is about the sources of rows_of: give both"
            return
        asked, others = ", ".join(self.rows_of), [n for n in SAID_BY_ROWS_OF if self._is_given(n)]
        if others:
            yield f"rows_of says what each source gives: leave out {', '.join(others)}"
        shared = [name for name in ("cluster_min", "cluster_max") if self._is_given(name)]
        shared += ["allocation capped"] * (self.allocation == "capped")
        if shared:
            yield (
                f"{' and '.join(shared)} would share each amount of rows_of out anew, and fewer "
                "rows of a source would be no head of more: leave it out"
            )
        if self.unit != "rows":
            yield f"rows_of counts rows: leave out unit {self.unit}"
        total = sum(self.rows_of.values())
        if not total:
            yield "rows_of asks for no row at all"
        if self.budget != (total,):
            given = ",".join(map(str, self.budget))
            yield f"budget {given} is not the sum of rows_of, {total}: leave it out"
        unknown = [name for name in self.strategy_of if name not in self.rows_of]
        if unknown:
            yield f"strategy_of: rows_of has no {', '.join(unknown)} (it has {asked})"

    def _is_given(self, name: str) -> bool:
        default = type(self).model_fields[name].get_default(call_default_factory=True)
        return bool(getattr(self, name) != default)

    @property
    def largest(self) -> int:
        """The largest budget, of which the smaller ones are heads."""
        return self.budget[-1]

    @property
    def by_cluster(self) -> bool:
        """Say whether the budget is shared out over clusters before rows are picked."""
        quotas = self.cluster_min or self.cluster_max
        return self.allocation != "free" or bool(quotas) or "dpp" in self.strategies

    @property
    def strategies(self) -> set[Strategy]:
        """The strategies by which rows are picked."""
        return {self.strategy_for(name) for name in self.rows_of} or {self.strategy}

    @property
    def needs_vectors(self) -> bool:
        """Say whether picking looks at vectors or clusters at all."""
        return self.strategies != {"random"} or self.by_cluster or bool(self.validation)

    def strategy_for(self, source: str) -> Strategy:
        """Give the strategy that ranks a source."""
        return self.strategy_of.get(source, self.strategy)

    def alone(self, source: str) -> "MixOptions":
        """Give the options by which a source of rows_of is ranked, which is by itself."""
        own: dict[str, Any] = {"rows_of": {}, "strategy_of": {}}
        return self.model_copy(update=own | {"strategy": self.strategy_for(source)})
