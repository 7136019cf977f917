"""Several sandboxes at once: the work is in them, so threads are enough to wait for them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from diversify.evaluation.sandbox.jail import Jail
from diversify.progress import progress

Task = TypeVar("Task")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Task], Result], tasks: Sequence[Task], jail: Jail, workers: int, what: str
) -> list[Result]:
    """Do each task, so many at once, and give the results in the tasks' order.

    The first fault, an interruption too, ends all sandboxes before it is passed on.
    """
    with ThreadPoolExecutor(workers) as pool, progress(what, len(tasks)) as advance:
        futures = [pool.submit(work, task) for task in tasks]
        try:
            for future in as_completed(futures):
                future.result()
                advance(1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            jail.end_all()
            raise
    return [future.result() for future in futures]
