"""The sentence splitter of IFEval, made on the spot or NLTK's own."""

from pathlib import Path

import nltk
import pytest
from nltk.tokenize import punkt

from diversify.evaluation.harness.splitter import DOWNLOADED, TRAINED, sentence_splitter

PROMPTS = ["Write about rain. Use two sentences. Do not use commas.", "List three towns, e.g. Ulm."]


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """An NLTK that has nothing and must not ask for it."""
    monkeypatch.setattr(nltk.data, "path", [])
    monkeypatch.setattr(nltk, "download", lambda *words: pytest.fail("asked the network"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def count(text):
    return len(nltk.tokenize.sent_tokenize(text))


def test_a_splitter_is_trained_where_nltk_has_none_and_goes_again(bare):
    with sentence_splitter() as learn:
        # its import asks NLTK for a splitter
        from lm_eval.tasks.ifeval import instructions_util

        assert learn(PROMPTS) == TRAINED
        folder = Path(nltk.data.path[0])
        assert folder.stat().st_mode & 0o777 == 0o700
        text = "Dr. Lee came at 5 p.m. to the U.S. consulate. It rained. Was it late? Yes."
        assert count(text) == instructions_util.count_sentences(text) == 4
    assert not folder.exists()
    assert nltk.data.path == []
    assert not any(bare.iterdir())
    with pytest.raises(LookupError):
        count(text)


def test_the_same_prompts_make_the_same_splitter(bare):
    texts = []
    for _ in range(2):
        with sentence_splitter() as learn:
            learn(PROMPTS)
            model = Path(nltk.data.path[0]) / "tokenizers/punkt_tab/english"
            texts.append({file.name: sorted(file.read_text()) for file in model.iterdir()})
    assert texts[0] == texts[1]
    assert len(texts[0]) == 4


def test_a_downloaded_splitter_is_used(bare, monkeypatch):
    folder = bare / "nltk_data"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(nltk.data, "path", [str(folder)])
    words = punkt.PunktParameters()
    words.abbrev_types = {"zzz"}
    place = folder / "tokenizers/punkt_tab/english"
    for made in (place.parents[1], place.parents[0], place):
        made.mkdir(mode=0o700)
    punkt.save_punkt_params(words, dir=str(place))
    with sentence_splitter() as learn:
        assert learn(PROMPTS) == DOWNLOADED
        assert nltk.data.path == [str(folder)]
        assert count("One zzz. two. Three.") == 2
