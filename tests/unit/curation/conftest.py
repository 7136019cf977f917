"""Row tables in one line, and the settings under which laws are tried."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from diversify.records import COLUMNS, Record

settings.register_profile("quick", max_examples=60, deadline=None)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    def make(*rows: dict) -> pd.DataFrame:
        """Lay out rows given by some of their fields, one per line of their source's file."""
        records = [_record(line, **row) for line, row in enumerate(rows, start=1)]
        return pd.DataFrame(
            [[getattr(record, name) for name in COLUMNS] for record in records], columns=COLUMNS
        )

    return make


def _record(line: int, source: str = "code", response: str = "yes", **rest: str) -> Record:
    return Record(source=source, file=f"{source}.jsonl", line=line, response=response, **rest)


@pytest.fixture(scope="session")
def shuffled() -> Callable[..., pd.DataFrame]:
    def shuffle(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
        return rows.iloc[np.random.default_rng(seed).permutation(len(rows))].reset_index(drop=True)

    return shuffle
