import pandas as pd
import pytest
from hypothesis import settings

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.rewrite import make_rewrite_data

settings.register_profile("quick", max_examples=60, deadline=None)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def rewrite_data():
    """A rewrite task small enough to be half learned in seconds."""
    return make_rewrite_data(
        SynthRewriteOptions(
            instructions=20, examples=4000, tests=10, alphabet=6, input_length=5, pattern_length=2
        )
    )


@pytest.fixture
def chat_rows():
    return pd.DataFrame(
        {
            "system": ["", "Be brief."],
            "instruction": ["Say hi", "Add"],
            "input": ["", "2 and 2"],
            "response": ["hi", "4"],
            "more": [
                "",
                '[{"role": "user", "content": "Sure?"}, {"role": "assistant", "content": "Yes"}]',
            ],
        }
    )
