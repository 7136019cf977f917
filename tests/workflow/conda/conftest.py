import pytest

from tests.workflow.conda.machine import Machine


@pytest.fixture(scope="session")
def machine(tmp_path_factory):
    """A machine with the stand-in for conda; the environments made on it stay for all tests."""
    return Machine(tmp_path_factory.mktemp("machine") / "conda")
