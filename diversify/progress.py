"""Progress for a person at a terminal; nothing at all in logs and pipes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show how far a step is; without a total, only that it is at work and for how long.

    Gives a function to call with the number of things done. The line goes when the block ends.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    counted = [BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()] if total else []
    with Progress(
        SpinnerColumn(),
        TextColumn(what),
        *counted,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bars:
        task = bars.add_task(what, total=total)
        yield lambda done: bars.advance(task, done)
