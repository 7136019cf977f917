"""The sentence splitter that IFEval counts sentences and words with: NLTK's, or one made here.

NLTK's `punkt_tab` is a download. Where it is not installed, a splitter is trained on the spot
(Kiss and Strunk 2006, "Unsupervised multilingual sentence boundary detection") on IFEval's own
prompts, which everyone who scores IFEval has, so that all models meet the same one.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

DOWNLOADED = "sentence splitter nltk punkt_tab"
TRAINED = "locally trained sentence splitter"
MODEL = "tokenizers/punkt_tab/english"
# a short text teaches wrong abbreviations: "yes." ends an answer of one word, and many do
ABBREVIATIONS = (
    "mr mrs ms dr prof rev gov sen capt sgt lt st jr sr ph.d m.d inc ltd co corp bros dept vs etc "
    "e.g i.e approx fig vol u.s u.k u.n d.c a.m p.m a.d b.c jan feb aug sept oct nov dec"
)
"""Words that a full stop follows within a sentence."""
HOLDERS = (
    ("nltk.tokenize", "_get_punkt_tokenizer"),
    ("lm_eval.tasks.ifeval.instructions_util", "_get_sentence_tokenizer"),
)
"""Functions that remember a splitter."""

Learn = Callable[[Iterable[str]], str]
"""Gets texts to learn from, and says which splitter is in use."""


@contextmanager
def sentence_splitter() -> Iterator[Learn]:
    """Give NLTK a sentence splitter for as long as the block runs, without the network.

    One that is made here lies in a private folder, which goes when the block ends.
    """
    import nltk

    if _is_installed():
        yield lambda texts: DOWNLOADED
        return
    with tempfile.TemporaryDirectory(prefix="diversify-nltk-") as folder:
        # it must be there before the harness is imported, which would try a download otherwise
        place = Path(folder) / MODEL
        for made in (place.parents[1], place.parents[0], place):
            made.mkdir(mode=0o700)  # NLTK reads and writes only what is private
        nltk.data.path.insert(0, folder)
        try:
            yield lambda texts: _train(texts, place)
        finally:
            nltk.data.path.remove(folder)
            _forget()


def _is_installed() -> bool:
    import nltk

    try:
        nltk.data.find(f"{MODEL}/")
    except LookupError:
        return False
    return True


def _train(texts: Iterable[str], place: Path) -> str:
    from nltk.tokenize import punkt

    trainer = punkt.PunktTrainer()
    trainer.train("\n\n".join(texts), finalize=True)
    learned = trainer.get_params()
    learned.abbrev_types = set(ABBREVIATIONS.split())
    punkt.save_punkt_params(learned, dir=str(place))
    _forget()
    return TRAINED


def _forget() -> None:
    """Let go of a splitter that NLTK or the harness holds in memory."""
    import nltk

    nltk.data.clear_cache()
    for module, function in HOLDERS:
        held = getattr(sys.modules.get(module), function, None)
        if held is not None:
            held.cache_clear()
