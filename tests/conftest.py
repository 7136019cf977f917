"""What all tests share: a cache of their own, and no way to a hub."""

import os

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    os.environ["DIVERSIFY_CACHE"] = str(folder)
    yield
    del os.environ["DIVERSIFY_CACHE"]
