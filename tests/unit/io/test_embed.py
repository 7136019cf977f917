"""Embedding by a real sentence-transformers model, made on the spot, and by the wheel's MiniLM."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from diversify.config.embed import EmbedOptions
from diversify.errors import ConfigError, DataError
from diversify.io import minilm
from diversify.io.embed import embed_rows
from diversify.io.vectors import cache_folder

ROWS = pd.DataFrame(
    {
        "instruction": ["Sort a list", "Sort a list", "Tell a joke", "Sort the list of numbers"],
        "input": ["", "3 1 2", "", ""],
    }
)
needs_wheel = pytest.mark.skipif(
    importlib.util.find_spec(minilm.WHEEL) is None, reason="the extra 'minilm' is not installed"
)


def test_each_text_is_embedded_once_and_the_second_time_comes_from_the_cache(tiny_model):
    options = EmbedOptions(model=tiny_model, field="instruction", dtype="float32")
    first = embed_rows(ROWS, ROWS.tail(1), options, 1)
    again = embed_rows(ROWS, ROWS.tail(1), options, 1)
    assert (first.texts, first.computed, again.computed) == (3, 3, 0)
    assert first.rows.shape == (4, 32)
    assert (first.rows == again.rows).all()
    assert (first.rows[0] == first.rows[1]).all()
    assert (first.rows[3] == first.tests[0]).all()
    np.testing.assert_allclose(np.linalg.norm(first.rows.astype(np.float32), axis=1), 1, atol=1e-2)


def test_vectors_are_those_of_sentence_transformers_itself(tiny_model):
    from sentence_transformers import SentenceTransformer

    rows = ROWS.assign(instruction=[f"fresh {text}" for text in ROWS["instruction"]])
    options = EmbedOptions(model=tiny_model, field="instruction", dtype="float32")
    ours = embed_rows(rows, None, options, 1).rows
    theirs = SentenceTransformer(tiny_model, device="cpu").encode(
        list(rows["instruction"]), normalize_embeddings=True
    )
    np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_the_order_of_the_rows_does_not_matter(tiny_model):
    options = EmbedOptions(model=tiny_model, batch_size=2, dtype="float32")
    forward = embed_rows(ROWS, None, options, 1).rows
    backward = embed_rows(ROWS[::-1], None, options, 1).rows
    assert (forward == backward[::-1]).all()


def test_other_weights_are_another_model(tiny_model, tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    options = EmbedOptions(model=tiny_model, dtype="float32")
    before = embed_rows(ROWS, None, options, 1)
    shutil.copytree(tiny_model, tmp_path / "model")
    weights = next((tmp_path / "model").rglob("*.safetensors"))
    changed = {name: torch.zeros_like(w) + 0.1 for name, w in load_file(weights).items()}
    save_file(changed, weights, metadata={"format": "pt"})
    other = embed_rows(ROWS, None, EmbedOptions(model=str(tmp_path / "model"), dtype="float32"), 1)
    assert before.model != other.model
    assert other.computed == other.texts


@pytest.mark.parametrize(
    "file", ["1_Pooling/config.json", "tokenizer.json", "sentence_bert_config.json"]
)
def test_a_changed_part_beside_the_weights_is_another_model_too(tiny_model, tmp_path, file):
    options = EmbedOptions(model=tiny_model, dtype="float32")
    embed_rows(ROWS, None, options, 1)
    shutil.copytree(tiny_model, tmp_path / "model")
    same = embed_rows(ROWS, None, EmbedOptions(model=f"{tmp_path}/model", dtype="float32"), 1)
    assert same.computed == 0
    changed = tmp_path / "model" / file
    changed.write_text(changed.read_text() + "\n")
    other = embed_rows(ROWS, None, EmbedOptions(model=f"{tmp_path}/model", dtype="float32"), 1)
    assert other.computed == other.texts


def test_precisions_and_truncations_do_not_share_a_cache(tiny_model):
    rows = ROWS.assign(instruction=[f"apart {text}" for text in ROWS["instruction"]])
    kinds = [{"dtype": "float32"}, {"dtype": "bfloat16"}, {"dtype": "float16"},
             {"dtype": "float32", "truncate": 8}]  # fmt: skip
    made = [embed_rows(rows, None, EmbedOptions(model=tiny_model, **kind), 1) for kind in kinds]
    assert [one.computed for one in made] == [4] * 4
    wide = [one.rows.astype(np.float32) for one in made[:3]]
    np.testing.assert_allclose(wide[1], wide[0], atol=0.03)
    np.testing.assert_allclose(wide[2], wide[0], atol=0.01)


@pytest.mark.parametrize("backend", ["sentence-transformers", "static", "lsa"])
def test_a_truncated_vector_is_the_head_at_length_one(tiny_model, backend):
    options = EmbedOptions(model=tiny_model, dtype="float32", backend=backend, dimensions=3)
    cut = 2 if backend == "lsa" else 8
    options = options.model_copy(update={"dimensions": 3 if backend == "lsa" else 16})
    whole = embed_rows(ROWS, ROWS.head(1), options, 1)
    short = embed_rows(ROWS, ROWS.head(1), options.model_copy(update={"truncate": cut}), 1)
    for long, head in ((whole.rows, short.rows), (whole.tests, short.tests)):
        expected = long[:, :cut].astype(np.float64)
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
        np.testing.assert_allclose(head, expected, atol=2e-3)


@pytest.mark.parametrize("backend", ["sentence-transformers", "static", "lsa"])
def test_more_dimensions_than_there_are_cannot_be_kept(tiny_model, backend):
    options = EmbedOptions(model=tiny_model, backend=backend, truncate=999)
    with pytest.raises(ConfigError, match="truncate 999"):
        embed_rows(ROWS, None, options, 1)


def test_without_rows_it_says_so(tiny_model):
    with pytest.raises(DataError, match="no rows to embed"):
        embed_rows(ROWS.head(0), ROWS, EmbedOptions(model=tiny_model), 1)


KILLED = """
import sys
import pandas as pd
import diversify.io.embed
from diversify.config.embed import EmbedOptions
diversify.io.embed.SHARD = 8
options = EmbedOptions(model=sys.argv[1], dtype="float32", batch_size=4)
diversify.io.embed.embed_rows(pd.read_parquet(sys.argv[2]), None, options, 1)
"""


@pytest.mark.workflow  # a process of its own, really killed
def test_a_killed_run_goes_on_where_it_was_and_ends_with_the_same_bytes(
    tiny_model, tmp_path, monkeypatch
):
    count = 1200
    rows = pd.DataFrame({"instruction": [f"say {i} {'x' * (i % 90)}" for i in range(count)]})
    rows.assign(input="").to_parquet(tmp_path / "rows.parquet")
    monkeypatch.setenv("DIVERSIFY_CACHE", str(tmp_path / "killed"))
    command = [sys.executable, "-c", KILLED, tiny_model, str(tmp_path / "rows.parquet")]
    with subprocess.Popen(command, env=os.environ.copy()) as running:
        while len(shards()) < 3 and running.poll() is None:
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    kept = 8 * len(shards())
    assert 24 <= kept < count
    monkeypatch.setattr("diversify.io.embed.SHARD", 8)
    options = EmbedOptions(model=tiny_model, dtype="float32", batch_size=4)
    again = embed_rows(rows.assign(input=""), None, options, 1)
    assert again.computed == count - kept
    monkeypatch.setenv("DIVERSIFY_CACHE", str(tmp_path / "untouched"))
    at_once = embed_rows(rows.assign(input=""), None, options, 1)
    assert at_once.computed == count
    assert again.rows.tobytes() == at_once.rows.tobytes()


def shards():
    return [path for path in cache_folder().rglob("*.npz") if path.name[0] != "."]


def test_a_broken_file_of_the_cache_is_told_and_its_texts_are_embedded_again(
    tiny_model, tmp_path, monkeypatch
):
    monkeypatch.setenv("DIVERSIFY_CACHE", str(tmp_path))
    options = EmbedOptions(model=tiny_model, dtype="float32")
    first = embed_rows(ROWS, None, options, 1)
    (shard,) = shards()
    shard.write_bytes(shard.read_bytes()[:-40])
    again = embed_rows(ROWS, None, options, 1)
    assert (again.damaged, again.computed) == (1, 4)
    assert again.rows.tobytes() == first.rows.tobytes()


def test_a_model_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="cannot load the embedding model 'nobody/nothing'"):
        embed_rows(ROWS, None, EmbedOptions(model="nobody/nothing"), 1)


def test_lsa_needs_no_model():
    result = embed_rows(ROWS, ROWS.tail(1), EmbedOptions(backend="lsa", dimensions=2), 1)
    assert result.rows.shape == (4, 2)
    assert (result.rows[3] == result.tests[0]).all()


@needs_wheel
def test_minilm_puts_like_beside_like():
    vectors = embed_rows(ROWS, None, EmbedOptions(field="instruction"), 1).rows.astype(np.float32)
    near = vectors @ vectors.T
    assert near[0, 3] > 0.6 > near[0, 2]


def test_without_the_model_both_ways_to_get_it_are_named(monkeypatch):
    monkeypatch.setattr(minilm, "_in_hub_cache", lambda: None)
    monkeypatch.setattr(minilm, "_in_wheel", lambda: None)
    with pytest.raises(ConfigError) as caught:
        embed_rows(ROWS, None, EmbedOptions(), 1)
    assert "extra 'minilm'" in str(caught.value)
    assert "from the Hub" in str(caught.value)
    assert "--backend lsa" in str(caught.value)
