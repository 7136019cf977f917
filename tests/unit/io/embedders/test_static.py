"""Static models: given, or distilled from the model at hand."""

import numpy as np
import pandas as pd
import pytest
from model2vec import StaticModel
from tokenizers import Tokenizer, models, pre_tokenizers

from diversify.config.embed import EmbedOptions
from diversify.errors import ConfigError
from diversify.io.embed import embed_rows
from diversify.io.vectors import cache_folder

ROWS = pd.DataFrame({"instruction": ["red green", "green red", "blue", "purple"], "input": ""})


def static(model, **more):
    return EmbedOptions(model=str(model), backend="static", **more)


@pytest.fixture
def colours(tmp_path):
    """A model of three words along three axes."""
    words = {"[UNK]": 0, "red": 1, "green": 2, "blue": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    axes = np.array([[9, 9, 9], [2, 0, 0], [0, 1, 0], [0, 0, 5]], dtype=np.float32)
    StaticModel(axes, tokenizer, normalize=True).save_pretrained(tmp_path / "colours")
    return tmp_path / "colours"


def test_a_text_is_the_mean_of_its_words_at_length_one(colours):
    found = embed_rows(ROWS, ROWS.tail(2), static(colours), 1)
    length = 5**0.5
    expected = [[2 / length, 1 / length, 0], [2 / length, 1 / length, 0], [0, 0, 1], [0, 0, 0]]
    np.testing.assert_allclose(found.rows, expected, atol=1e-3)
    assert (found.tests == found.rows[2:]).all()
    assert (found.texts, found.computed) == (4, 4)
    assert found.rows.dtype == np.float16
    assert found.model.startswith("static colours+")


def test_any_other_model_is_distilled_once(tiny_model, monkeypatch):
    options = static(tiny_model, dimensions=12)
    first = embed_rows(ROWS, None, options, 1)
    assert first.rows.shape == (4, 12)
    assert (first.rows[0] == first.rows[1]).all()  # the order of words plays no part
    np.testing.assert_allclose(np.linalg.norm(first.rows.astype(float), axis=1), 1, atol=1e-2)
    monkeypatch.setattr("diversify.io.embedders.static.distil", None)
    again = embed_rows(ROWS, None, options, 1)
    assert again.rows.tobytes() == first.rows.tobytes()
    assert not list((cache_folder() / "static").glob("tmp*"))


def test_distilled_vectors_are_components_of_the_tokens_own_vectors(tiny_model):
    """Two one-letter texts lie as far apart as their tokens do in the model, centred."""
    from sentence_transformers import SentenceTransformer

    letters = list("abcdefghij")
    rows = pd.DataFrame({"instruction": letters, "input": ""})
    ours = embed_rows(rows, None, static(tiny_model, dimensions=32), 1).rows.astype(float)
    model = SentenceTransformer(tiny_model, device="cpu")
    tokenizer = model.tokenizer
    count = len(tokenizer)
    ids = [tokenizer.convert_ids_to_tokens(i) for i in range(count)]
    whole = model.encode([token.removeprefix("##") for token in ids[5:]])
    assert whole.shape == (count - 5, 32)
    # pairs of letters keep the order of their similarities, nearly: continuations are not words
    theirs = model.encode(letters)
    theirs = theirs - whole.mean(axis=0)
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    pairs = np.triu_indices(len(letters), 1)
    assert np.corrcoef((ours @ ours.T)[pairs], (theirs @ theirs.T)[pairs])[0, 1] > 0.9


def test_without_the_library_the_extra_is_named(colours, monkeypatch):
    find = "diversify.io.embedders.static.importlib.util.find_spec"
    monkeypatch.setattr(find, lambda name: None)
    with pytest.raises(ConfigError, match="install the extra 'static'"):
        embed_rows(ROWS, None, static(colours), 1)


def test_a_broken_model_is_named(colours):
    (colours / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(ConfigError, match="cannot load the embedding model"):
        embed_rows(ROWS, None, static(colours), 1)


def test_a_text_has_the_same_vector_in_a_shard_and_among_all(tiny_model):
    """What docs/scale.md promises of static vectors."""
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(list("abcdefgh"), rng.integers(1, 40))) for _ in range(300)]
    rows = pd.DataFrame({"instruction": texts, "input": ""})
    options = static(tiny_model, dimensions=12)
    whole = embed_rows(rows, None, options, 1).rows
    for start in range(3):
        shard = rows.iloc[start::3].reset_index(drop=True)
        assert (embed_rows(shard, None, options, 1).rows == whole[start::3]).all()
