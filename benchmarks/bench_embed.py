"""Embedding rate: `embed` against plain sentence-transformers, the same model and texts.

    python benchmarks/bench_embed.py [FILE ...]

Without files, texts of the editing corpus. The vectors must agree (bf16, where the processor has
it, against fp32: cosine at least 0.995). A run in two processes and a static model follow; the
static one was distilled before the clock starts, and its vectors are its own: told is how many of
the ten nearest neighbours it shares with the model it was made of.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from timing import keep, line, repeated

from diversify.config.embed import EmbedOptions
from diversify.config.ingest import IngestOptions
from diversify.config.synth_editing import SynthEditingOptions
from diversify.curation.grouping.texts import row_texts
from diversify.hardware import usable_threads
from diversify.io.corpus import corpus_file, write_editing_corpus
from diversify.io.embed import embed_rows
from diversify.io.ingest import ingest_files
from diversify.io.minilm import minilm_path
from diversify.io.places.sources import named_sources
from diversify.io.tables import read_rows
from diversify.synth.editing import OPERATIONS

TEXTS = 4000
NEIGHBOURS = 10


def main(files: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = read(files, Path(folder)).drop_duplicates("instruction")
    rows = rows.sample(min(TEXTS, len(rows)), random_state=0)
    options = EmbedOptions(field="instruction")
    plain, plain_seconds = repeated(lambda: plainly(row_texts(rows, "instruction")))
    ours, our_seconds = repeated(lambda: without_cache(rows, options))
    cosine = float((ours.astype(np.float32) * plain).sum(1).min())
    assert cosine > 0.995, cosine
    two, two_seconds = repeated(
        lambda: without_cache(rows, options.model_copy(update={"processes": 2}))
    )
    assert (two.astype(np.float32) * plain).sum(1).min() > 0.995
    static, static_seconds = timed_static(rows)
    timed = {
        "diversify embed": our_seconds,
        "diversify embed, two processes": two_seconds,
        "diversify embed, static": static_seconds,
        "encode as it comes": plain_seconds,
    }
    lines = [
        line(tool, seconds, texts=len(rows), texts_a_second=round(len(rows) / sorted(seconds)[1]))
        for tool, seconds in timed.items()
    ]
    keep(
        "embed", lines, ["sentence-transformers", "torch", "model2vec"],
        source=[file.name for file in files] or "editing corpus",
        least_cosine=round(cosine, 5),
        static_shares_neighbours=shared_neighbours(plain, static.astype(np.float32)),
    )  # fmt: skip


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


def timed_static(rows) -> tuple[np.ndarray, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIVERSIFY_CACHE"] = folder
        options = EmbedOptions(field="instruction", backend="static")
        embed_rows(rows.head(1), None, options, usable_threads())  # distils
        return repeated(lambda: embed_rows(rows, None, options, usable_threads()).rows)


def plainly(texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_path()), device="cpu")
    return model.encode(texts, normalize_embeddings=True, batch_size=64)


def shared_neighbours(one: np.ndarray, other: np.ndarray) -> float:
    """Share of each row's nearest neighbours that two sets of vectors agree on."""
    near = []
    for vectors in (one, other):
        alike = vectors @ vectors.T
        np.fill_diagonal(alike, -np.inf)
        near.append(np.argsort(-alike, axis=1)[:, :NEIGHBOURS])
    shared = [len(np.intersect1d(a, b)) for a, b in zip(*near, strict=True)]
    return round(float(np.mean(shared)) / NEIGHBOURS, 3)


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
