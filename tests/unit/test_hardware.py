import threadpoolctl

from diversify.hardware import has_bf16, limited_threads, usable_threads


def test_asked_threads_are_given_and_otherwise_at_least_one():
    assert usable_threads(3) == 3
    assert usable_threads() >= 1


def test_the_environment_may_ask_too_and_a_flag_outranks_it(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert usable_threads() == 1
    assert usable_threads(3) == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "4,2")  # nested levels: not a number of ours
    assert usable_threads() >= 1


def test_blas_is_held_to_the_count_inside_the_block():
    import numpy as np

    np.ones((2, 2)) @ np.ones((2, 2))
    with limited_threads(1):
        assert {pool["num_threads"] for pool in threadpoolctl.threadpool_info()} == {1}


def test_bf16_is_a_yes_or_a_no():
    assert has_bf16() in (True, False)
