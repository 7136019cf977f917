"""What a config file says to commands that are called without Snakemake."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from diversify.config.curated import DataExperiment
from diversify.config.settings import merged, settings_from
from diversify.errors import ConfigError
from diversify.io.corpus import corpus_file, write_editing_corpus
from diversify.io.places.sources import named_sources
from diversify.io.readers import Place
from diversify.io.vectors import cache_folder
from diversify.records import digest
from diversify.synth.editing import OPERATIONS


def configured_sources(config: Path) -> list[tuple[str, Place]]:
    """Give the sources of a config's first data experiment; synth makes its own.

    Raises:
        ConfigError: there is no such config, or it runs no data experiment.
    """
    if not config.exists():
        raise ConfigError(
            f"no FILE is given and there is no {config} here: name files, such as "
            "`diversify mix rows.jsonl --budget 1000`, or run this in a checkout"
        )
    settings = settings_from(read_config([config]))
    for name in settings.run:
        experiment = settings.experiments[name]
        if isinstance(experiment, DataExperiment):
            return _sources_of(experiment)
    raise ConfigError(f"{config}: runs no experiment of the data track: name FILEs")


def read_config(paths: Iterable[Path]) -> dict[str, object]:
    """Read config files, each laid over those before it."""
    whole: dict[str, object] = {}
    for path in paths:
        try:
            own = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
        if not isinstance(own, dict):
            raise ConfigError(f"{path}: expected keys and values")
        whole = merged(whole, own)
    return whole


def _sources_of(experiment: DataExperiment) -> list[tuple[str, Place]]:
    if experiment.sources:
        return named_sources(
            [], [f"{n}={f}" for n, files in experiment.sources.items() for f in files]
        )
    folder = cache_folder() / "synth" / digest(experiment.synth.model_dump_json())
    write_editing_corpus(folder, experiment.synth)
    return [(name, corpus_file(folder, name)) for name in OPERATIONS]
