"""Files at an address: s3://, hf://, https:// and whatever else fsspec opens."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from diversify.config.secrets import WEB, said_without_secrets, without_secrets
from diversify.curation.reading.fields import one_line
from diversify.errors import DataError
from diversify.io.formats.streams import InputFile

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
OURS = {"s3": "pip install 'diversify-sft[s3]'"}
"""Protocol -> what to install for it; fsspec itself says so for the others."""
PIECE = 1 << 20
SILENCE = 60
"""Seconds without a byte after which a web server is given up; a whole file may take any time."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at an address."""

    url: str

    def __str__(self) -> str:
        """Give the address without passwords and signatures, as it stands in tables."""
        return without_secrets(self.url)

    @property
    def path(self) -> Path:
        """The path within the address, whose last part names the file."""
        return Path(unquote(urlsplit(str(self)).path) or urlsplit(str(self)).netloc)


def is_address(text: str) -> bool:
    """Say whether a text is an address and no path."""
    return ADDRESS.match(text) is not None


def files_at(url: str) -> list[Path | RemoteFile]:
    """Give the file at an address, or the files of a pattern in alphabetical order.

    Raises:
        DataError: there is none, or it cannot be reached.
    """
    protocol = url.partition("://")[0].lower()
    if protocol in ("file", "local"):
        return [Path(url2pathname(urlsplit(url).netloc + urlsplit(url).path))]
    if protocol in WEB or not re.search(r"[*?\[]", url):
        return [RemoteFile(url)]
    try:
        system, path = file_system(url)
        found = [system.unstrip_protocol(name) for name in sorted(system.glob(path))]
        files = [one for one in found if not system.isdir(one)]
    except Exception as error:
        not_reached(url, error)
    if not files:
        raise DataError(f"{without_secrets(url)}: no such file")
    return [RemoteFile(one) for one in files]


@contextmanager
def fetched(remote: RemoteFile, name: str) -> Iterator[InputFile]:
    """Copy a file to this disk, for as long as the block lasts; it stays known by its name.

    Raises:
        DataError: it cannot be reached.
    """
    with tempfile.TemporaryDirectory(prefix="diversify-") as folder:
        # the name may be anything; only its endings mean something
        copy = Path(folder) / ("rows" + "".join(remote.path.suffixes[-2:])[:20])
        try:
            copy_to(copy, remote.url)
        except DataError:
            raise
        except Exception as error:
            not_reached(name, error)
        yield InputFile(copy, name)


def copy_to(copy: Path, url: str) -> None:
    """Copy the file at an address, piece by piece."""
    system, path = file_system(url)
    if not url.lower().startswith(WEB) and system.isdir(path):
        shown = without_secrets(url)
        raise DataError(f"{shown}: is a folder; name its files, such as '{shown.rstrip('/')}/*'")
    with system.open(path, "rb") as stream, copy.open("wb") as target:
        shutil.copyfileobj(stream, target, PIECE)


def file_system(url: str) -> tuple[Any, str]:
    """Open the file system of an address, and give the path in it."""
    from fsspec.core import url_to_fs

    more = {}
    if url.lower().startswith(WEB):
        from aiohttp import ClientTimeout

        patient = ClientTimeout(total=None, sock_connect=SILENCE, sock_read=SILENCE)
        more = {"client_kwargs": {"timeout": patient}}
    system, path = url_to_fs(url, **more)
    return system, path


def not_reached(name: str, error: Exception, advice: str = "") -> NoReturn:
    """Say in one line why an address cannot be read, and what else may be done.

    Each file system has faults of its own that share no class, so whatever one raises ends here.
    """
    name = str(RemoteFile(name)) if is_address(name) else name
    if isinstance(error, DataError):
        raise error
    protocol = name.partition("://")[0].lower()
    if isinstance(error, ImportError):
        package = OURS.get(protocol, one_line(str(error), 200))
        raise DataError(f"{name}: {protocol}:// needs another package: {package}") from error
    if isinstance(error, FileNotFoundError):
        raise DataError(f"{name}: no such file, or its server cannot be reached{advice}") from error
    words = one_line(said_without_secrets(str(error).strip()) or type(error).__name__, 200)
    raise DataError(f"{name}: cannot be reached or read ({words}){advice}") from error
