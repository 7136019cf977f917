"""A recipe: everything that decides what a mix made from files is, in one document."""

from typing import Any

from pydantic import Field

from diversify.config.base import Options
from diversify.config.cluster import ClusterSearch
from diversify.config.decontaminate import DecontaminateOptions
from diversify.config.dedup import DedupOptions
from diversify.config.embed import EmbedOptions
from diversify.config.ingest import IngestOptions
from diversify.config.mix import MixOptions

STAGES = ("ingest", "dedup", "decontaminate", "embed", "cluster", "mix")


class Recipe(Options):
    """From files to a mix, stage by stage."""

    description: str = ""
    """What the recipe is for, and where it comes from."""
    benchmarks: dict[str, str] = Field(default_factory=dict)
    """Test sets kept out of the mix: a benchmark's name, and its file (empty: from the Hub)."""
    ingest: IngestOptions = IngestOptions()
    """The reading."""
    dedup: DedupOptions = DedupOptions()
    """The duplicates."""
    decontaminate: DecontaminateOptions = DecontaminateOptions()
    """The leaks, where benchmarks are named."""
    embed: EmbedOptions = EmbedOptions()
    """The vectors."""
    cluster: ClusterSearch = ClusterSearch()
    """The groups."""
    mix: MixOptions = MixOptions()
    """The selection."""


def in_force(recipe: dict[str, Any], **given: Options) -> Recipe:
    """Lay options that were given one by one over a recipe, stage by stage.

    Only those count that were really given: a default of theirs never hides what the recipe says.

    Raises:
        pydantic.ValidationError: what comes out does not fit, or the recipe is none.
    """
    stages = {
        stage: _laid_over(recipe.get(stage) or {}, options) for stage, options in given.items()
    }
    return Recipe.model_validate({**recipe, **stages})


def _laid_over(below: Any, above: Options) -> Any:
    return (
        {**below, **above.model_dump(include=above.model_fields_set)}
        if isinstance(below, dict)
        else below
    )
