"""The recipe of a mix: a named one or a file, and the flags that go before it."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from diversify.cli.configured import read_config
from diversify.config.base import Options
from diversify.config.mix import MixOptions
from diversify.config.recipe import Recipe
from diversify.config.recipe import in_force as laid_over
from diversify.config.settings import faults
from diversify.errors import ConfigError
from diversify.io.test_sets.benchmarks import named_benchmarks

FOLDER = files("diversify") / "recipes"


class GivenMix(MixOptions):
    """Options of a mix as flags give them; what goes together is checked with the recipe."""

    def _goes_together(self) -> "GivenMix":  # type: ignore[override]
        return self


def in_force(name: str, benchmarks: list[str], **given: Options) -> Recipe:
    """Put the recipe together that a mix is made by: the one that is named, under the flags.

    Raises:
        ConfigError: there is no such recipe, or it does not fit; a line for each fault.
    """
    below = read_recipe(name) if name else {}
    named = {name: str(place or "") for name, place in named_benchmarks(benchmarks).items()}
    if named:
        own = below.get("benchmarks")
        below = {**below, "benchmarks": (own if isinstance(own, dict) else {}) | named}
    try:
        return laid_over(below, **given)
    except ValidationError as error:
        raise ConfigError("\n".join(faults(error))) from error


def read_recipe(name: str) -> dict[str, object]:
    """Read a recipe of the package by its name, or a YAML file."""
    if name in recipe_names():
        known: dict[str, object] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
        return known
    if not Path(name).exists():
        raise ConfigError(
            f"there is no recipe '{name}': give one of {', '.join(recipe_names())}, or a YAML file"
        )
    return read_config([Path(name)])


def recipe_names() -> list[str]:
    """Name the recipes that come with the package."""
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in FOLDER.iterdir()
        if entry.name.endswith(".yaml")
    )
