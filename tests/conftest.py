"""What all tests share: a cache of their own, no way to a hub, and a light heap."""

import gc
import os

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    os.environ["DIVERSIFY_CACHE"] = str(folder)
    yield
    del os.environ["DIVERSIFY_CACHE"]


@pytest.fixture(autouse=True, scope="module")
def _light_heap():
    """Let the collector pass over what is imported: each training run calls it, on millions of
    objects of libraries that never go."""
    gc.freeze()
