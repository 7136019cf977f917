"""A trained model that several files ask; it is made once for each process."""

import pytest

from diversify.config.sft import SftOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.rewrite import make_rewrite_data
from diversify.training.model import load_model
from diversify.training.sft import train

TASK = SynthRewriteOptions(
    instructions=4,
    examples=6000,
    tests=8,
    alphabet=4,
    input_length=4,
    pattern_length=2,
    noop_share=0.4,
)


@pytest.fixture(scope="session")
def half_trained(tmp_path_factory):
    """A model that is right on some rows and wrong on others, and those rows."""
    data = make_rewrite_data(TASK)
    options = SftOptions(
        layers=1,
        width=64,
        heads=2,
        max_length=100,
        max_steps=140,
        learning_rate=4e-3,
        per_device_train_batch_size=64,
        precision="fp32",
    )
    folder = tmp_path_factory.mktemp("half") / "model"
    train(data.train, data.train, options, folder, 1)
    return *load_model(folder), data.train.head(2000)
