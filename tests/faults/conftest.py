"""Faults on purpose: kills, full disks, changed bytes, wrong clocks."""

import os

import pytest

from .runs import Run


def pytest_configure(config):
    config.addinivalue_line("markers", "faults: faults on purpose, with real runs")
    config.addinivalue_line("markers", "long: those of them that CI leaves out")


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own(tmp_path_factory):
    os.environ["DIVERSIFY_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The small preset, run to its end once: what every disturbed run must end in."""
    run = Run(tmp_path_factory.mktemp("undisturbed") / "run")
    run.snakemake("--printshellcmds")
    return run
