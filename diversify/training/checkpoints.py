"""Checkpoints on disk: whose they are, whether they are whole, and which may go.

A run keeps its checkpoints in a folder of its own, named by a hash of all that decides its
weights, so that no run ever goes on from another's. A checkpoint counts only with its seal, which
is written last and holds the hash of each of its files.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError, DataError
from diversify.io.documents import (
    Document,
    file_hash,
    read_document,
    seal_holds,
    versions,
    write_document,
)
from diversify.training.encoded import EncodedRows

SEAL = "seal.json"
IDENTITY = "run.json"
PACKAGES = ("torch", "transformers", "trl", "accelerate", "peft")
NO_MATTER = {"model", "device", "precision", "save_steps", "save_total_limit", "report_to"}
"""Options that change no weight, or by what they name alone: a run may go on under others."""


@dataclass(frozen=True)
class Run:
    """The folder where one run keeps its checkpoints."""

    folder: Path
    fingerprint: str
    others: list[str]
    """A line for each other run whose checkpoints lie beside: what differs."""


def identity(model: Any, rows: EncodedRows, options: SftOptions, **more: Any) -> Document:
    """Say what decides a run's weights: those it starts from, rows, options, versions, `more`.

    Takes a pass over all weights: about a second for each 1.5 GB.
    """
    arrays = [value for value in vars(rows).values() if value is not None]
    values = options.model_dump(mode="json", exclude=NO_MATTER)
    return {
        "weights": _hash(weight.detach().cpu() for weight in _in_order(model)),
        "rows": _hash(arrays),
        **{f"options.{name}": value for name, value in values.items()},
        **{f"versions.{name}": version for name, version in versions(*PACKAGES).items()},
        **more,
    }


def folder_of(checkpoints: Path, identity: Document) -> Run:
    """Name the folder of the run that this is, and say of which runs the others are."""
    fingerprint = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    folder = checkpoints / f"run-{fingerprint[:16]}"
    others = [
        _difference(other, identity)
        for other in sorted(checkpoints.glob("run-*"))
        if other.is_dir() and other != folder
    ]
    return Run(folder, fingerprint, others)


def open_folder(run: Run, identity: Document) -> None:
    """Make a run's folder, with a note of whose it is."""
    run.folder.mkdir(parents=True, exist_ok=True)
    write_document(run.folder / IDENTITY, identity)


def hold(run: Run) -> TextIO:
    """Hold a run's folder until the file that this gives is closed, or this process ends.

    Raises:
        ConfigError: another process trains there.
    """
    held = (run.folder / ".lock").open("w", encoding="utf-8")
    try:
        fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        held.close()
        raise ConfigError(
            f"{run.folder}: another process is training here: wait for it, or name other "
            "--checkpoints"
        ) from None
    except OSError:  # a file system without such locks
        pass
    return held


def newest_whole(run: Run) -> tuple[Path | None, list[str]]:
    """Give a run's last whole checkpoint, and a line for each one that is not.

    Those that are not whole are removed: a later step writes there again.
    """
    said: list[str] = []
    for checkpoint in reversed(_by_step(run.folder)):
        fault = fault_of(checkpoint, run.fingerprint)
        if fault is None:
            return checkpoint, said
        said.append(f"{checkpoint}: {fault}: not used")
        shutil.rmtree(checkpoint)
    return None, said


def seal(checkpoint: Path, fingerprint: str) -> None:
    """Declare a checkpoint whole."""
    files = {
        path.relative_to(checkpoint).as_posix(): file_hash(path) for path in _files(checkpoint)
    }
    write_document(checkpoint / SEAL, {"fingerprint": fingerprint, "files": files})


def fault_of(checkpoint: Path, fingerprint: str) -> str | None:
    """Say why a checkpoint cannot be used; None: it can."""
    if not (checkpoint / SEAL).is_file():
        return "it was never finished"
    if not seal_holds(checkpoint / SEAL):
        return f"its {SEAL} is damaged"
    document = read_document(checkpoint / SEAL)
    if document["fingerprint"] != fingerprint:
        return "it is of another run"
    names = {path.relative_to(checkpoint).as_posix() for path in _files(checkpoint)}
    for name, noted in sorted(document["files"].items()):
        if name not in names:
            return f"{name} is missing"
        if file_hash(checkpoint / name) != noted:
            return f"{name} is not what was written"
    return None


def prune(folder: Path, keep: int) -> None:
    """Remove all but a run's last checkpoints."""
    for checkpoint in _by_step(folder)[:-keep]:
        shutil.rmtree(checkpoint)


def clear(run: Run) -> None:
    """Remove a run's folder, and the one it lies in if nothing else is there."""
    shutil.rmtree(run.folder, ignore_errors=True)
    above = run.folder.parent
    if above.is_dir() and not any(above.iterdir()):
        above.rmdir()


def _in_order(model: Any) -> list[Any]:
    return [weight for _, weight in sorted(model.state_dict().items())]


def _hash(arrays: Iterable[Any]) -> str:
    """Hash tensors and arrays, their shapes and their kinds."""
    import torch

    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {tuple(array.shape)};".encode())
        if torch.is_tensor(array):
            array = array.contiguous().reshape(-1).view(torch.uint8).numpy()
        digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _difference(other: Path, mine: Document) -> str:
    """Say that a folder is of another run, and by what."""
    try:
        theirs = read_document(other / IDENTITY)
    except DataError:
        return f"{other}: checkpoints of an unknown run: not used"
    names = [name for name in (*mine, *theirs) if mine.get(name) != theirs.get(name)]
    shown = ", ".join(list(dict.fromkeys(names))[:5]) or "nothing that is noted"
    return f"{other}: checkpoints of another run ({shown} differ): not used"


def _by_step(folder: Path) -> list[Path]:
    """List a folder's checkpoints, the earliest first."""
    found = [path for path in folder.glob("checkpoint-*") if path.name[11:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[11:]))


def _files(checkpoint: Path) -> list[Path]:
    return [path for path in checkpoint.rglob("*") if path.is_file() and path.name != SEAL]
