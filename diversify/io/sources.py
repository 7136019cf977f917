"""Which file belongs to which source."""

from collections import Counter
from glob import glob
from pathlib import Path

from diversify.errors import ConfigError, DataError
from diversify.io.streams import stem


def named_sources(files: list[Path], sources: list[str]) -> list[tuple[str, Path]]:
    """Pair each file with the name of its source, in the order given.

    A plain file is a source named by its stem; `NAME=FILE` names it, may be repeated to give a
    source several files, and its FILE may be a pattern such as `data/*.jsonl.gz`.

    Raises:
        ConfigError: a source is not written as NAME=FILE, or a stem names two files.
        DataError: a pattern matches no file.
    """
    named = [pair for source in sources for pair in matches(source)]
    plain = [(stem(file), file) for file in files]
    taken = Counter(name for name, _ in plain) + Counter({name for name, _ in named})
    for name, file in plain:
        if taken[name] > 1:
            raise ConfigError(
                f"{file}: another file is named source {name!r} too; say --source NAME=FILE"
            )
    return plain + named


def matches(source: str) -> list[tuple[str, Path]]:
    """Expand one NAME=FILE into pairs, the files of a pattern in alphabetical order."""
    name, sign, pattern = source.partition("=")
    if not (name and sign and pattern):
        raise ConfigError(f"--source {source}: expected NAME=FILE")
    path = Path(pattern).expanduser()
    if path.exists():  # a name may hold brackets or stars of its own
        return [(name, path)]
    # glob passes over hidden files, such as our own drafts; Path.glob does not
    paths = glob(str(path), recursive=True)  # noqa: PTH207
    found = sorted(file for file in paths if Path(file).is_file())
    if not found:
        raise DataError(f"{pattern}: no such file (source {name!r})")
    return [(name, Path(file)) for file in found]
