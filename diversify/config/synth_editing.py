"""Options of `synth editing`: a corpus in plain words, spoiled by known counts."""

from pydantic import Field, model_validator

from diversify.config.base import Options


class SynthEditingOptions(Options):
    """String editing in plain words: a core operation (replace) and nine others, in phrasings."""

    core_rules: int = Field(1000, ge=1)
    """Number of distinct rules (pattern and replacement) behind the core rows."""
    core_rows: int = Field(20_500, ge=1)
    """Distinct rows of the core operation, shared evenly by its rules."""
    other_rows: int = Field(2_300, ge=1)
    """Distinct rows of each other operation, a fresh rule per row."""
    alphabet: int = Field(26, ge=2, le=26)
    """Number of letters that strings are made of."""
    input_length: int = Field(8, ge=1)
    """Letters in an input string."""
    pattern_length: int = Field(3, ge=1)
    """Letters in a pattern and in what is put in its place."""
    tests: int = Field(1000, ge=1)
    """Test examples of each kind: unseen core rules, seen ones, unseen rules of the others."""
    duplicates: int = Field(500, ge=0)
    """Rows repeated on purpose, so that dedup has work; spread over the operations."""
    malformed: int = Field(50, ge=0)
    """Broken rows written on purpose, so that ingest has work; spread over the operations."""
    leaks: int = Field(100, ge=0)
    """Test rows copied into the corpus on purpose, so that decontaminate has work."""
    seed: int = Field(0, ge=0)
    """Seed of every draw; the same seed writes the same bytes."""

    @model_validator(mode="after")
    def _fits(self) -> "SynthEditingOptions":
        if self.pattern_length > self.input_length:
            raise ValueError(
                f"pattern_length {self.pattern_length} is longer than "
                f"input_length {self.input_length}"
            )
        if self.core_rows < self.core_rules:
            raise ValueError(
                f"core_rows {self.core_rows} is less than core_rules {self.core_rules}"
            )
        if self.leaks > self.tests:
            raise ValueError(f"leaks {self.leaks} is more than tests {self.tests}")
        if max(self.duplicates, self.malformed) > self.core_rows:
            raise ValueError(
                f"duplicates {self.duplicates} and malformed {self.malformed} must not exceed "
                f"core_rows {self.core_rows}"
            )
        needed = 2 * self.tests + max(self.core_rules, self.other_rows)
        if needed > self.alphabet**self.pattern_length:
            raise ValueError(
                f"tests, core_rules and other_rows need {needed} distinct patterns, more than "
                f"{self.alphabet}^{self.pattern_length}: raise pattern_length or alphabet"
            )
        return self
