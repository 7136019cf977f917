"""The whole map: every row placed, those that are drawn with their texts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from diversify.cli.map_pool import Pool, texts_of
from diversify.config.map import MapOptions
from diversify.curation.map import MapLayout, drawn_rows
from diversify.curation.placing import place_rows
from diversify.curation.pushing_field import Places
from diversify.report.map_density import density_of, quantised
from diversify.report.map_page import write_map_page
from diversify.report.map_still import write_still
from diversify.report.map_view import MapView, Marks, cut


def show_whole(
    page: Path | None,
    image: Path | None,
    pool: Pool,
    sets: Mapping[str, Pool],
    terms: Sequence[str],
    layout: MapLayout,
    options: MapOptions,
    threads: int,
) -> None:
    """Place every row among the landmarks of the layout; write a page, an image or both."""
    places = place_rows(pool.vectors, layout.points, options, threads)
    view = whole_view(pool, sets, terms, layout, places, options)
    if page:
        write_map_page(page, view, options.title)
    if image:
        write_still(image, view, options.title)


def whole_view(
    pool: Pool,
    sets: Mapping[str, Pool],
    terms: Sequence[str],
    layout: MapLayout,
    places: Places,
    options: MapOptions,
) -> MapView:
    """Gather what the map shows of all rows, and of those that are drawn."""
    tables = [places, *(one.places for one in layout.tests.values())]
    ends = np.cumsum([len(table) for table in tables])[:-1]
    squares, *of_tests = np.split(quantised(np.concatenate(tables)), ends)
    drawn = drawn_rows(len(pool.rows), pool.picked, options.page_points)
    shown = pool.rows.take(drawn)
    sources = pool.rows["source"]
    return MapView(
        points=Marks(squares[drawn], _cut_texts(shown, options)),
        sources=shown["source"].tolist(),
        clusters=None if pool.clusters is None else pool.clusters[drawn],
        picked=None if pool.picked is None else pool.picked[drawn],
        tests={
            name: Marks(marks, _cut_texts(sets[name].rows.take(one.rows), options))
            for (name, one), marks in zip(layout.tests.items(), of_tests, strict=True)
        },
        method=_method(layout, len(pool.rows), options),
        terms=terms,
        rows={str(name): int(count) for name, count in sources.value_counts().items()},
        picked_rows=None if pool.picked is None else int(pool.picked.sum()),
        density=density_of(squares, sources.to_numpy(dtype=object), options.bins),
    )


def _cut_texts(rows: pd.DataFrame, options: MapOptions) -> list[str]:
    return [cut(text, options.page_text) for text in texts_of(rows)]


def _method(layout: MapLayout, rows: int, options: MapOptions) -> str:
    """Say how the map was made: the other rows, too."""
    others = rows - len(layout.points.rows)
    placed = f"; the other {others:,} placed among them by their {options.neighbours} nearest"
    return layout.method + (placed if others else "")
