"""The editing corpus as files: what `synth editing` writes and a bare `mix` reads."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from diversify.config.synth_editing import SynthEditingOptions
from diversify.io.whole import whole
from diversify.synth.editing import OPERATIONS, make_editing_corpus
from diversify.synth.spoil import as_line, spoil

TEST_SETS = ("unseen", "seen", "other")


def corpus_file(folder: Path, operation: str) -> Path:
    """Where an operation's rows lie."""
    return folder / "corpus" / f"{operation}.jsonl"


def held_out_file(folder: Path, name: str) -> Path:
    """Where a test set lies."""
    return folder / "tests" / f"{name}.jsonl"


def write_editing_corpus(folder: Path, options: SynthEditingOptions) -> dict[str, Any]:
    """Make the corpus and write it; gives the counts of lines by source and of what was planted."""
    corpus = make_editing_corpus(options)
    spoiled = spoil(corpus, options)
    for name in OPERATIONS:
        _write_lines(corpus_file(folder, name), spoiled.lines[name])
    for name in TEST_SETS:
        _write_lines(held_out_file(folder, name), map(as_line, corpus.tests[name]))
    sources = {name: len(lines) for name, lines in spoiled.lines.items()}
    return {
        "rows_out": sum(sources.values()),
        "sources": sources,
        "planted": spoiled.planted,
        "tests": {name: len(rows) for name, rows in corpus.tests.items()},
    }


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with whole(path) as draft:
        draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
