import numpy as np
import pandas as pd
import pytest

from diversify.config.embed import EmbedOptions
from diversify.config.forecast import ForecastOptions
from diversify.errors import ConfigError
from diversify.io.embed import embed_rows
from diversify.io.embed_forecast import embed_forecast, embed_some, halving
from diversify.io.vectors import cache_folder

TEXTS = [f"Tell story {i} of {'very ' * (i % 40)}many animals" for i in range(600)]
SLOW = ForecastOptions(embed_seconds=1e9)


def shelves():
    return sorted(cache_folder().rglob("*.npz"))


def test_looking_ahead_keeps_no_vector(tiny_model):
    before = shelves()
    options = EmbedOptions(model=tiny_model, dtype="float32", batch_size=8)
    found = embed_forecast([*TEXTS, *TEXTS[:50]], 1.0, options, 1, SLOW)
    assert found.missing == len(TEXTS)
    assert found.vectors.shape == (16 * 8, 32)
    assert found.cost.seconds > 0
    assert found.cost.memory >= 2 * len(TEXTS) * 32
    assert shelves() == before


def test_texts_in_the_cache_are_not_embedded_again(tiny_model):
    options = EmbedOptions(model=tiny_model, dtype="float32", field="instruction")
    rows = pd.DataFrame({"instruction": TEXTS[:300], "input": ""})
    made = embed_rows(rows, None, options, 1).rows
    some = embed_forecast(TEXTS, 1.0, options, 1, SLOW)
    assert some.missing == 300
    assert {row.tobytes() for row in made} <= {row.tobytes() for row in some.vectors}
    assert embed_forecast(TEXTS[:300], 1.0, options, 1, SLOW).missing == 0


@pytest.mark.parametrize("backend", ["sentence-transformers", "lsa"])
def test_more_rows_than_were_read_take_longer(tiny_model, backend):
    options = EmbedOptions(model=tiny_model, dtype="float32", backend=backend, dimensions=8)
    one, many = (
        embed_forecast(TEXTS, times, options, 1, ForecastOptions(embed_seconds=0.01))
        for times in (1.0, 1000.0)
    )
    assert many.cost.seconds > one.cost.seconds
    assert many.cost.memory > one.cost.memory


def test_a_model_that_is_nowhere_is_told_before_anything(tmp_path):
    with pytest.raises(ConfigError, match="nowhere"):
        embed_forecast(TEXTS, 1.0, EmbedOptions(model=str(tmp_path / "nowhere")), 1, SLOW)


def test_batches_are_spread_from_the_longest_to_the_shortest():
    seen = []

    def encode(texts):
        seen.extend(texts)
        return np.zeros((len(texts), 2), dtype=np.float16)

    texts = [str(place) for place in range(1000)]
    vectors, seconds = embed_some(texts, encode, 10, SLOW)
    places = sorted({int(text) for text in seen})
    assert len(vectors) == 160
    assert places[0] == 0
    assert places[-1] == 999
    assert max(np.diff(places)) <= 1000 / 15
    assert seconds > 0


def test_a_slow_model_embeds_two_small_batches_and_no_more():
    seen = []

    def encode(texts):
        seen.append(len(texts))
        return np.zeros((len(texts), 2), dtype=np.float16)

    embed_some(
        [str(place) for place in range(1000)], encode, 10, ForecastOptions(embed_seconds=1e-12)
    )
    assert seen == [1, 1, 1, 1]


def test_few_texts_are_embedded_once():
    def encode(texts):
        return np.ones((len(texts), 2), dtype=np.float16)

    vectors, _ = embed_some(["one", "two", "six"], encode, 64, SLOW)
    assert len(vectors) == 3


@pytest.mark.parametrize("count", [1, 2, 3, 16, 21])
def test_halving_takes_each_place_once_and_the_ends_first(count):
    order = halving(count)
    assert sorted(order) == list(range(count))
    assert set(order[:2]) == {0, count - 1}
