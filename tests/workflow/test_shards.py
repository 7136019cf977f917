"""One experiment in 1, 4 and 16 shards, with real Snakemake: the same bytes come out."""

import json

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.workflow

CELL = "share50-budget400-seed0"
STAGES = [
    ("ingest", "rows"), ("dedup", "rows"), ("dedup", "dropped"),
    ("decontaminate", "rows"), ("decontaminate", "dropped"),
]  # fmt: skip
PLACE = ["id", "source", "file", "line"]


@pytest.fixture(scope="module", params=[4, 16])
def sharded(finished, tmp_path_factory, request):
    """The data experiment of the smoke preset, run in shards in a folder of its own."""
    folder = tmp_path_factory.mktemp("shards")
    overlay = folder / "shards.yaml"
    overlay.write_text(f"experiments: {{smoke-data: {{shards: {request.param}}}}}\n")
    results = "results/smoke-data"
    finished.snakemake(
        "--directory", folder, "--quiet", "rules", "--",
        f"{results}/measure/{CELL}/summary.json", f"{results}/map/map.json",
        *(f"{results}/{stage}/shards.json" for stage in ("ingest", "decontaminate", "embed")),
        configs=("config.yaml", "workflow/presets/smoke.yaml", overlay),
    )  # fmt: skip
    return folder / results, request.param


def tables(results, stage, name):
    """A table of a stage, the shards of it under each other."""
    files = sorted((results / stage).glob(f"*-of-*/{name}.parquet"))
    return pd.concat(map(pd.read_parquet, files or [results / stage / f"{name}.parquet"]))


def arrays(results, stage, name):
    """What a stage knows of each row, in the order of the rows' content."""
    files = sorted((results / stage).glob(f"*-of-*/{name}.npy"))
    found = np.concatenate([np.load(file) for file in files or [results / stage / f"{name}.npy"]])
    rows = tables(results, "decontaminate", "rows").reset_index(drop=True)
    return found[rows.sort_values(PLACE).index]


def test_every_stage_gives_the_same_rows_vectors_and_clusters(finished, sharded):
    whole, (parts, count) = finished.folder / "results/smoke-data", sharded
    assert len(list((parts / "decontaminate").glob("*-of-*"))) == count
    for stage, name in STAGES:
        one, other = (
            tables(results, stage, name).sort_values(PLACE, ignore_index=True)
            for results in (whole, parts)
        )
        assert len(one), f"{stage} {name} tells nothing where it is empty"
        pd.testing.assert_frame_equal(one, other)
    for stage, name in (("embed", "rows"), ("cluster", "labels")):
        assert (arrays(whole, stage, name) == arrays(parts, stage, name)).all()


def test_the_mix_has_the_same_bytes_and_its_manifest_the_same_rows(finished, sharded):
    whole, (parts, _) = finished.folder / "results/smoke-data", sharded
    mixes = [(results / f"mix/{CELL}/mix.jsonl").read_bytes() for results in (whole, parts)]
    assert mixes[0] == mixes[1]
    one, other = (
        json.loads((results / f"mix/{CELL}/mix.manifest.json").read_text())
        for results in (whole, parts)
    )
    assert {name for name in one if one[name] != other[name]} == {"inputs", "steps", "seal"}


def test_report_card_map_and_counts_tell_the_same(finished, sharded):
    whole, (parts, _) = finished.folder / "results/smoke-data", sharded
    for file in (f"measure/{CELL}/summary.json", "map/map.json"):
        one, other = (json.loads((results / file).read_text()) for results in (whole, parts))
        assert {name for name in one if one[name] != other[name]} == {"inputs", "seal"}
    for stage, name in (("ingest", "rows"), ("dedup", "summary"), ("decontaminate", "summary")):
        one = json.loads((whole / f"{stage}/{name}.json").read_text())
        other = json.loads((parts / f"{stage}/shards.json").read_text())
        for key in ("rows_in", "rows_out", "dropped"):
            assert one[key] == other[key]


def test_a_mix_of_shards_is_verified_like_any(finished, sharded):
    parts, _ = sharded
    folder = parts.parents[1]
    said = finished.diversify("verify", f"results/smoke-data/mix/{CELL}/mix.manifest.json",
                              "--replay", cwd=folder)  # fmt: skip
    assert "the same 400 picks in the same order" in said
