"""Options of `dedup`."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.base import Options, TextField

DedupMethod = Literal["exact", "minhash", "semantic"]
Scope = Literal["all", "within", "across", "core"]
Keep = Literal["content", "score", "longest", "shortest", "source"]

TOGETHER = {
    "core": ("scope", "core"),
    "score_column": ("keep", "score"),
    "source_order": ("keep", "source"),
}
"""What only one choice of another option looks at."""


class DedupOptions(Options):
    """When two rows are the same, and which of them stays."""

    field: TextField = "instruction+input"
    """What must agree, after unescaping, NFKC and whitespace folding."""
    method: DedupMethod = "exact"
    """exact drops rows that ask the very same; minhash also those that share most runs of words;
    semantic also those whose vectors point nearly the same way."""
    threshold: float = Field(0.8, gt=0.0, le=1.0)
    """minhash: Jaccard similarity of the shingles at or above which two rows are the same."""
    shingle: int = Field(3, ge=1)
    """minhash: words or signs in a shingle; in scripts without spaces each character is one."""
    permutations: int = Field(128, ge=1, le=4096)
    """minhash: hash functions; more of them find the same pairs with fewer wrong candidates."""
    recall: float = Field(0.995, gt=0.0, lt=1.0)
    """minhash: least chance that a pair right at the threshold is found; others have a better."""
    hash_seed: int = Field(0, ge=0)
    """minhash: seed of the hash functions."""
    similarity: float = Field(0.9, gt=0.0, le=1.0)
    """semantic: cosine of the vectors at or above which two rows are the same."""
    scope: Scope = "all"
    """all compares all rows; within only rows of one source; across only rows of different
    sources; core drops rows of other sources that repeat one of the core, and none of the core."""
    core: str = ""
    """Source that scope core protects."""
    keep: Keep = "content"
    """Which row of a group stays: the first by content hash, the one with the highest score, the
    longest or shortest response, or the first source in source_order; ties go by content hash."""
    score_column: str = ""
    """Column, or field that came with the rows, that holds the score for keep score."""
    source_order: list[str] = Field(default_factory=list)
    """Sources for keep source, the most wanted first, such as math,code; others come last."""

    @field_validator("source_order", mode="before")
    @classmethod
    def _split_at_commas(cls, given: object) -> object:
        """Read the names as a command line spells them: with commas between, in one word."""
        words = [given] if isinstance(given, str) else given
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            return given
        return [name.strip() for word in words for name in word.split(",") if name.strip()]

    @model_validator(mode="after")
    def _choices_have_what_they_need(self) -> "DedupOptions":
        for name, (option, choice) in TOGETHER.items():
            if bool(getattr(self, name)) != (getattr(self, option) == choice):
                raise ValueError(f"{option} {choice} and {name} go together: give both or neither")
        return self
