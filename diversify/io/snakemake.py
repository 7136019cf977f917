"""Calling Snakemake for a few files, one call at a time."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from diversify.errors import ConfigError, DataError
from diversify.io.whole import whole

PLACE = ("--cores", "--jobs", "--profile", "--workflow-profile", "--executor", "-c", "-j", "-e")
"""Words by which a user says where jobs run, and how many at once."""


@dataclass(frozen=True)
class Snakemake:
    """How Snakemake is called, whatever it is asked for."""

    snakefile: Path
    configs: tuple[Path, ...]
    """Config files, each laid over those before it."""
    cores: int
    """0: all, or as many as a profile says."""
    words: tuple[str, ...] = ()
    """Handed on as they are."""

    def make(self, files: Iterable[Path], overlay: Path, log: Path, held: int) -> None:
        """Make files, those left half-made by a kill too; what is there and current stays.

        What Snakemake and its jobs say is added to the log.

        Args:
            files: What is wanted.
            overlay: Config file laid over all others.
            log: Where the talk goes.
            held: Handle of a lock (see `alone`), which lives as long as Snakemake does.

        Raises:
            DataError: a job failed, or Snakemake did; the log says why.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as talk:
            code = _wait(self.call(files, overlay), talk.fileno(), held)
        if code:
            raise DataError(
                f"Snakemake ended with code {code}: {log} says why. What is finished stays: "
                "start again to go on"
            )

    def call(self, files: Iterable[Path], overlay: Path) -> list[str]:
        """Spell the call that makes files."""
        # no lock of Snakemake's own, which outlives a kill: `alone` holds one that does not
        return [
            *(sys.executable, "-m", "snakemake", *map(str, files)),
            *("--snakefile", str(self.snakefile)),
            *("--configfile", *map(str, self.configs), str(overlay)),
            *("--nolock", "--rerun-incomplete", *self._place(), *self.words),
        ]

    def _place(self) -> Sequence[str]:
        if self.cores:
            return ["--cores", str(self.cores)]
        told = any(word.partition("=")[0] in PLACE or word[:2] in PLACE for word in self.words)
        return [] if told or os.environ.get("SNAKEMAKE_PROFILE") else ["--cores", "all"]


@contextmanager
def alone(folder: Path) -> Iterator[int]:
    """Hold a folder, so that no other process that asks for it works there.

    The lock ends with the last process that has the handle, however it ends; files stay.

    Raises:
        ConfigError: another process holds it, or a Snakemake that one left behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                f"{folder}: another search is at work here, or the Snakemake of one that was "
                "killed is still running: wait for it or end it"
            ) from None
        yield stream.fileno()


def write_overlay(path: Path, overlay: Mapping[str, object]) -> None:
    """Write a config overlay as YAML; the file appears only when it is whole."""
    with whole(path) as draft:
        text = yaml.safe_dump(dict(overlay), sort_keys=False, default_flow_style=None, width=100)
        draft.write_text(text, encoding="utf-8")


def _wait(call: Sequence[str], talk: int, held: int) -> int:
    """Run a program to its end; when we are interrupted it may end its own jobs first."""
    folder = str(Path(sys.executable).parent)  # rules call `python`, which should be this one
    path = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
    with subprocess.Popen(
        call,
        stdin=subprocess.DEVNULL,
        stdout=talk,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PATH": path},
        pass_fds=[held],
    ) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
