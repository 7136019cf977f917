import shutil

import pytest

from diversify.config.score import ScoreOptions
from diversify.evaluation.sandbox.jail import jail
from diversify.evaluation.sandbox.run import Calls, Job, started

QUICK = ScoreOptions(memory_mb=512, processes=24, output_mb=1, file_mb=1)


@pytest.fixture(scope="session")
def shut():
    """What sandboxes are started with: small limits, so that they are soon reached."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    with jail(QUICK) as made:
        yield made


@pytest.fixture
def listen(shut):
    """Run a program whose function is f; gives the messages."""

    def call(program, *arguments, total=30.0, limits=None, waits=None, where=shut):
        calls = Calls(tuple(list(one) for one in arguments or ([],)), total, limits, waits)
        with started(where, Job(program, "f", (calls,))) as messages:
            return list(messages)

    return call
