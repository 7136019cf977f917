"""Benchmarks from the Hub, through `datasets` and its cache."""

import re
from collections.abc import Collection
from typing import Any

from diversify.errors import DataError
from diversify.io.test_sets.known_benchmarks import HubPlace

COMMIT = re.compile(r"@([0-9a-f]{40})/")


def benchmark_rows(
    place: HubPlace, fields: Collection[str]
) -> tuple[list[tuple[str, int, dict[str, Any]]], str]:
    """Give each item as (part, number, its fields of these names), and the commit that was read.

    Names of fields are in lower case; what the cache holds is read without the network.

    Raises:
        DataError: the dataset can neither be reached nor is it in the cache.
    """
    import datasets

    datasets.disable_progress_bars()
    rows: list[tuple[str, int, dict[str, Any]]] = []
    commits: set[str] = set()
    try:
        for config in [place.config] if place.config else _configs(place.path):
            part = datasets.load_dataset(place.path, config, split=place.split)
            # pictures beside the text are left where they are
            wanted = [name for name in part.column_names if name.lower() in fields]
            label = place.split if place.config else config
            numbered = enumerate(part.select_columns(wanted), start=1)
            rows += [(label, number, dict(row)) for number, row in numbered]
            commits |= set(COMMIT.findall(" ".join(part.info.download_checksums or {})))
    except (OSError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"{place.words}: cannot be loaded ({reason}); give its file: --benchmark NAME=PATH"
        ) from error
    return rows, ", ".join(sorted(commits))


def _configs(path: str) -> list[str]:
    from datasets import get_dataset_config_names

    return list(get_dataset_config_names(path))
