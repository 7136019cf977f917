"""How long embedding many texts will take, told from embedding some."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from diversify.config.embed import EmbedOptions
from diversify.config.forecast import ForecastOptions
from diversify.curation.forecasting.forecast import (
    Cost,
    Work,
    grown,
    memory_for,
    seconds_for,
    timed,
)
from diversify.curation.lsa import lsa_vectors
from diversify.io.embedders.sentence import Encode, devices, precision, sentence_encoder
from diversify.io.embedders.static import static_encoder
from diversify.io.meter import Meter, memory_held
from diversify.io.models import Located, located
from diversify.io.vector_cache import VectorCache, text_keys
from diversify.io.vectors import Vectors
from diversify.records import digest

TURNS = 4
"""Batches that each process takes at a time, where several share the texts."""
WHILE_EMBEDDING, AT_THE_END, HELD = 2, 4, 2
"""Bytes for each number of the vectors, in half precision: of the distinct texts while they are
made, and of the rows too in the end; those of the rows are held from then on."""
LSA_TIMES = 2
"""Times as long as other trials that one of lsa lasts, whose words take time to repeat."""
LSA_ROWS = 8192
"""Texts on which the memory of lsa is looked at."""


@dataclass(frozen=True)
class EmbedForecast:
    """What embedding will take, and some of its vectors."""

    cost: Cost
    missing: int
    """Distinct texts that are in no cache, of those that were given."""
    vectors: npt.NDArray[np.floating]
    """Of some texts, unit rows.  # (m, d)"""
    left: int = 0
    """Bytes that a run will not give back, beside what this process holds by now."""


def embed_forecast(
    texts: list[str], times: float, options: EmbedOptions, threads: int, trying: ForecastOptions
) -> EmbedForecast:
    """Tell what embedding will take; no vector is kept in a cache.

    Args:
        texts: of the rows, or of some of them.
        times: how many rows there are, for each text that is given.
        options: as the rows will be embedded.
        threads: as will be used.
        trying: how much may be tried.

    Raises:
        ConfigError: the model cannot be found or loaded.
    """
    by = _by_lsa if options.backend == "lsa" else _by_model
    return by(texts, times, options, threads, trying)


def _by_lsa(
    texts: list[str], times: float, options: EmbedOptions, threads: int, trying: ForecastOptions
) -> EmbedForecast:
    """Fit ever more texts, spread evenly over all."""

    def prepare(size: int) -> Work:
        spread = [texts[at] for at in np.linspace(0, len(texts) - 1, size).astype(int)]
        return partial(lsa_vectors, spread, [], options.dimensions)

    rows = round(len(texts) * times)
    vectors, loading = timed(prepare(min(len(texts), LSA_ROWS)))
    trials = grown(prepare, len(texts), LSA_TIMES * trying.trial_seconds)
    memory = memory_for(prepare, min(len(texts), LSA_ROWS), rows)
    numbers = HELD * rows * vectors[0].shape[1]
    # the first fit loads libraries as well
    first = max(0.0, loading - seconds_for(trials, min(len(texts), LSA_ROWS)))
    cost = Cost(first + seconds_for(trials, rows), memory + numbers)
    return EmbedForecast(cost, len(texts), vectors[0])


def _by_model(
    texts: list[str], times: float, options: EmbedOptions, threads: int, trying: ForecastOptions
) -> EmbedForecast:
    """Look into the cache, and embed some of what it lacks."""
    with Meter() as meter:
        (found, shelf), opening = timed(partial(_opened, options))
        (missing, known), looking = timed(partial(_looked_up, texts, shelf))
        vectors, loading, embedding, growth = known, 0.0, 0.0, 0
        if missing:
            size = options.batch_size * TURNS * (len(devices(options.processes)) or 1 / TURNS)
            with _lent(found, options, threads) as (encode, loading):
                growth = -memory_held()
                vectors, embedding = embed_some(missing, encode, int(size), trying)
                growth += memory_held()
    if missing and known.size:
        vectors = np.concatenate([known, vectors])
    left = max(0, int(growth * trying.batch_leftovers))
    numbers = round(len(texts) * times) * vectors.shape[1]
    most = left + max(meter.peak + WHILE_EMBEDDING * numbers, meter.after + AT_THE_END * numbers)
    seconds = opening + loading + (looking + embedding) * times
    return EmbedForecast(Cost(seconds, most - meter.before), len(missing), vectors, left)


def _opened(options: EmbedOptions) -> tuple[Located, VectorCache | None]:
    """Find the model and, unless it is a static one, its shelf of the cache."""
    found = located(options.model)
    if options.backend == "static":
        return found, None
    key = f"{found.key}\x1f{precision(options)}\x1f{options.truncate}"
    return found, VectorCache(digest(key))


def _looked_up(texts: list[str], shelf: VectorCache | None) -> tuple[list[str], Vectors]:
    """Give the distinct texts that are not in the cache, longest first, and the known vectors."""
    keys, firsts = np.unique(text_keys(texts), return_index=True)
    unknown, known = np.ones(len(keys), dtype=np.bool_), np.empty((0, 0), dtype=np.float16)
    if shelf:
        cached = shelf.find(keys)
        unknown = ~cached.known
        known = known if cached.vectors is None else cached.vectors[cached.known]
    missing = [texts[first] for first in firsts[unknown]]
    return sorted(missing, key=len, reverse=True), known


@contextmanager
def _lent(found: Located, options: EmbedOptions, threads: int) -> Iterator[tuple[Encode, float]]:
    """Load the model and lend it out, with the seconds that loading took."""
    lend = sentence_encoder
    if options.backend == "static":
        lend = static_encoder
        with lend(found, options, threads):
            pass  # distils the model if that was never done, so that no run does it again
    start = time.perf_counter()
    with lend(found, options, threads) as encode:
        yield encode, time.perf_counter() - start


def embed_some(
    texts: list[str], encode: Encode, size: int, trying: ForecastOptions
) -> tuple[Vectors, float]:
    """Embed batches spread evenly from the longest to the shortest texts.

    Gives their vectors, and the seconds that all texts will take: between two batches the time of
    a text is taken to change evenly. A model so slow that three
    batches would take too long gets smaller ones.

    Args:
        texts: in the order in which they will be embedded, longest first.
        encode: makes vectors of texts.
        size: texts in a batch.
        trying: how many batches, and for how long.
    """
    encode(texts[:1])  # readies what the first text of all has to wait for
    _, longest = timed(partial(encode, texts[:1]))
    size = min(size, max(1, int(trying.embed_seconds / (3 * longest))), len(texts))
    starts = np.unique(np.linspace(0, len(texts) - size, trying.batches).astype(int))
    vectors: list[Vectors] = []
    each: dict[float, float] = {}
    spent = 0.0
    for at in halving(len(starts)):
        batch = texts[starts[at] : starts[at] + size]
        made, seconds = timed(partial(encode, batch))
        vectors.append(made)
        each[starts[at] + size / 2] = seconds / size
        spent += seconds
        if spent >= trying.embed_seconds and len(each) > 1:
            break
    middles = sorted(each)
    per_text = np.interp(np.arange(len(texts)) + 0.5, middles, [each[one] for one in middles])
    return np.concatenate(vectors), float(per_text.sum())


def halving(count: int) -> list[int]:
    """List places so that however many are taken from the front, they are spread over all."""
    bits = max(1, (count - 1).bit_length())
    by_halves = sorted(range(count), key=lambda place: int(f"{place:0{bits}b}"[::-1], 2))
    return list(dict.fromkeys([0, count - 1, *by_halves]))
