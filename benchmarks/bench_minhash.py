"""MinHash deduplication side by side: ours, and datasketch's MinHashLSH in its usual loop.

    OMP_NUM_THREADS=2 PYTHONPATH=<folder of datasketch> python benchmarks/bench_minhash.py

100,000 documents of 60 words, a quarter of them edited copies of others, in random order. Both
sides begin with the texts, use the same shingles, threshold and number of permutations, and keep
one of each pair. The truth is the exact Jaccard similarity of each planted pair: recall is the
share of pairs at or above the threshold of which one went, precision the share of dropped documents
that belong to such a pair. Raw numbers go to benchmarks/results/minhash.json.
"""

import importlib.metadata
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
from timing import keep, line, repeated

from diversify.config.dedup import DedupOptions
from diversify.curation.dedup import drop_duplicates
from diversify.curation.duplicates.shingles import words_of
from diversify.records import COLUMNS, Record

DOCUMENTS, WORDS, VOCABULARY = 100_000, 60, 30_000
COPIES = DOCUMENTS // 4
MOST_EDITS = 8
OPTIONS = DedupOptions(method="minhash")


def main(documents: int = DOCUMENTS) -> None:
    texts, pairs = planted(documents)
    truth = [similarity(texts[one], texts[two]) >= OPTIONS.threshold for one, two in pairs]
    rows = table(texts)
    tools: list[tuple[str, Callable[[], set[int]]]] = [
        ("diversify minhash", lambda: ours(rows)),
        ("diversify exact", lambda: ours(rows, "exact")),
    ]
    if (version := datasketch_version()) is not None:
        tools.insert(1, (f"datasketch {version} MinHashLSH loop", lambda: theirs(texts)))
    runs = []
    for tool, work in tools:
        dropped, seconds = repeated(work)
        runs.append(line(tool, seconds, **scores(dropped, pairs, truth, documents)))
    keep("minhash", runs, ["numpy", "scipy", "pandas"], documents=documents, words=WORDS,
         copies=len(pairs), near_copies=sum(truth), threshold=OPTIONS.threshold,
         shingle=OPTIONS.shingle, permutations=OPTIONS.permutations)  # fmt: skip


def planted(documents: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Make documents of words as rare as in plain text, and copies with some words edited."""
    rng = np.random.default_rng(0)
    words = np.array([f"w{number:05d}" for number in range(VOCABULARY)])
    often = 1 / np.arange(10, VOCABULARY + 10)
    copies = documents // 4
    content = words[rng.choice(VOCABULARY, (documents, WORDS), p=often / often.sum())]
    content[-copies:] = content[:copies]
    for copy in content[-copies:]:
        edits = rng.integers(0, MOST_EDITS + 1)
        copy[rng.choice(WORDS, edits, replace=False)] = rng.choice(words, edits)
    place = rng.permutation(documents)
    texts = [" ".join(content[at]) for at in np.argsort(place)]
    originals, copied = place[:copies], place[-copies:]
    return texts, list(zip(originals.tolist(), copied.tolist(), strict=True))


def shingles(text: str) -> set[str]:
    words = words_of(text)
    size = OPTIONS.shingle
    return {" ".join(words[at : at + size]) for at in range(max(1, len(words) - size + 1))}


def similarity(one: str, two: str) -> float:
    first, second = shingles(one), shingles(two)
    return len(first & second) / len(first | second)


def table(texts: list[str]) -> pd.DataFrame:
    records = [
        Record(source="made", file="made.jsonl", line=number, instruction=text, response="yes")
        for number, text in enumerate(texts, start=1)
    ]
    return pd.DataFrame([[getattr(one, name) for name in COLUMNS] for one in records],
                        columns=COLUMNS)  # fmt: skip


def ours(rows: pd.DataFrame, method: str = "minhash") -> set[int]:
    result = drop_duplicates(rows, DedupOptions(**{**OPTIONS.model_dump(), "method": method}))
    return set((result.dropped["line"] - 1).tolist())


def datasketch_version() -> str | None:
    try:
        return importlib.metadata.version("datasketch")
    except importlib.metadata.PackageNotFoundError:
        return None


def theirs(texts: list[str]) -> set[int]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=OPTIONS.threshold, num_perm=OPTIONS.permutations)
    dropped = set()
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=OPTIONS.permutations)
        sketch.update_batch([shingle.encode() for shingle in shingles(text)])
        if index.query(sketch):
            dropped.add(number)
        else:
            index.insert(number, sketch)
    return dropped


def scores(
    dropped: set[int], pairs: list[tuple[int, int]], truth: list[bool], documents: int
) -> dict[str, float]:
    near = [pair for pair, same in zip(pairs, truth, strict=True) if same]
    found = sum(not dropped.isdisjoint(pair) for pair in near)
    right = sum(len(dropped.intersection(pair)) for pair in near)
    return {
        "kept": documents - len(dropped),
        "dropped": len(dropped),
        "recall": round(found / max(1, len(near)), 5),
        "precision": round(right / max(1, len(dropped)), 5),
    }


if __name__ == "__main__":
    main(*[int(number) for number in sys.argv[1:]])
