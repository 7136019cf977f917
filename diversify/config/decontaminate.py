"""Options of `decontaminate`."""

from typing import Literal

from pydantic import Field, model_validator

from diversify.config.base import Options


class DecontaminateOptions(Options):
    """When a row gives a test item away."""

    ngram: int = Field(13, ge=2)
    """Words in a row that make a leak; test items with fewer words must agree as a whole."""
    shortest: int | None = Field(None, ge=2)
    """Words from which a test item with fewer than ngram leaks also where all its words stand in a
    row inside a longer text, such as 8; none: it never does."""
    answers: bool = False
    """Look for runs of the items' answers too, such as the solution of a programming task; common
    lines of code, such as the loops of a bubble sort, are then found as well."""
    turns: Literal["first", "all"] = "first"
    """Whether runs are looked for in a chat's first exchange or in all its turns."""
    similarity: float | None = Field(None, gt=0.0, le=1.0)
    """Cosine of its vector with an item's at or above which a row leaks, such as 0.9; none: no
    vectors are needed."""

    @model_validator(mode="after")
    def _short_is_shorter(self) -> "DecontaminateOptions":
        if self.shortest is not None and self.shortest >= self.ngram:
            raise ValueError(f"shortest must be below ngram ({self.ngram})")
        return self
