from diversify.report.verdicts import best_of, holm


def shares(*values: tuple[float, list[float]]) -> dict[float, dict[int, float]]:
    return {share: dict(enumerate(seeds)) for share, seeds in values}


def test_a_clear_lead_is_named() -> None:
    found = best_of(
        shares((0.0, [0.04, 0.05, 0.03]), (0.5, [0.72, 0.71, 0.70]), (0.75, [0.41, 0.42, 0.38])),
        0.95,
    )
    assert (found.leader, found.best) == (0.5, 0.5)
    assert found.sentence.startswith("50 % is the best share tried")
    assert all(one.difference.low > 0 for one in found.comparisons)


def test_a_lead_within_the_noise_is_not_named() -> None:
    found = best_of(shares((0.25, [0.60, 0.72, 0.55]), (0.5, [0.66, 0.64, 0.63])), 0.95)
    assert (found.leader, found.best) == (0.5, None)
    assert "do not single out a best share" in found.sentence
    assert "lead over 25 %" in found.sentence


def test_one_seed_names_no_best_of() -> None:
    found = best_of(shares((0.0, [0.1]), (0.5, [0.9])), 0.95)
    assert found.best is None
    assert "one seed allows no interval over seeds" in found.sentence


def test_seeds_that_do_not_match_name_no_best_of() -> None:
    found = best_of({0.0: {0: 0.1, 1: 0.1}, 0.5: {2: 0.9, 3: 0.9}}, 0.95)
    assert found.best is None
    assert "fewer than two seeds in common" in found.sentence


def test_shares_that_all_fail_alike_are_said_to() -> None:
    for seeds in ([0.0], [0.0, 0.0]):
        found = best_of(shares((0.0, seeds), (0.5, seeds)), 0.95)
        assert (found.leader, found.best) == (0.0, None)
        assert found.sentence == "All shares tried scored alike, so none is called best."


def test_all_that_scored_highest_are_told_with_one_seed() -> None:
    found = best_of(shares((0.0, [0.2]), (0.25, [0.5]), (0.5, [0.5])), 0.95)
    assert found.sentence.startswith("25 % and 50 % scored highest, but one seed allows")


def test_one_share_alone_is_not_compared() -> None:
    found = best_of(shares((0.5, [0.7, 0.8])), 0.95)
    assert (found.leader, found.best) == (None, None)


def test_holm_asks_more_of_the_smaller_p_values() -> None:
    assert holm([0.02, 0.04], 0.05)
    assert not holm([0.03, 0.04], 0.05)
    assert not holm([0.001, 0.06], 0.05)
