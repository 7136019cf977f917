"""Datasets of the Hugging Face Hub by name, with the commit and the licence of their card."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diversify.errors import ConfigError, DataError
from diversify.io.formats.json_rows import RawRow
from diversify.io.places.remote import RemoteFile, not_reached

NAME = re.compile(
    r"hf:(?P<repo>[^:@#]+)(:(?P<config>[^@#]+))?(@(?P<revision>[^#]+))?(#(?P<split>.+))?"
)
USUAL = "train"
"""The split that is read when none is named."""
PATIENCE = 30
"""Seconds to wait for the Hub's answer."""


@dataclass(frozen=True, slots=True)
class HubDataset:
    """A dataset by name, or a folder of its files on this disk."""

    repo: str
    config: str | None = None
    revision: str | None = None
    split: str | None = None

    def __str__(self) -> str:
        """Write the dataset as users do: hf:owner/name:config@revision#split."""
        marks = ((":", self.config), ("@", self.revision), ("#", self.split))
        return f"hf:{self.repo}" + "".join(f"{mark}{part}" for mark, part in marks if part)

    @property
    def path(self) -> Path:
        """The name as a path, whose last part names the source."""
        return Path(self.repo)

    @property
    def is_local(self) -> bool:
        """Whether the name is that of a folder on this disk."""
        return self.repo.startswith((".", "/", "~"))


@dataclass(frozen=True, slots=True)
class Card:
    """What the Hub says of a dataset."""

    revision: str = ""
    """Commit hash of what is read."""
    licence: str = ""


def hub_dataset(text: str) -> HubDataset:
    """Read hf:owner/name:config@revision#split, all but the name as one likes.

    Raises:
        ConfigError: it is written otherwise.
    """
    found = NAME.fullmatch(text)
    if not found:
        raise ConfigError(f"{text}: expected hf:OWNER/NAME, perhaps :CONFIG, @REVISION or #SPLIT")
    return HubDataset(**found.groupdict())


def card_of(dataset: HubDataset) -> Card:
    """Look up a dataset's commit and licence.

    Raises:
        DataError: there is no such dataset, or the Hub cannot be reached.
    """
    if dataset.is_local:
        return card_of_folder(dataset.path.expanduser())
    return ask_hub(dataset.repo, dataset.revision, str(dataset))


def ask_hub(repo: str, revision: str | None, name: str) -> Card:
    """Ask the Hub for a dataset's commit and licence."""
    from huggingface_hub import HfApi

    try:
        found = HfApi().dataset_info(repo, revision=revision, timeout=PATIENCE)
    except Exception as error:
        not_reached(name, error)
    card: Any = found.card_data
    return Card(found.sha or "", licence_of(card.to_dict() if card else {}))


def card_of_folder(folder: Path) -> Card:
    """Read the licence out of the card in a folder; it is at no commit."""
    from huggingface_hub import DatasetCard

    if not folder.is_dir():
        raise DataError(f"hf:{folder}: no such folder")
    if not (folder / "README.md").is_file():
        return Card()
    try:
        card: Any = DatasetCard.load(folder / "README.md").data
    except Exception as error:
        not_reached(f"hf:{folder}", error)
    return Card(licence=licence_of(card.to_dict()))


def licence_of(card: dict[str, Any]) -> str:
    """Name the licence of a card: of one that is none of the usual ones, its own name."""
    stated = card.get("license") or ""
    if stated == "other":
        stated = card.get("license_name") or stated
    return ", ".join(map(str, stated)) if isinstance(stated, list) else str(stated)


def pinned(remote: RemoteFile) -> tuple[RemoteFile, Card]:
    """Give the address of a file on the Hub at its commit, and its card; other files as they are.

    Raises:
        DataError: the Hub cannot be reached.
    """
    if not remote.url.startswith("hf://datasets/"):
        return remote, Card()
    from huggingface_hub import HfFileSystem
    from huggingface_hub.hf_file_system import HfFileSystemResolvedRepositoryPath

    try:
        place = HfFileSystem().resolve_path(remote.url)
    except Exception as error:
        not_reached(str(remote), error)
    assert isinstance(place, HfFileSystemResolvedRepositoryPath)
    card = ask_hub(place.repo_id, place.revision, str(remote))
    url = f"hf://datasets/{place.repo_id}@{card.revision}/{place.path_in_repo}"
    return RemoteFile(url), card


def hub_rows(dataset: HubDataset, card: Card) -> Iterator[RawRow]:
    """Read a dataset's rows as they come in, numbered from 1; none of its code is run.

    Raises:
        DataError: it cannot be reached, or needs a config or a split to be named.
    """
    name = str(dataset)
    rows = iter(streamed(dataset, card))
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except Exception as error:
            not_reached(name, error)
        number += 1
        yield number, row


def streamed(dataset: HubDataset, card: Card) -> Any:
    """Open a dataset for reading as a stream."""
    import datasets

    datasets.disable_progress_bars()
    repo = str(dataset.path.expanduser()) if dataset.is_local else dataset.repo
    revision = None if dataset.is_local else card.revision or dataset.revision
    try:
        splits = datasets.load_dataset(repo, dataset.config, revision=revision, streaming=True)
    except Exception as error:
        not_reached(str(dataset), error)
    split = dataset.split or (USUAL if USUAL in splits or len(splits) > 1 else next(iter(splits)))
    if split not in splits:
        known = ", ".join(splits)
        raise DataError(f"{dataset}: no split {split!r} (there are {known}); name one behind #")
    # pictures and sounds stay bytes: only texts are wanted
    return splits[split].decode(False)
