import numpy as np
import pytest

from diversify.config.mix import MixOptions
from diversify.curation.mix import draw_mix
from diversify.curation.validation import set_aside
from diversify.errors import DataError


@pytest.fixture(scope="session")
def crowd(table):
    """Two hundred rows of two sources in two dimensions: many are near another."""
    rows = table(
        *({"instruction": f"row {n}", "source": "ab"[n % 2 or n > 150]} for n in range(200))
    )
    angles = np.random.default_rng(0).uniform(0, 2 * np.pi, 200)
    return rows, np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def mixed(crowd, rows=12, similarity=0.999):
    options = MixOptions(
        budget=20, strategy="k-center", validation=rows, validation_similarity=similarity
    )
    mix = draw_mix(*crowd, None, options)
    return mix, set_aside(*crowd, mix)


def test_no_row_set_aside_is_near_a_row_of_the_mix(crowd):
    rows, vectors = crowd
    mix, aside = mixed(crowd)
    place = {id: n for n, id in enumerate(rows["id"])}
    one, other = (vectors[[place[id] for id in part["id"]]] for part in (aside, mix.picked))
    assert len(aside) == 12
    assert float((one @ other.T).max()) < 0.9991
    assert not set(aside["id"]) & set(mix.picked["id"])


def test_sources_have_the_shares_they_have_in_the_mix(crowd):
    mix, aside = mixed(crowd)
    share = (mix.picked["source"] == "a").mean()
    assert abs((aside["source"] == "a").sum() - 12 * share) <= 1


def test_the_order_of_the_rows_does_not_matter(crowd):
    rows, vectors = crowd
    shuffle = np.random.default_rng(1).permutation(len(rows))
    again = mixed((rows.iloc[shuffle].reset_index(drop=True), vectors[shuffle]))[1]
    assert again["id"].tolist() == mixed(crowd)[1]["id"].tolist()


def test_too_few_far_rows_are_an_error_that_says_how_many_there_are(crowd):
    with pytest.raises(DataError, match=r"(\d+) rows are left .*: lower --validation to \1"):
        mixed(crowd, rows=150)
