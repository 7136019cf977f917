"""Files inside an archive or a folder, read in memory: nothing is ever unpacked to disk."""

import tarfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from diversify.errors import DataError

TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
LARGEST = 64 * 2**20
"""Bytes of a member at most: a small archive may hold a file without end."""


def is_container(path: Path) -> bool:
    """Say whether a path is a folder or is named as an archive."""
    return path.is_dir() or path.name.lower().endswith(TAR_ENDINGS)


def members(path: Path, patterns: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Give name and content of each file whose path inside ends as a pattern says, by path.

    Patterns are those of `PurePath.match`, such as "test/*.csv". Names are only labels; links and
    devices are passed over.

    Raises:
        DataError: the archive is missing or broken, or a file in it is too large.
    """
    found = _in_folder(path, patterns) if path.is_dir() else _in_archive(path, patterns)
    yield from sorted(found)


def _in_folder(path: Path, patterns: Collection[str]) -> Iterator[tuple[str, bytes]]:
    for file in path.rglob("*"):
        inside = file.relative_to(path)
        if file.is_file() and any(map(inside.match, patterns)):
            if file.stat().st_size > LARGEST:
                raise DataError(f"{file}: larger than {LARGEST} bytes")
            yield inside.as_posix(), file.read_bytes()


def _in_archive(path: Path, patterns: Collection[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                wanted = any(map(PurePosixPath(member.name).match, patterns))
                if not (wanted and member.isfile()):
                    continue
                if member.size > LARGEST:
                    raise DataError(f"{path}: {member.name} is larger than {LARGEST} bytes")
                content = archive.extractfile(member)
                assert content is not None, "a regular file has content"
                yield member.name, content.read()
    except (tarfile.TarError, EOFError, zlib.error) as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise DataError(f"{path}: broken archive ({reason})") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or f'broken archive ({error})'}") from error
