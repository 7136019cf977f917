"""Options of `synth rewrite`: string rewriting, with every rule known."""

from pydantic import Field, model_validator

from diversify.config.base import Options


class SynthRewriteOptions(Options):
    """String rewriting: replace the leftmost `x` in an input by `y` (papers, section 4.1)."""

    instructions: int = Field(1000, ge=1)
    """Number of distinct training rules."""
    examples: int = Field(100_000, ge=1)
    """Number of training examples, shared evenly by the rules: the fixed budget."""
    alphabet: int = Field(26, ge=2, le=26)
    """Number of letters that strings are made of."""
    input_length: int = Field(12, ge=1)
    """Letters in an input string."""
    pattern_length: int = Field(3, ge=1)
    """Letters in a rule's pattern and in its replacement."""
    noop_share: float = Field(0.0, ge=0.0, lt=1.0)
    """Share of examples whose input does not hold the pattern, so that the answer is a copy."""
    tests: int = Field(2000, ge=1)
    """Number of test examples, each of a rule whose pattern is in no training rule."""
    seed: int = Field(0, ge=0)
    """Seed of every draw; the same seed writes the same bytes."""

    @model_validator(mode="after")
    def _fits(self) -> "SynthRewriteOptions":
        if self.pattern_length > self.input_length:
            raise ValueError(
                f"pattern_length {self.pattern_length} is longer than "
                f"input_length {self.input_length}"
            )
        if self.examples < self.instructions:
            raise ValueError(
                f"examples {self.examples} is less than instructions {self.instructions}: "
                "each rule needs an example"
            )
        if self.instructions + self.tests > self.alphabet**self.pattern_length:
            raise ValueError(
                f"instructions {self.instructions} and tests {self.tests} need more distinct "
                f"patterns than {self.alphabet}^{self.pattern_length}: "
                "raise pattern_length or alphabet"
            )
        return self
