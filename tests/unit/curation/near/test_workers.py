import threading
import time

import pytest
from threadpoolctl import threadpool_info

from diversify.curation.near.workers import parts_of, workers
from diversify.hardware import limited_threads


def blas_threads() -> set[int]:
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_results_come_in_the_order_of_the_parts():
    with workers() as run:
        assert list(run(lambda part: part * 2, range(50))) == list(range(0, 100, 2))


def test_there_are_as_many_workers_as_blas_had_threads_and_blas_has_one_meanwhile():
    def work(_: int) -> int:
        time.sleep(0.02)
        return threading.get_ident()

    for threads in (1, 2):
        with limited_threads(threads):
            with workers() as run:
                assert len(set(run(work, range(8)))) == threads
                assert blas_threads() == {1}
            assert blas_threads() == {threads}


def test_one_part_is_not_worth_a_thread():
    with limited_threads(2), workers(parts=1) as run:
        assert list(run(lambda _: threading.get_ident(), [0])) == [threading.get_ident()]
        assert blas_threads() == {2}


def test_an_error_stops_the_parts_that_have_not_begun():
    begun = []

    def work(part: int) -> None:
        begun.append(part)
        time.sleep(0.01)
        raise ValueError(part)

    with pytest.raises(ValueError, match="0"), workers() as run:
        list(run(work, range(1000)))
    assert len(begun) < 100


def test_parts_hold_every_row_once():
    assert parts_of(7, 3) == [slice(0, 3), slice(3, 6), slice(6, 7)]
    assert parts_of(0, 3) == []
