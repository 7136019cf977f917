import base64
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from diversify.report.map_density import counts_of, density_of, packed_counts, quantised
from diversify.report.map_page import build_map_page
from diversify.report.map_still import write_still
from diversify.report.map_view import DARK, LIGHT, MapView, Marks, cut, map_data

HOSTILE = "</script><script>alert(1)</script>\u2028<img src=x onerror=\"alert('2')\">"


def made_view(count: int = 90) -> MapView:
    places = np.random.default_rng(0).normal(size=(count + 4, 2)) * [3, 1]
    squares = quantised(places)
    sources = [[HOSTILE, "code", "math"][i % 3] for i in range(count)]
    return MapView(
        points=Marks(squares[:count], [cut(f"{HOSTILE} {i}", 200) for i in range(count)]),
        sources=sources,
        clusters=np.arange(count) % 7 - 1,
        picked=np.arange(count) % 10 == 0,
        tests={HOSTILE: Marks(squares[count:], ["a test"] * 4), "none": Marks(squares[:0], [])},
        method="t-SNE of 90 rows",
        terms=[HOSTILE] * 6,
        rows={HOSTILE: 3000, "code": 200, "math": 30},
        picked_rows=70,
        density=density_of(squares[:count], sources, 64),
    )


@pytest.fixture(scope="module")
def page() -> str:
    return build_map_page(made_view(), f"Mine {HOSTILE}")


def data_of(page: str) -> dict:
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def unpacked(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=kind)


def test_what_the_page_carries_is_what_was_laid_out(page: str) -> None:
    view, data = made_view(), data_of(page)
    (test,) = [marks for marks in view.tests.values() if len(marks.texts)]
    squares = np.concatenate([view.points.places, test.places])
    assert (np.stack([unpacked(data[axis], "<u2") for axis in "xy"], axis=1) == squares).all()
    names = [one["name"] for one in data["sources"]]
    assert [names[one] for one in unpacked(data["source"], "<u2")] == [
        cut(name, 24) for name in view.sources
    ]
    assert (unpacked(data["cluster"], "<i4") == view.clusters).all()
    assert (unpacked(data["picked"], "u1") == view.picked).all()
    texts = unpacked(data["text"], "u1").tobytes().decode().split("\n")
    assert texts == [*view.points.texts, *test.texts]
    assert data["tests"] == [{"name": cut(HOSTILE, 24), "count": 4}]


def test_counts_are_those_of_all_rows_not_of_the_drawn_ones(page: str) -> None:
    data = data_of(page)
    assert (data["rows"], data["count"]) == (3230, 90)
    assert sorted(one["rows"] for one in data["sources"]) == [30, 200, 3000]
    assert (data["picked_rows"], data["picked_drawn"]) == (70, 9)


def test_a_source_that_is_not_drawn_keeps_its_place_in_the_legend() -> None:
    squares = quantised(np.array([(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]))
    density = density_of(squares, ["a", "b", "c"], 16)
    view = MapView(Marks(squares[[0, 2]], ["x", "y"]), ["a", "c"],
                   rows={"a": 1, "b": 1, "c": 1}, density=density)  # fmt: skip
    data = map_data(view)
    assert [one["name"] for one in data["sources"]] == ["a", "b", "c"]
    assert unpacked(data["source"], "<u2").tolist() == [0, 2]
    assert len(data["density"]["grids"]) == 3


def test_no_text_of_the_data_is_markup(page: str) -> None:
    assert HOSTILE not in page
    assert page.count("<script>") == 1  # ours
    assert "alert(1)</script>" not in page and "<img src=x" not in page
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&\u2028") & set(text)


def test_the_page_may_run_its_own_script_and_reach_nothing(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert not re.search(r"(src|href)=[\"'](?!data:)", page)
    assert "http" not in page.replace("http-equiv", "")


def test_a_reader_without_scripts_gets_an_image_and_a_line(page: str) -> None:
    assert '<img class="map-still" src="data:image/png;base64,' in page
    assert "<noscript><p>Moving, colouring and reading rows need scripts" in page
    assert "Near means alike" in page and "t-SNE of 90 rows" in page


def test_the_same_rows_give_the_same_page(page: str) -> None:
    assert build_map_page(made_view(), f"Mine {HOSTILE}") == page


@given(st.integers(1, 40), st.floats(1e-3, 1e3), st.integers(0, 99))
def test_places_keep_their_shape_in_the_square(count: int, size: float, seed: int) -> None:
    places = np.random.default_rng(seed).normal(size=(count, 2)) * size + [7, -9]
    squares = quantised(places).astype(float)
    assert squares.shape == (count, 2)
    if count > 1:
        scale = 65535 / np.ptp(places, axis=0).max()
        wanted = (places - places.mean(axis=0)) * scale * [1, -1]  # y downwards
        assert np.abs(squares - squares.mean(axis=0) - wanted).max() <= 1.5


def test_each_source_s_grid_counts_its_rows() -> None:
    squares = np.array([(0, 0), (0, 65535), (65535, 0), (40, 50), (32768, 32767)], dtype=np.uint16)
    density = density_of(squares, ["a", "a", "b", "a", "b"], 16)
    a, b = (np.rint(counts_of(grid)).astype(int).reshape(16, 16) for grid in density.grids)
    assert (a[0, 0], a[15, 0], a.sum()) == (2, 1, 3)
    assert (b[0, 15], b[7, 8], b.sum()) == (1, 1, 2)


def test_more_sources_than_colours_share_one_grid() -> None:
    squares = np.zeros((26, 2), dtype=np.uint16)
    (grid,) = density_of(squares, list("abcdefghijklmnopqrstuvwxyz"), 16).grids
    assert np.rint(counts_of(grid)).sum() == 26


@given(st.integers(0, 600_000))
def test_levels_hold_counts_within_three_parts_in_a_hundred(count: int) -> None:
    assert counts_of(packed_counts(np.array([count]))) == pytest.approx([count], rel=0.035, abs=0.1)


def test_a_text_is_cut_and_holds_no_line_break_of_any_kind() -> None:
    assert cut("a\n b\u2028c\td", 20) == "a b c d"
    assert cut("word " * 100, 12) == "word word w…"


def test_light_and_dark_name_as_many_colours() -> None:
    assert len(LIGHT) == len(DARK) == len(set(LIGHT)) == len(set(DARK))


def test_a_still_image_is_the_same_bytes_again(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.svg" for name in "ab"]
    for path in paths:
        write_still(path, made_view(), "A map of $x$")
    text = paths[0].read_text()
    assert paths[1].read_text() == text
    assert "t-SNE of 90 rows" in text and "<script" not in text


def test_a_still_image_shows_the_colours_of_the_sources(tmp_path: Path) -> None:
    write_still(tmp_path / "map.png", made_view(), "A map")
    colours = np.asarray(Image.open(tmp_path / "map.png").convert("RGB")).astype(int)
    assert (np.ptp(colours, axis=2) > 60).sum() > 300


def test_a_map_of_nothing_known_but_places_has_one_colour() -> None:
    squares = quantised(np.zeros((3, 2)))
    data = map_data(MapView(Marks(squares, ["a", "b", "c"]), ["s"] * 3))
    assert (data["cluster"], data["picked"], data["density"]) == (None, None, None)
    assert 'data-mode="cluster"' not in build_map_page(
        MapView(Marks(squares, ["a", "b", "c"]), ["s"] * 3), "t"
    )
