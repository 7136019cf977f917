"""`diversify map`: a sample for the report, a page of its own, a still image."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Rows, Threads
from diversify.cli.map_pool import Pool, read_pool, read_terms, read_test_sets, texts_of
from diversify.cli.output import summary_document, tell
from diversify.config.map import MapOptions
from diversify.curation.map import MapLayout, Placed, lay_out
from diversify.errors import ConfigError
from diversify.hardware import usable_threads

LONGEST_TEXT = 400
"""Characters of an instruction that travel in map.json."""
IMAGES = (".svg", ".png")


def map(
    rows: Rows,
    /,
    *,
    embeddings: Annotated[Path, Parameter(help="Array that `embed` wrote of ROWS.")],
    labels: Annotated[Path | None, Parameter(help="Array that `cluster` wrote of it.")] = None,
    terms: Annotated[
        Path | None, Parameter(help="Clusters in words, as `cluster --terms` wrote them.")
    ] = None,
    tests: Annotated[Path | None, Parameter(help="Row table of the test items.")] = None,
    tests_embeddings: Annotated[
        Path | None, Parameter(help="Array that `embed` wrote of the tests.")
    ] = None,
    manifest: Annotated[
        Path | None, Parameter(help="Manifest of a mix, whose rows are marked.")
    ] = None,
    options: Annotated[MapOptions, Flat] = MapOptions(),
    page: Annotated[
        Path | None, Parameter(help="Page with every row: one file that opens without network.")
    ] = None,
    image: Annotated[
        Path | None, Parameter(help="Still image with every row, as .svg or .png.")
    ] = None,
    out: Annotated[
        Path | None,
        Parameter(help="A sample, for the report; map.json if neither page nor image is given."),
    ] = None,
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Lay the embedded instructions out in a plane.

    A sample of them, with the test instructions among them, by PCA and t-SNE. For a page or an
    image every other row is placed among the sample.

    Example: diversify map clean.parquet --embeddings embeddings.npy --labels labels.npy
    --manifest mix.manifest.json --page map.html
    """
    if image and image.suffix.lower() not in IMAGES:
        raise ConfigError(f"--image {image}: its ending must be one of {', '.join(IMAGES)}")
    if terms and not labels:
        raise ConfigError("--terms tells clusters in words: give their --labels too")
    out = out or (None if page or image else Path("map.json"))
    pool = read_pool(rows, embeddings, labels, manifest)
    words = read_terms(terms) if terms else []
    sets = read_test_sets(tests, tests_embeddings)
    of_sets = {name: one.vectors for name, one in sets.items()}
    if page or image:
        from diversify.cli.map_page import show_whole  # brings matplotlib and jinja2

        landmarks = max(options.landmarks, options.points)
        layout = lay_out(pool.vectors, of_sets, options, landmarks)
        show_whole(page, image, pool, sets, words, layout, options, usable_threads(threads))
    else:
        layout = lay_out(pool.vectors, of_sets, options)
    inputs = [path for path in (rows, embeddings, labels, terms, tests, manifest) if path]
    counts = _sample(pool, sets, layout, options.points)
    document = summary_document("map", counts, options, inputs, ["scikit-learn"])
    shown = len(pool.rows) if page or image else len(counts["points"]["x"])
    made = ", ".join(str(path) for path in (page, image, out) if path)
    tell(f"{shown} rows and {len(sets)} test sets in {made}", document, out, as_json)


def _sample(pool: Pool, sets: Mapping[str, Pool], layout: MapLayout, wanted: int) -> dict[str, Any]:
    """Give the sample that the report embeds."""
    placed = layout.points.sample(wanted)
    shown = pool.rows.take(placed.rows)
    points = {
        **_spots(shown, placed),
        "source": shown["source"].tolist(),
        "cluster": None if pool.clusters is None else pool.clusters[placed.rows].tolist(),
        "picked": None if pool.picked is None else pool.picked[placed.rows].tolist(),
    }
    tests = {
        name: _spots(sets[name].rows.take(one.rows), one) for name, one in layout.tests.items()
    }
    return {"points": points, "tests": tests, "method": layout.method}


def _spots(rows: pd.DataFrame, placed: Placed) -> dict[str, list[Any]]:
    return {
        "x": placed.places[:, 0].tolist(),
        "y": placed.places[:, 1].tolist(),
        "text": [text[:LONGEST_TEXT] for text in texts_of(rows)],
    }
