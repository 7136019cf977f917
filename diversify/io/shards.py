"""Tables laid out for shards: the rows of each lie together, so that a job reads its own alone.

Which shard a row is in hangs on its content hash and nothing else, so shards are of even size and
the same whatever the files. The file stays an ordinary Parquet table; which row groups belong to
which shard stands in its metadata. It bears a checksum for each page, and a seal of its footer
alone, so that a job checks what it reads and need not read what is others'.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from diversify.config.shards import Shard
from diversify.curation.lots import content_keys
from diversify.curation.reading.fields import one_line
from diversify.errors import DataError
from diversify.io.seals import check_footer, seal_footer
from diversify.io.whole import whole

LAYOUT = b"diversify.shards"
"""Where the metadata lists how many row groups each shard has."""
GROUP_ROWS = 20_000
"""Rows of a row group at most."""


class LaidOut:
    """Takes tables as they come and sets their rows apart by shard, on disk."""

    def __init__(self, path: Path, schema: pa.Schema, of: int, folder: str, stack: ExitStack):
        """Make ready to write `path`; rows wait in `folder`, in a file for each shard."""
        self.path, self.schema = path, schema
        self.waiting = [Path(folder) / f"{number}.arrow" for number in range(of)]
        self.writers = [stack.enter_context(pa.ipc.new_file(p, schema)) for p in self.waiting]

    def write_table(self, table: pa.Table) -> None:
        """Set the rows of a table apart by their content."""
        self.put(table, content_keys(table["id"].to_numpy()) % np.uint64(len(self.writers)))

    def put(self, table: pa.Table, which: NDArray[np.integer]) -> None:
        """Set the rows of a table apart, each into the shard that is told for it."""
        for number in np.unique(which).tolist():
            self.writers[number].write_table(table.filter(pa.array(which == number)))

    def finish(self) -> None:
        """Write the shards one after the other."""
        counts = []
        options = {"compression": "zstd", "write_page_checksum": True}
        with pq.ParquetWriter(self.path, self.schema, **options) as writer:
            for waiting in self.waiting:
                with pa.memory_map(str(waiting)) as source:
                    table = pa.ipc.open_file(source).read_all()
                    counts.append(-(-len(table) // GROUP_ROWS))
                    for start in range(0, len(table), GROUP_ROWS):
                        writer.write_table(table.slice(start, GROUP_ROWS))
            writer.add_key_value_metadata({LAYOUT: json.dumps(counts)})
        seal_footer(self.path)


@contextmanager
def shard_writer(path: Path, schema: pa.Schema, of: int) -> Iterator[LaidOut]:
    """Open a table for writing that is laid out for so many shards by its column `id`.

    Holds a shard at a time, and needs room for the rows twice on disk.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".shards-") as folder:
        with ExitStack() as stack:
            laid = LaidOut(path, schema, of, folder, stack)
            yield laid
        laid.finish()


def write_for_shards(path: Path, table: pd.DataFrame, of: int) -> None:
    """Write a table with a column `id` for so many shards; the file appears when it is whole."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    with whole(path) as draft, shard_writer(draft, arrow.schema, of) as laid:
        laid.write_table(arrow)


def read_shard(path: Path, shard: Shard) -> pd.DataFrame:
    """Read the rows of one shard, in the order in which they were written.

    Raises:
        DataError: the file is no table, or none that is laid out for so many shards.
    """
    with reading(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        counts = json.loads((file.metadata.metadata or {}).get(LAYOUT, b"[]"))
        if len(counts) != shard.of:
            raise DataError(
                f"{path}: is not laid out for {shard.of} shards but for {len(counts) or 1}: "
                f"run the step before with --shards {shard.of}"
            )
        check_footer(path)
        first = sum(counts[: shard.number])
        groups = range(first, first + counts[shard.number])
        rows: pd.DataFrame = file.read_row_groups(list(groups)).to_pandas()
    return rows


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what Arrow and pandas raise at a file that is missing, or no table, into a line.

    Raises:
        DataError: it is.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    # a damaged footer sends Arrow and pandas astray, each in its own way
    except (pa.ArrowException, ValueError, OSError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: not a table of diversify ({one_line(str(error), 200)})"
        ) from error


def read_shard_of_all(paths: Sequence[Path], shard: Shard) -> pd.DataFrame:
    """Read the rows of one shard from several tables."""
    return pd.concat([read_shard(path, shard) for path in paths], ignore_index=True)
