"""`diversify map`."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Rows, Threads
from diversify.cli.output import summary_document, tell
from diversify.config.map import MapOptions
from diversify.curation.map import Placed, lay_out
from diversify.hardware import usable_threads
from diversify.io.documents import read_document
from diversify.io.tables import read_rows
from diversify.io.vectors import read_array
from diversify.records import prompt_text

LONGEST_TEXT = 400
"""Characters of an instruction that travel with the map."""


def map(
    rows: Rows,
    /,
    *,
    embeddings: Annotated[Path, Parameter(help="Array that `embed` wrote of ROWS.")],
    labels: Annotated[Path, Parameter(help="Array that `cluster` wrote of it.")],
    tests: Annotated[Path, Parameter(help="Row table of the test items.")],
    tests_embeddings: Annotated[Path, Parameter(help="Array that `embed` wrote of the tests.")],
    manifest: Annotated[
        Path | None, Parameter(help="Manifest of a mix, whose rows are marked.")
    ] = None,
    options: Annotated[MapOptions, Flat] = MapOptions(),
    out: Out = Path("map.json"),
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Lay the embedded instructions out in a plane.

    A sample of them, with the test instructions among them, by PCA and t-SNE.

    Example: diversify map clean.parquet --embeddings embeddings.npy --labels labels.npy
    --tests tests.parquet --tests-embeddings tests.npy --out map.json
    """
    table, items = read_rows(rows), read_rows(tests)
    vectors = read_array(embeddings, len(table)).astype(np.float32)
    item_vectors = read_array(tests_embeddings, len(items)).astype(np.float32)
    clusters = read_array(labels, len(table))
    of_items = items.groupby("source").indices.items()
    sets = {str(name): np.asarray(places, dtype=np.int64) for name, places in of_items}
    of_sets = {name: item_vectors[places] for name, places in sets.items()}
    layout = lay_out(vectors, of_sets, options, usable_threads(threads))
    picked = _picked(manifest)
    shown = table.take(layout.points.rows)
    points = {
        **_spots(shown, layout.points),
        "source": shown["source"].tolist(),
        "cluster": clusters[layout.points.rows].tolist(),
        "picked": [(id in picked) for id in shown["id"]],
    }
    tests_shown = {
        name: _spots(items.take(sets[name][placed.rows]), placed)
        for name, placed in layout.tests.items()
    }
    counts = {"points": points, "tests": tests_shown, "method": layout.method}
    inputs = [rows, embeddings, labels, tests, *([manifest] if manifest else [])]
    document = summary_document("map", counts, options, inputs, ["scikit-learn"])
    tell(f"{len(shown)} rows and {len(tests_shown)} test sets in {out}", document, out, as_json)


def _spots(rows: pd.DataFrame, placed: Placed) -> dict[str, list[Any]]:
    texts = [prompt_text(i, z) for i, z in zip(rows["instruction"], rows["input"], strict=True)]
    return {
        "x": placed.places[:, 0].tolist(),
        "y": placed.places[:, 1].tolist(),
        "text": [text[:LONGEST_TEXT] for text in texts],
    }


def _picked(manifest: Path | None) -> set[str]:
    return {row["id"] for row in read_document(manifest)["rows"]} if manifest else set()
