"""What an experiment on arms asks of the rules: its harnesses, its test sets as words and files."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from diversify.config.curated import ArmsExperiment
from diversify.config.experiment import Experiment
from diversify.config.secrets import secret_in, without_secrets
from diversify.curation.reading.fields import one_line
from diversify.io.places.remote import is_address


def harnesses(experiment: Experiment) -> list[str]:
    """Name the stages that score the models of an experiment."""
    if not isinstance(experiment, ArmsExperiment):
        return ["evaluate"]
    return [harness for harness in experiment.harnesses if experiment.benchmarks_of(harness)]


def words(named: Mapping[str, str], flag: str = "") -> str:
    """Spell test sets as NAME=PATH, or NAME alone where it comes from the Hub."""
    spelled = (f"{name}={path}" if path else name for name, path in named.items())
    return " ".join(f"{flag} {shlex.quote(word)}".strip() for word in spelled)


def local_files(named: Mapping[str, str]) -> list[str]:
    """Give the files on this disk that test sets are read from."""
    return on_disk(path for path in named.values() if path)


def on_disk(places: Iterable[str]) -> list[str]:
    """Give those places that are files on this disk, and not elsewhere."""
    here = (one for one in places if not (is_address(one) or one.startswith("hf:")))
    return [str(Path(one).expanduser()) for one in here]


def missing_files(experiment: ArmsExperiment) -> Iterator[str]:
    """Say of which test set a file is not there."""
    for key in ("benchmarks", "examples"):
        for name, path in getattr(experiment, key).items():
            if any(not Path(file).exists() for file in local_files({name: path})):
                yield f"{key}.{name}: {path}: no such file"
            wrong = (*told_aloud(path), *wild(path))
            yield from (f"{key}.{name}: {fault}" for fault in wrong)


def wild(file: str) -> Iterator[str]:
    """Say of a file in whose name Snakemake would see a wildcard that it must be renamed."""
    if set(file) & set("{}"):
        yield f"{one_line(file, 200)}: Snakemake takes words in braces for wildcards; rename it"


def told_aloud(place: str) -> Iterator[str]:
    """Say what secret of an address Snakemake would print and keep with the rule's line."""
    secret = secret_in(place)
    if secret:
        yield (
            f"{without_secrets(place)}: {secret} in an address would stand in Snakemake's log; "
            "give it to the server by the environment or ~/.netrc"
        )
