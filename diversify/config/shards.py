"""Shards: how the rows of an experiment are divided over jobs."""

import re
from typing import NamedTuple

from diversify.errors import ConfigError

MOST = 512
"""Shards at most: a file is kept open for each while rows are laid out for them."""
PATTERN = re.compile(r"(\d+)-of-(\d+)")


class Shard(NamedTuple):
    """One of so many shards, counted from 0."""

    number: int
    of: int

    def __str__(self) -> str:
        """Spell it as folders do: 003-of-016, so that names sort as numbers do."""
        return f"{self.number:03d}-of-{self.of:03d}"


def shard_named(name: str) -> Shard:
    """Read a shard's name.

    Raises:
        ConfigError: it is none.
    """
    found = PATTERN.fullmatch(name)
    if not found or not int(found[1]) < int(found[2]) <= MOST:
        raise ConfigError(f"{name!r} is no shard: give one such as 003-of-016, counted from 000")
    return Shard(int(found[1]), int(found[2]))


def shards(of: int) -> list[Shard]:
    """List all shards."""
    return [Shard(number, of) for number in range(of)]


def check_count(of: int) -> None:
    """Make sure that there can be so many shards.

    Raises:
        ConfigError: there cannot.
    """
    if not 1 <= of <= MOST:
        raise ConfigError(f"shards {of}: give a number from 1 to {MOST}")
