"""Which file belongs to which source."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from diversify.config.secrets import without_secrets
from diversify.curation.ingest import encodable
from diversify.errors import ConfigError, DataError
from diversify.io.formats.streams import stem
from diversify.io.places.hub import hub_dataset
from diversify.io.places.remote import files_at, is_address
from diversify.io.readers import Place


def named_sources(files: Sequence[Path | str], sources: list[str]) -> list[tuple[str, Place]]:
    """Pair each file with the name of its source, in the order given.

    A plain file is a source named by its stem; `NAME=FILE` names it and may be repeated to give a
    source several files. FILE may be a pattern such as `data/*.jsonl.gz`, an address such as
    `s3://bucket/rows.jsonl`, or a dataset of the Hub as `hf:owner/name:config@revision#split`.

    Raises:
        ConfigError: a source is not written as NAME=FILE or is not behind `--source`, or a stem
            names two files.
        DataError: a pattern matches no file, or an address cannot be reached.
    """
    named = [pair for source in sources for pair in matches(source)]
    found = [place for file in files for place in places(_unnamed(str(file)))]
    plain = [(encodable(stem(place_path(place))), place) for place in found]
    taken = Counter(name for name, _ in plain) + Counter({name for name, _ in named})
    for name, place in plain:
        if taken[name] > 1:
            raise ConfigError(
                f"{place}: another file is named source {name!r} too; say --source NAME=FILE"
            )
    return plain + named


def _unnamed(file: str) -> str:
    """Give a plain FILE back.

    Raises:
        ConfigError: it is no file but a NAME=FILE, which stands behind `--source`.
    """
    name, sign, _ = file.partition("=")
    path = at_home(Path(file))
    if sign and "/" not in name and not (is_address(file) or is_there(path) or files_like(path)):
        raise ConfigError(f"{file}: no such file; if {name!r} is to be its source: --source {file}")
    return file


def matches(source: str) -> list[tuple[str, Place]]:
    """Expand one NAME=FILE into pairs, the files of a pattern in alphabetical order."""
    name, sign, pattern = source.partition("=")
    if not (name and sign and pattern) or is_address(name):
        raise ConfigError(f"--source {without_secrets(source)}: expected NAME=FILE")
    try:
        return [(encodable(name), place) for place in places(pattern)]
    except DataError as error:
        raise DataError(f"{error} (source {name!r})") from error


def places(pattern: str) -> list[Place]:
    """Give what a FILE stands for: a file as it is, or the files that a pattern matches."""
    path = at_home(Path(pattern))
    if is_there(path):  # a name may hold brackets or stars of its own
        return [path]
    if is_address(pattern):
        return [*files_at(pattern)]
    if pattern.startswith("hf:"):
        return [hub_dataset(pattern)]
    if not any(mark in pattern for mark in "*?["):
        return [path]
    found = files_like(path)
    if not found:
        raise DataError(f"{pattern}: no such file")
    return [*found]


def at_home(path: Path) -> Path:
    """Put a home for `~`; a user who has none leaves the path as it is."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def is_there(path: Path) -> bool:
    """Say whether there is something at a path; where that cannot be known, reading will tell."""
    try:
        return path.exists()
    except OSError:
        return True


def files_like(pattern: Path) -> list[Path]:
    """Give the files that a pattern matches; links to folders are not followed by `**`."""
    anchor = Path(pattern.anchor) if pattern.is_absolute() else Path()
    shape = pattern.relative_to(anchor)
    try:
        found = sorted(anchor.glob(str(shape)))
    except (ValueError, OSError) as error:
        raise ConfigError(f"{pattern}: not a pattern ({error})") from error
    return [file for file in found if not (file.is_dir() or is_hidden(file, shape))]


def is_hidden(file: Path, shape: Path) -> bool:
    """Say whether a file has a hidden name, such as our own drafts have, that was not asked for."""
    return any(part.startswith(".") for part in set(file.parts) - set(shape.parts) - {"..", "."})


def place_path(place: Place) -> Path:
    """Give the path whose last part names a place."""
    return place if isinstance(place, Path) else place.path


def local_files(places: Iterable[Place]) -> list[Path]:
    """Give those places that are files on this disk."""
    return [place for place in places if isinstance(place, Path)]
