"""Embedding rate: `embed` against plain sentence-transformers, the same model and texts.

    python benchmarks/bench_embed.py [FILE ...]

Without files, texts of the editing corpus. The vectors must agree (bf16, where
the processor has it, against fp32: cosine at least 0.995).
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from timing import keep, line, repeated

from diversify.config.embed import EmbedOptions
from diversify.config.ingest import IngestOptions
from diversify.config.synth import SynthEditingOptions
from diversify.hardware import usable_threads
from diversify.io.corpus import corpus_file, write_editing_corpus
from diversify.io.embed import embed_rows, texts_of
from diversify.io.ingest import ingest_files
from diversify.io.minilm import minilm_path
from diversify.io.sources import named_sources
from diversify.io.tables import read_rows
from diversify.synth.editing import OPERATIONS

TEXTS = 4000


def main(files: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = read(files, Path(folder)).drop_duplicates("instruction")
    rows = rows.sample(min(TEXTS, len(rows)), random_state=0)
    options = EmbedOptions(field="instruction")
    ours, our_seconds = repeated(lambda: without_cache(rows, options))
    plain, plain_seconds = repeated(lambda: plainly(texts_of(rows, options)))
    cosine = float((ours.astype(np.float32) * plain).sum(1).min())
    assert cosine > 0.995, cosine
    lines = [
        line(tool, seconds, texts=len(rows), texts_a_second=round(len(rows) / sorted(seconds)[1]))
        for tool, seconds in (
            ("diversify embed", our_seconds),
            ("encode as it comes", plain_seconds),
        )
    ]
    source = [file.name for file in files] or "editing corpus"
    packages = ["sentence-transformers", "torch"]
    keep("embed", lines, packages, source=source, least_cosine=round(cosine, 5))


def read(files: list[Path], folder: Path):
    if not files:
        write_editing_corpus(folder, SynthEditingOptions())
        files = [corpus_file(folder, name) for name in OPERATIONS]
    table = folder / "rows.parquet"
    ingest_files(named_sources(files, []), table, None, IngestOptions())
    return read_rows(table)


def without_cache(rows, options: EmbedOptions) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIVERSIFY_CACHE"] = folder
        return embed_rows(rows, None, options, usable_threads()).rows


def plainly(texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_path()), device="cpu")
    return model.encode(texts, normalize_embeddings=True, batch_size=64)


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
