"""How much a mix changes when the same texts are embedded again in another way.

    DATA=FOLDER python benchmarks/bench_reembed.py

Embeds the same texts with other batches, threads, processes and precisions, each without a cache,
and tells how far the vectors move (cosine), how many differ after the rounding that selectors see,
and how many picks of a tenth of the rows stay: k-center on the vectors, and cluster-balanced on
k-means groups with one seed (Jaccard: the picks in common by the picks of either). FOLDER holds
public instruction files as for bench_mix.py; without DATA, texts of the editing corpus. TEXTS says
how many texts, 20,000 if not set.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from bench_mix import SOURCES
from timing import keep

from diversify.config.cluster import ClusterOptions
from diversify.config.embed import EmbedOptions
from diversify.config.ingest import IngestOptions
from diversify.config.mix import MixOptions
from diversify.config.synth_editing import SynthEditingOptions
from diversify.curation.cluster import group_rows
from diversify.curation.mix import draw_mix
from diversify.curation.near.rounding import rounded
from diversify.hardware import has_bf16, limited_threads
from diversify.io.corpus import corpus_file, write_editing_corpus
from diversify.io.embed import embed_rows
from diversify.io.ingest import ingest_files
from diversify.io.places.sources import named_sources
from diversify.io.tables import read_rows
from diversify.synth.editing import OPERATIONS

TEXTS = int(os.environ.get("TEXTS", 20_000))
WAYS = {
    "as it was": ({}, 2),
    "once more": ({}, 2),
    "one thread": ({}, 1),
    "batches of 32": ({"batch_size": 32}, 2),
    "batches of 256": ({"batch_size": 256}, 2),
    "two processes": ({"processes": 2}, 2),
    "half of it from the cache": ({}, 2),
}
"""Options and threads; each way is tried in each precision."""


def main() -> None:
    rows = pool()
    lines, first_of = [], {}
    for dtype in ["float32", "bfloat16"] if has_bf16() else ["float32"]:
        for way, (changed, threads) in WAYS.items():
            start = time.perf_counter()
            options = EmbedOptions(field="instruction", dtype=dtype, **changed)
            vectors = embedded(rows, options, threads, halves="half" in way)
            seconds = round(time.perf_counter() - start, 1)
            made = (vectors, picks(rows, vectors))
            first = first_of.setdefault(dtype, made)
            lines.append({"tool": f"{dtype}, {way}", "seconds": [seconds], **compared(first, made)})
    for dtype, made in list(first_of.items())[1:]:
        told = compared(first_of["float32"], made)
        lines.append({"tool": f"{dtype} for float32", "seconds": [], **told})
    source = "public instruction files" if "DATA" in os.environ else "editing corpus"
    packages = ["sentence-transformers", "torch", "scikit-learn"]
    keep("reembed", lines, packages, source=source, texts=len(rows), picks=len(rows) // 10)


def pool() -> pd.DataFrame:
    """Draw distinct instructions, listed by content so that positions mean the same each time."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rows.parquet"
        ingest_files(named_sources(*files(Path(folder))), table, None, IngestOptions())
        rows = read_rows(table).drop_duplicates("instruction").sort_values("id")
    return rows.sample(min(TEXTS, len(rows)), random_state=0).reset_index(drop=True)


def files(folder: Path) -> tuple[list[Path], list[str]]:
    if "DATA" in os.environ:
        data = os.environ["DATA"]
        return [], [f"{name}={data}/{one}" for name, of in SOURCES.items() for one in of]
    write_editing_corpus(folder, SynthEditingOptions(core_rules=4000))
    return [corpus_file(folder, name) for name in OPERATIONS], []


def embedded(rows: pd.DataFrame, options: EmbedOptions, threads: int, halves: bool) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder, limited_threads(threads):
        os.environ["DIVERSIFY_CACHE"] = folder
        if halves:
            embed_rows(rows.iloc[::2], None, options, threads)
        return embed_rows(rows, None, options, threads).rows


def picks(rows: pd.DataFrame, vectors: np.ndarray) -> dict[str, set[str]]:
    """Pick a tenth of the rows by each strategy that looks at vectors."""
    wide = vectors.astype(np.float32)
    labels = group_rows(wide, ClusterOptions()).labels
    mixes = {
        strategy: draw_mix(
            rows, wide, labels, MixOptions(budget=len(rows) // 10, strategy=strategy)
        )
        for strategy in ("k-center", "cluster-balanced")
    }
    return {strategy: set(mix.picked["id"]) for strategy, mix in mixes.items()}


def compared(first: tuple, other: tuple) -> dict[str, float]:
    """Tell how far vectors and picks are from those of the first way."""
    (a, picked), (b, again) = first, other
    unit = [v.astype(np.float64) / np.linalg.norm(v.astype(np.float64), axis=1)[:, None]
            for v in (a, b)]  # fmt: skip
    cosine = (unit[0] * unit[1]).sum(axis=1)
    told = {
        "least_cosine": round(float(cosine.min()), 6),
        "mean_cosine": round(float(cosine.mean()), 6),
        "rounded_vectors_that_differ": round(float((rounded(a) != rounded(b)).any(1).mean()), 4),
    }
    for strategy, rows in picked.items():
        both, either = rows & again[strategy], rows | again[strategy]
        told[f"{strategy}_picks_in_common"] = round(len(both) / len(either), 4)
    return told


if __name__ == "__main__":
    main()
