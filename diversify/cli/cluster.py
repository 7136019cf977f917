"""`diversify cluster`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Summary, Threads
from diversify.cli.output import summary_document, tell
from diversify.config.cluster import ClusterOptions
from diversify.curation.cluster import assign, group_rows
from diversify.curation.grouping.cluster_words import tell_clusters
from diversify.errors import ConfigError
from diversify.hardware import usable_threads
from diversify.io.documents import write_document
from diversify.io.tables import read_rows
from diversify.io.vectors import read_vectors, write_array


def cluster(
    embeddings: Annotated[Path, Parameter(name="EMBEDDINGS", help="Array that `embed` wrote.")],
    /,
    *,
    options: Annotated[ClusterOptions, Flat] = ClusterOptions(),
    centres: Annotated[
        Path | None,
        Parameter(help="Centres of an earlier run; rows go to the nearest, nothing is looked for."),
    ] = None,
    rows: Annotated[
        Path | None, Parameter(help="Row table that EMBEDDINGS was made of; --terms needs it.")
    ] = None,
    out: Out = Path("labels.npy"),
    centres_out: Annotated[
        Path | None, Parameter(help="Where the centres go, one row for each cluster.")
    ] = None,
    terms: Annotated[
        Path | None, Parameter(help="Where the clusters go in words, as JSON.")
    ] = None,
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Group the embedded rows.

    Writes an int32 array with each row's cluster, the largest cluster first. With --terms, tells
    each cluster by the words that set it apart and the instructions nearest its centre.

    Example: diversify cluster embeddings.npy --clusters 200 --out labels.npy
    """
    if terms and not rows:
        raise ConfigError("--terms needs --rows, the row table whose instructions it tells")
    table = read_rows(rows) if rows else None
    vectors = read_vectors(embeddings, None if table is None else len(table))
    count = usable_threads(threads)
    if centres:
        result = assign(vectors, read_vectors(centres), count)
    else:
        result = group_rows(vectors, options, count)
    inputs = [path for path in (embeddings, centres, rows) if path]
    write_array(out, result.labels)
    if centres_out:
        write_array(centres_out, result.centres)
    if terms and table is not None:
        told = tell_clusters(table, vectors, result.labels, result.centres, options)
        listed = {"clusters": [asdict(one) for one in told]}
        write_document(terms, summary_document("terms", listed, options, inputs, ["scikit-learn"]))
    document = summary_document("cluster", result.summary(), options, inputs, ["scikit-learn"])
    noise = f", {result.noise} of them noise" if result.noise else ""
    tell(
        f"{len(result.sizes)} clusters of {len(vectors)} rows{noise} in {out}",
        document, summary, as_json,
    )  # fmt: skip
