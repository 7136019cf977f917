import json
from pathlib import Path

import pandas as pd
import pytest

from diversify.io.manifest import ROW_FIELDS, manifest_path, write_manifest


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


def test_a_manifest_is_one_document_with_a_line_for_each_row(tmp_path):
    rows = pd.DataFrame(
        [[1, "ab", "src", "f.jsonl", 3, 7, "core, random"], [0, "cd", "ö", "f", 1, -1, "all"]],
        columns=list(ROW_FIELDS),
    )
    write_manifest(tmp_path / "m.json", {"stage": "mix", "options": {"seed": 0}}, rows)
    text = (tmp_path / "m.json").read_text()
    document = json.loads(text)
    assert document["manifest"] == 1
    assert document["options"] == {"seed": 0}
    assert document["rows"] == rows.to_dict(orient="records")
    assert sum(line.startswith('{"order"') for line in text.splitlines()) == 2


def test_a_manifest_of_no_rows_is_still_a_document(tmp_path):
    write_manifest(tmp_path / "m.json", {"stage": "mix"}, pd.DataFrame(columns=list(ROW_FIELDS)))
    assert json.loads((tmp_path / "m.json").read_text())["rows"] == []
