"""Options of `synth algebra`: rewriting expressions by equations, with every answer known."""

from typing import Literal

from pydantic import Field, model_validator

from diversify.config.base import Options

RULES = {4: 13, 6: 26, 8: 62, 9: 77, 10: 122, 12: 154, 14: 174, 16: 196, 18: 209, 20: 214, 24: 224}
"""Rules in the catalogue of at most a size; a test holds this to the catalogue."""
DERIVED_SIZE = 12
"""Below this size there are not enough rules to derive."""


class SynthAlgebraOptions(Options):
    """Algebra: rewrite the one instance of an equation's left side (arXiv 2410.04717, section 3).

    A generalist is trained on `rules`, a specialist on `rules` and, for a share of the examples,
    on `diversify_rules` others.
    """

    rules: int = Field(40, ge=1)
    """Number of distinct training rules; for a specialist, those of its speciality."""
    test_rules: int = Field(20, ge=1)
    """Number of rules that are held out of training, the same whatever the other options."""
    rule_size: int = Field(24, ge=4, le=24)
    """Operators, functions, variables and numbers on both sides of a rule, at most; short rules
    make short rows."""
    derived: int = Field(0, ge=0, le=20_000)
    """Number of rules that are derived from the textbook ones, by putting small expressions for
    their variables and both sides into an operation; a model from scratch needs more than there
    are in textbooks."""
    examples: int = Field(50_000, ge=1)
    """Number of training examples, shared evenly by the rules: the fixed budget."""
    diversify_rules: int = Field(0, ge=0)
    """Number of rules beside a specialist's own; 0 makes a generalist."""
    diversify_share: float = Field(0.0, ge=0.0, lt=1.0)
    """Share of a specialist's examples that the rules beside its own get, instead of its own."""
    depth: int = Field(3, ge=0, le=6)
    """Binary operators on the longest way down an expression, before the instance is put in."""
    pattern_depth: int = Field(2, ge=0, le=6)
    """Depth of what stands for each abstract variable."""
    diversify_pattern_depth: int = Field(-1, ge=-1, le=6)
    """Depth of what stands for the variables of `diversify_rules`; -1 takes pattern_depth."""
    test_pattern_depth: int = Field(3, ge=0, le=6)
    """The same in a specialist's test: deeper than it was trained on."""
    rename: bool = True
    """Whether each example calls the abstract variables by other letters, drawn at random."""
    letters: int = Field(8, ge=4, le=26)
    """Number of capital letters that abstract variables are called by."""
    variables: int = Field(4, ge=1, le=12)
    """Number of variables in expressions."""
    constants: int = Field(9, ge=1, le=9)
    """Largest number in expressions; the smallest is 1."""
    constant_share: float = Field(0.3, ge=0.0, le=1.0)
    """Share of the leaves that are numbers."""
    function_share: float = Field(0.2, ge=0.0, le=1.0)
    """Share of the leaves that are a function of a variable."""
    brackets: Literal["few", "all"] = "few"
    """Brackets only where reading needs them, or around every operation inside another."""
    tests: int = Field(2000, ge=1)
    """Number of test examples of each kind."""
    seed: int = Field(0, ge=0)
    """Seed of every draw; the same seed writes the same bytes."""

    @model_validator(mode="after")
    def _fits(self) -> "SynthAlgebraOptions":
        if self.derived and self.rule_size < DERIVED_SIZE:
            raise ValueError(
                f"rule_size {self.rule_size} leaves no room to derive rules: "
                f"raise it to {DERIVED_SIZE}, or set derived 0"
            )
        there_are = RULES[max(size for size in RULES if size <= self.rule_size)] + self.derived
        wanted = self.test_rules + self.rules + self.diversify_rules
        if wanted > there_are:
            raise ValueError(
                f"test_rules {self.test_rules}, rules {self.rules} and diversify_rules "
                f"{self.diversify_rules} are more than the {there_are} rules there are: "
                "lower one, or raise rule_size or derived"
            )
        if self.tests < self.test_rules:
            raise ValueError(
                f"tests {self.tests} is less than test_rules {self.test_rules}: "
                "each rule needs an example"
            )
        if self.constant_share + self.function_share > 1:
            raise ValueError("constant_share and function_share together are more than 1")
        return self

    @model_validator(mode="after")
    def _is_generalist_or_specialist(self) -> "SynthAlgebraOptions":
        if self.diversify_share > 0 and self.diversify_rules == 0:
            raise ValueError(
                f"diversify_share {self.diversify_share} has no rules to go to: "
                "raise diversify_rules"
            )
        if self.diversify_rules > 0 and self.test_pattern_depth <= self.pattern_depth:
            raise ValueError(
                f"test_pattern_depth {self.test_pattern_depth} is not deeper than pattern_depth "
                f"{self.pattern_depth}, on which a specialist is trained: raise it"
            )
        return self

    @model_validator(mode="after")
    def _rules_get_examples(self) -> "SynthAlgebraOptions":
        others = self.diversified()
        if self.examples - others < self.rules:
            raise ValueError(
                f"examples {self.examples} leave {self.examples - others} for rules {self.rules}: "
                "each rule needs an example"
            )
        if self.diversify_share > 0 and others < self.diversify_rules:
            raise ValueError(
                f"diversify_share {self.diversify_share} of examples {self.examples} is {others}, "
                f"less than diversify_rules {self.diversify_rules}: each rule needs an example"
            )
        return self

    def diversified(self) -> int:
        """Training examples that go to the rules beside a specialist's own."""
        return round(self.examples * self.diversify_share)
