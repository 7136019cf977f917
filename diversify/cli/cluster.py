"""`diversify cluster`."""

from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Summary, Threads
from diversify.cli.output import summary_document, tell
from diversify.config.cluster import ClusterOptions
from diversify.curation.cluster import group_rows
from diversify.hardware import usable_threads
from diversify.io.vectors import read_array, write_array


def cluster(
    embeddings: Annotated[Path, Parameter(name="EMBEDDINGS", help="Array that `embed` wrote.")],
    /,
    *,
    options: Annotated[ClusterOptions, Flat] = ClusterOptions(),
    out: Out = Path("labels.npy"),
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Group the embedded rows by k-means.

    Writes an int32 array with each row's cluster.

    Example: diversify cluster embeddings.npy --clusters 200 --out labels.npy
    """
    vectors = read_array(embeddings).astype(np.float32)
    result = group_rows(vectors, options, usable_threads(threads))
    write_array(out, result.labels)
    document = summary_document(
        "cluster", result.summary(), options, [embeddings], ["scikit-learn"]
    )
    tell(
        f"{len(result.sizes)} clusters of {len(vectors)} rows in {out}", document, summary, as_json
    )
