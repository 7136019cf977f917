from diversify.report.contrasts import contrast
from diversify.report.kinds.result import Result


def arm(*right: int, first_seed: int = 0) -> list[Result]:
    return [Result({}, seed, count, 100) for seed, count in enumerate(right, first_seed)]


def test_seeds_decide_where_both_have_two_in_common() -> None:
    clear = contrast(arm(80, 82, 81), arm(40, 41, 42), 0.95)
    shy = contrast(arm(80, 40, 60), arm(40, 41, 42), 0.95)
    assert clear is not None and clear.rises and clear.seeds == 3
    assert shy is not None and not shy.clear and shy.p is not None and shy.p > 0.05


def test_with_one_seed_the_test_rows_decide() -> None:
    far, near = contrast(arm(10), arm(80), 0.95), contrast(arm(50), arm(55), 0.95)
    assert far is not None and far.falls and far.p is None
    assert near is not None and not near.clear


def test_seeds_of_different_numbers_must_all_lie_apart() -> None:
    found = contrast(arm(90, 40), arm(10, 12, first_seed=5), 0.95)
    mixed = contrast(arm(90, 12), arm(10, 12, first_seed=5), 0.95)
    assert found is not None and found.rises
    assert mixed is not None and not mixed.clear


def test_a_missing_arm_is_not_compared() -> None:
    assert contrast([], arm(1), 0.95) is None
