import json

import numpy as np
import pandas as pd
import pytest

from diversify.curation.lsa import fitted
from diversify.errors import DataError
from diversify.io.documents import write_document
from diversify.io.shard_gather import gather
from diversify.io.shard_summary import added_up
from diversify.io.tables import write_table
from diversify.io.vectors import read_space, write_array, write_space
from diversify.records import COLUMNS, Record


@pytest.fixture
def cut(tmp_path):
    """Lay 300 rows, each with its number as a vector, out over tables."""
    records = [Record("s", "f", n, f"say {n}", str(n)) for n in range(300)]
    rows = pd.DataFrame(
        [[getattr(record, name) for name in COLUMNS] for record in records], columns=COLUMNS
    )

    def lay_out(of):
        tables, arrays = [], []
        for number in range(of):
            part = rows.iloc[number::of]
            tables.append(tmp_path / f"{of}-{number}.parquet")
            arrays.append(tmp_path / f"{of}-{number}.npy")
            write_table(tables[-1], part.reset_index(drop=True))
            write_array(arrays[-1], part["line"].to_numpy()[:, None].astype(np.float16))
        return tables, arrays

    return lay_out


def test_the_sample_is_the_same_whatever_the_shards(cut):
    whole, *others = (gather(tables, [arrays], 100) for tables, arrays in map(cut, (1, 4, 16)))
    assert 70 < len(whole.rows) < 130
    assert whole.of == 300
    for other in others:
        pd.testing.assert_frame_equal(other.rows, whole.rows)
        assert (other.arrays[0] == whole.arrays[0]).all()
    assert (whole.arrays[0][:, 0] == whole.rows["line"]).all()


def test_of_no_more_rows_than_are_wanted_all_are_taken(cut):
    tables, _ = cut(3)
    assert len(gather(tables, [], 300).rows) == 300


def test_rows_of_a_mix_are_among_the_sample(cut, tmp_path):
    tables, _ = cut(3)
    ids = pd.read_parquet(tables[0])["id"].head(20).tolist()
    manifest = tmp_path / "mix.manifest.json"
    write_document(manifest, {"manifest": 3, "rows": [{"id": one} for one in ids]})
    assert set(ids) <= set(gather(tables, [], 10, manifest).rows["id"])
    write_document(manifest, {"manifest": 3, "rows": [{"id": "0" * 32}]})
    with pytest.raises(DataError, match="1 of its rows are in no shard"):
        gather(tables, [], 10, manifest)


def test_counts_of_shards_add_up():
    one = {
        "stage": "decontaminate", "rows_in": 5, "dropped": {"not JSON": 1}, "options": {"n": 13},
        "files": [{"file": "a"}], "inputs": {"x": "1"},
        "dropped_by_test": [{"test": "gsm8k", "items": 7, "hit": 2, "same prompt": 1}],
    }  # fmt: skip
    other = json.loads(json.dumps(one)) | {"dropped": {"empty": 2}, "files": [{"file": "b"}]}
    assert added_up([one, other]) == {
        "stage": "decontaminate", "rows_in": 10, "dropped": {"not JSON": 1, "empty": 2},
        "options": {"n": 13}, "files": [{"file": "a"}, {"file": "b"}], "shards": 2,
        "dropped_by_test": [{"test": "gsm8k", "items": 7, "same prompt": 2}],
    }  # fmt: skip


def test_a_space_that_was_kept_gives_the_same_vectors(tmp_path):
    texts = ["replace a with b", "tell a tale of bears", "größer als 3 #"]
    space = fitted(texts, 2)
    write_space(tmp_path / "space.npz", space)
    again = read_space(tmp_path / "space.npz")
    assert (again.vectors(texts) == space.vectors(texts)).all()
    (tmp_path / "broken.npz").write_bytes((tmp_path / "space.npz").read_bytes()[:-40])
    for name in ("broken.npz", "none.npz"):
        with pytest.raises(DataError, match=f"{name}: not a space of lsa"):
            read_space(tmp_path / name)
