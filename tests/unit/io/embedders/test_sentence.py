import numpy as np
import pandas as pd
import pytest

from diversify.config.embed import EmbedOptions
from diversify.io.embedders.sentence import devices, precision, sentence_encoder
from diversify.io.models import located


@pytest.mark.parametrize(
    ("gpus", "processes", "expected"),
    [
        (0, 1, []),
        (0, 3, ["cpu", "cpu", "cpu"]),
        (1, 1, []),
        (1, 3, []),
        (2, 1, ["cuda:0", "cuda:1"]),
    ],
)
def test_all_gpus_work_and_without_any_so_many_processes(monkeypatch, gpus, processes, expected):
    monkeypatch.setattr("torch.cuda.is_available", lambda: gpus > 0)
    monkeypatch.setattr("torch.cuda.device_count", lambda: gpus)
    assert devices(processes) == expected


def test_the_precision_is_what_was_asked_for_or_what_the_machine_has(monkeypatch):
    assert precision(EmbedOptions(dtype="float16")) == "float16"
    for has, name in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr("diversify.io.embedders.sentence.has_bf16", lambda has=has: has)
        assert precision(EmbedOptions()) == name


@pytest.mark.workflow  # each process loads its libraries anew
def test_several_processes_give_the_vectors_of_one(tiny_model):
    texts = [f"row {i} {'a' * (i % 50)}" for i in range(200)]
    options = EmbedOptions(model=tiny_model, dtype="float32", batch_size=8)
    with sentence_encoder(located(tiny_model), options, 1) as encode:
        one = encode(texts)
    several = options.model_copy(update={"processes": 2})
    with sentence_encoder(located(tiny_model), several, 2) as encode:
        two = encode(texts)
    assert one.shape == two.shape == (200, 32)
    np.testing.assert_allclose(one.astype(np.float32), two.astype(np.float32), atol=2e-3)
    assert len(pd.DataFrame(one).drop_duplicates()) > 100
