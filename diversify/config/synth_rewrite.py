"""Options of `synth rewrite`: string rewriting, with every rule known."""

import math
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.base import Options
from diversify.config.pattern_families import (
    FAMILIES,
    Family,
    Kind,
    divisors,
    how_many,
    kinds_of,
)

Times = Annotated[int, Field(ge=1)]

CHANCE_MATCHES = 2.0
"""Matches by chance in a random input above which exact numbers of them are too rare to draw."""


class SynthRewriteOptions(Options):
    """String rewriting: replace the leftmost `x` in an input by `y` (papers, section 4.1)."""

    instructions: int = Field(1000, ge=1)
    """Number of distinct training rules."""
    examples: int = Field(100_000, ge=1)
    """Number of training examples, shared by the rules as `shape` says: the fixed budget."""
    shape: Annotated[float, Field(gt=0)] | Literal["uniform"] = "uniform"
    """Examples per rule: uniform, or a power law of density a x^(a-1); small a, a long tail."""
    alphabet: int = Field(26, ge=2, le=26)
    """Number of letters that strings are made of."""
    input_length: int = Field(12, ge=1)
    """Letters in an input string."""
    pattern_length: int = Field(3, ge=1)
    """Letters in a rule's pattern and in its replacement."""
    occurrences: list[Times] = Field([1], min_length=1)
    """Times that an input which holds its pattern holds it; several: mixed evenly over rows."""
    test_occurrences: list[Times] = Field(default_factory=list)
    """The same for the test sets of unseen rules; none given: as in training."""
    noop_share: float = Field(0.0, ge=0.0, lt=1.0)
    """Share of examples whose input does not hold the pattern; above 0, half of each test set."""
    families: list[Family] = Field(default_factory=list)
    """Families that training patterns are drawn from, evenly; none given: free patterns."""
    k_min: int = Field(3, ge=1)
    """Least k of a training pattern: how often its letters or pieces repeat; divisors count."""
    k_max: int = Field(6, ge=1)
    """Greatest k of a training pattern."""
    test_k: list[Times] = Field([1, 2])
    """Each k of the unseen patterns, of all three families, where training has families."""
    key_length: int = Field(0, ge=0)
    """Letters of the key that a rule is enciphered with, and that stands before it; 0: in plain."""
    keys: int = Field(0, ge=0)
    """Keys that are dealt out among the rules in turn; 0: each rule has its own."""
    tests: int = Field(2000, ge=1)
    """Examples in each test set, each of a rule whose pattern is in no training rule."""
    seed: int = Field(0, ge=0)
    """Seed of every draw; the same seed writes the same bytes."""

    @property
    def tokens_per_row(self) -> int:
        """Tokens of a row under the symbols tokenizer, prompt, answer and their marks together."""
        strings = 2 * self.pattern_length + 2 * self.input_length
        key = self.key_length + 1 if self.key_length else 0  # its letters and a colon
        return strings + key + len(("<s>", "->", "line break", "<sep>", "</s>"))

    @property
    def tested_occurrences(self) -> list[int]:
        """Occurrences in the test sets of unseen rules."""
        return self.test_occurrences or self.occurrences

    @property
    def trained_kinds(self) -> tuple[Kind, ...]:
        """Families and ks of the training patterns; none where patterns are free."""
        ks = divisors(self.pattern_length, self.k_min, self.k_max)
        return kinds_of(self.families, ks)

    @property
    def tested_kinds(self) -> tuple[Kind, ...]:
        """Families and ks of the unseen patterns; none where patterns are free."""
        return kinds_of(FAMILIES, self.test_k) if self.families else ()

    @field_validator("shape", mode="before")
    @classmethod
    def _is_a_shape(cls, given: Any) -> Any:
        try:
            good = given == "uniform" or 0 < float(given) < math.inf
        except (TypeError, ValueError):
            good = False
        if not good:
            raise ValueError("give the word uniform, or a number above 0")
        return given

    @model_validator(mode="after")
    def _fits(self) -> "SynthRewriteOptions":
        self._check_lengths()
        self._check_occurrences()
        if self.families:
            self._check_ks()
            self._check_families()
        elif self.instructions + self.tests > self.alphabet**self.pattern_length:
            raise ValueError(
                f"instructions {self.instructions} and tests {self.tests} need more distinct "
                f"patterns than {self.alphabet}^{self.pattern_length}: "
                "raise pattern_length or alphabet"
            )
        return self

    def _check_lengths(self) -> None:
        if self.pattern_length > self.input_length:
            raise ValueError(
                f"pattern_length {self.pattern_length} is longer than "
                f"input_length {self.input_length}"
            )
        if self.shape == "uniform" and self.examples < self.instructions:
            raise ValueError(
                f"examples {self.examples} is less than instructions {self.instructions}: "
                "each rule needs an example"
            )
        if self.key_length > self.pattern_length:
            raise ValueError(
                f"key_length {self.key_length} is longer than pattern_length "
                f"{self.pattern_length}: the key's last letters would encipher nothing"
            )
        windows = self.input_length - self.pattern_length + 1
        chance = windows / self.alphabet**self.pattern_length
        if chance > CHANCE_MATCHES:
            raise ValueError(
                f"an input_length of {self.input_length} holds a pattern_length of "
                f"{self.pattern_length} {chance:.1f} times by mere chance: "
                "raise pattern_length or alphabet, or lower input_length"
            )

    def _check_occurrences(self) -> None:
        for name in ("occurrences", "test_occurrences"):
            given: list[int] = getattr(self, name)
            if len(set(given)) < len(given):
                raise ValueError(f"{name} {given} names a number twice")
            most = max(given, default=0)
            # a letter between two copies: AAA beside AAA would hold AAA four times
            needed = most * self.pattern_length + most - 1
            if needed > self.input_length:
                raise ValueError(
                    f"{name} {most} of pattern_length {self.pattern_length} take {needed} letters, "
                    f"one between each two, more than input_length {self.input_length}: "
                    f"lower {name} or raise input_length"
                )

    def _check_ks(self) -> None:
        if len(set(self.families)) < len(self.families):
            raise ValueError(f"families {self.families} names a family twice")
        if self.k_min > self.k_max:
            raise ValueError(f"k_min {self.k_min} is more than k_max {self.k_max}")
        if not divisors(self.pattern_length, self.k_min, self.k_max):
            raise ValueError(
                f"no number from k_min {self.k_min} to k_max {self.k_max} divides "
                f"pattern_length {self.pattern_length}: widen the range or change pattern_length"
            )
        if not self.test_k:
            raise ValueError("test_k names no k: families need at least one to be tested on")
        if len(set(self.test_k)) < len(self.test_k):
            raise ValueError(f"test_k {self.test_k} names a k twice")
        if max(self.test_k) >= self.k_min:
            raise ValueError(
                f"test_k {max(self.test_k)} is not lower than k_min {self.k_min}: "
                "unseen patterns repeat less often than those of training"
            )
        uneven = [k for k in self.test_k if self.pattern_length % k]
        if uneven:
            raise ValueError(
                f"test_k {uneven[0]} does not divide pattern_length {self.pattern_length}"
            )

    def _check_families(self) -> None:
        length, alphabet = self.pattern_length, self.alphabet
        trained = how_many(self.trained_kinds, length, alphabet)
        if self.instructions + self.tests > trained:
            raise ValueError(
                f"instructions {self.instructions} and tests {self.tests} (rules of training's own "
                f"families) need more distinct patterns than the {trained} that families and k "
                "allow: raise pattern_length or alphabet, or lower k_min"
            )
        # two test sets of patterns and replacements, none of which training may use
        if 4 * self.tests >= alphabet**length:
            raise ValueError(
                f"tests {self.tests} leave training none of the {alphabet**length} strings of "
                f"{length} letters to put in: raise pattern_length or alphabet, or lower tests"
            )
