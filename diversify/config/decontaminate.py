"""Options of `decontaminate`."""

from pydantic import Field

from diversify.config.base import Options


class DecontaminateOptions(Options):
    """When a row gives a test item away."""

    ngram: int = Field(13, ge=2)
    """Words in a row that make a leak; test items with fewer words must agree as a whole."""
