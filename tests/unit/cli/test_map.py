"""`map` from files to a page, an image and a sample, whatever the order of the rows."""

import json

import numpy as np
import pandas as pd
import pytest

from diversify.io.manifest import VERSION

HOSTILE = "</script><script>alert(1)</script>"
QUICK = ["--points", 40, "--landmarks", 60, "--steps", 250, "--threads", 1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A hundred rows of two sources with vectors, labels, a mix and tests."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    rows = table("train", [f"ask {i}" for i in range(99)] + [HOSTILE])
    rows.to_parquet("rows.parquet")
    table("exam", [f"question {i}" for i in range(7)]).to_parquet("tests.parquet")
    np.save("rows.npy", rng.normal(size=(100, 12)).astype(np.float16))
    np.save("tests.npy", rng.normal(size=(7, 12)).astype(np.float16))
    np.save("labels.npy", rng.integers(5, size=100).astype(np.int32))
    words = [[["sort", 0.5], ["list", 0.2]], [], [], [], []]
    clusters = [{"cluster": one, "words": words[one]} for one in range(5)]
    (tmp_path / "terms.json").write_text(json.dumps({"clusters": clusters}))
    picked = [{"id": row} for row in rows["id"][:9]]
    (tmp_path / "mix.manifest.json").write_text(json.dumps({"manifest": VERSION, "rows": picked}))
    return tmp_path


def table(source, instructions):
    rows = {
        "id": [f"{source}{i:028d}"[-32:] for i in range(len(instructions))],
        "source": [f"{source}-{i % 2}" for i in range(len(instructions))],
        "file": f"{source}.jsonl",
        "line": range(1, len(instructions) + 1),
        "instruction": instructions,
    }
    empty = ["response", "input", "system", "more", "meta", "revision", "licence"]
    return pd.DataFrame(rows).assign(**dict.fromkeys(empty, ""))


def test_vectors_alone_make_a_map(run, folder):
    code, out, err = run("map", "rows.parquet", "--embeddings", "rows.npy", *QUICK)
    assert (code, err) == (0, "")
    assert out == "40 rows and 0 test sets in map.json\n"
    points = json.loads((folder / "map.json").read_text())["points"]
    assert len(points["x"]) == 40
    assert (points["cluster"], points["picked"]) == (None, None)


def test_a_page_and_an_image_show_every_row_and_a_sample_goes_beside_them(run, folder):
    code, out, err = run(
        "map", "rows.parquet", "--embeddings", "rows.npy", "--labels", "labels.npy", "--tests",
        "tests.parquet", "--tests-embeddings", "tests.npy", "--manifest", "mix.manifest.json",
        *QUICK, "--terms", "terms.json", "--page", "map.html", "--image", "map.svg",
        "--out", "map.json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out == "100 rows and 2 test sets in map.html, map.svg, map.json\n"
    page = (folder / "map.html").read_text()
    assert "t-SNE of 60 of 100 rows, perplexity 30; the other 40 placed among them" in page
    assert '"rows":100,"count":100' in page
    assert HOSTILE not in page
    assert '"terms":["sort, list","","","",""]' in page
    sample = json.loads((folder / "map.json").read_text())
    assert len(sample["points"]["x"]) == 40
    assert sorted(sample["tests"]) == ["exam-0", "exam-1"]
    assert (folder / "map.svg").read_text().count("train-") == 2


def test_without_out_a_page_leaves_no_sample(run, folder):
    run("map", "rows.parquet", "--embeddings", "rows.npy", *QUICK, "--page", "map.html")
    assert (folder / "map.html").is_file()
    assert not (folder / "map.json").exists()


def test_tests_alone_make_a_page(run, folder):
    pd.read_parquet("rows.parquet").iloc[:0].to_parquet("none.parquet")
    np.save("none.npy", np.empty((0, 12), dtype=np.float16))
    code, _, err = run("map", "none.parquet", "--embeddings", "none.npy", "--tests",
                       "tests.parquet", "--tests-embeddings", "tests.npy", *QUICK,
                       "--page", "map.html", "--image", "map.png")  # fmt: skip
    assert (code, err) == (0, "")
    assert '"rows":0,"count":0' in (folder / "map.html").read_text()


def test_the_map_hangs_on_no_row_order(run, folder):
    order = np.random.default_rng(1).permutation(100)
    pd.read_parquet("rows.parquet").iloc[order].to_parquet("other.parquet")
    for name in ("rows", "labels"):
        np.save(f"other-{name}.npy", np.load(f"{name}.npy")[order])
    for rows, vectors, labels, page in (
        ("rows.parquet", "rows.npy", "labels.npy", "one.html"),
        ("other.parquet", "other-rows.npy", "other-labels.npy", "two.html"),
    ):
        code, _, err = run("map", rows, "--embeddings", vectors, "--labels", labels,
                           "--manifest", "mix.manifest.json", *QUICK, "--page", page)  # fmt: skip
        assert code == 0, err
    assert (folder / "one.html").read_bytes() == (folder / "two.html").read_bytes()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--image", "map.pdf"], "--image map.pdf: its ending must be one of .svg, .png"),
        (["--tests", "tests.parquet"], "--tests and --tests-embeddings belong together"),
        (["--manifest", "terms.json"], "terms.json: not a manifest"),
        (["--terms", "terms.json"], "--terms tells clusters in words: give their --labels too"),
        (["--labels", "labels.npy", "--terms", "mix.manifest.json"], "not clusters in words"),
        (["--labels", "tests.npy"], "tests.npy: holds 7 rows, but the row table has 100"),
        (["--bins", "4"], "--bins: Input should be greater than or equal to 16"),
    ],
)
def test_a_mistake_is_named_in_one_line_and_nothing_is_written(run, folder, words, line):
    code, out, err = run("map", "rows.parquet", "--embeddings", "rows.npy", *words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1
    assert not list(folder.glob("map.*"))
