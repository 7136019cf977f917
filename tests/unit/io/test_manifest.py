import json
from pathlib import Path

import pandas as pd
import pytest

from diversify.errors import DataError
from diversify.io.documents import seal_holds
from diversify.io.manifest import (
    ROW_FIELDS,
    manifest_path,
    read_manifest,
    write_manifest,
)


@pytest.mark.parametrize(
    ("mix", "manifest"),
    [
        ("mix.jsonl", "mix.manifest.json"),
        ("deep/mix.jsonl.gz", "deep/mix.manifest.json"),
        ("a.csv.b.csv", "a.csv.b.manifest.json"),
    ],
)
def test_the_manifest_lies_beside_its_mix(mix, manifest):
    assert manifest_path(Path(mix)) == Path(manifest)


def rows(*changes: dict) -> pd.DataFrame:
    whole = dict.fromkeys(ROW_FIELDS, "") | {"order": 0, "line": 3, "cluster": 7, "cost": 1}
    return pd.DataFrame([whole | change for change in changes], columns=list(ROW_FIELDS))


def test_a_manifest_is_one_document_with_a_line_for_each_row(tmp_path):
    table = rows({"order": 1, "id": "ab", "source": "ö"}, {"id": "cd", "cluster": -1})
    write_manifest(tmp_path / "m.json", {"stage": "mix", "options": {"seed": 0}}, table)
    text = (tmp_path / "m.json").read_text()
    document = read_manifest(tmp_path / "m.json")
    assert document == {k: v for k, v in json.loads(text).items() if k != "seal"}
    assert document["options"] == {"seed": 0}
    assert document["rows"] == table.to_dict(orient="records")
    assert sum(line.startswith('{"order"') for line in text.splitlines()) == 2


def test_a_manifest_of_no_rows_is_still_a_document(tmp_path):
    write_manifest(tmp_path / "m.json", {"stage": "mix"}, rows())
    assert read_manifest(tmp_path / "m.json")["rows"] == []


def test_any_changed_byte_breaks_the_seal(tmp_path):
    path = tmp_path / "m.json"
    write_manifest(path, {"stage": "mix"}, rows({"id": "ab"}))
    whole = path.read_bytes()
    assert seal_holds(path)
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not seal_holds(path), place
    path.write_bytes(whole[:-1])
    assert not seal_holds(path)


@pytest.mark.parametrize("text", ["[]", "{}", '{"manifest": 1, "rows": []}', "no"])
def test_something_else_is_refused(tmp_path, text):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(DataError, match=r"m\.json: "):
        read_manifest(tmp_path / "m.json")
