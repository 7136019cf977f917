"""Arguments that several commands share, each with its sentence."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Flat = Parameter(name="*", negative_iterable=())
"""Turns an option model's fields into flags of the command."""

Files = Annotated[
    list[str],
    Parameter(
        name="FILE",
        negative=(),
        help="A file, pattern, address (s3://...) or hf:owner/name; a source named by its stem.",
    ),
]
Rows = Annotated[Path, Parameter(name="ROWS", help="Row table (Parquet) of the stage before.")]
Out = Annotated[Path, Parameter(help="Where the result goes.")]
Summary = Annotated[
    Path | None, Parameter(help="Where the counts go, as JSON; not written if not given.")
]
Sources = Annotated[
    list[str],
    Parameter(negative=(), help="NAME=FILE: a source with a name of its own; repeatable."),
]
Labels = Annotated[
    list[str], Parameter(negative=(), help="NAME=VALUE kept with the result; repeatable.")
]
Threads = Annotated[
    int, Parameter(help="Threads to use; 0 takes every processor this process may use.")
]
AsJson = Annotated[
    bool, Parameter(name="--json", negative=(), help="Print the summary as JSON on stdout.")
]
