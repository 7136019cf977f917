from diversify.report.kinds.axes import AXES, axis_of


def test_shapes_begin_with_the_even_one_and_grow_steeper() -> None:
    assert AXES["shape"].places([0.03, 2, "uniform", 0.5]) == ["uniform", 2, 0.5, 0.03]
    assert [AXES["shape"].told(one) for one in ("uniform", 0.03)] == ["uniform", "a = 0.03"]


def test_mixtures_come_after_single_numbers_whatever_their_type() -> None:
    found = AXES["occurrences"].places(["1+5+10", 10, 1, "1+5"])
    assert found == [1, 10, "1+5", "1+5+10"]
    assert AXES["occurrences"].tick("1+5") == "1 + 5 ×"


def test_families_come_in_the_order_of_the_papers() -> None:
    given = ["mirrored", "repeated+periodic+mirrored", "repeated", "periodic"]
    assert AXES["families"].places(given) == ["repeated", "periodic", "mirrored", given[1]]
    assert AXES["families"].tick(given[1]) == "all three"


def test_an_axis_of_numbers_that_holds_a_word_or_a_zero_sets_its_places_side_by_side() -> None:
    assert axis_of("instructions", [10, 100]).scale == "log"
    assert axis_of("instructions", [10, "all"]).scale == "steps"
    assert axis_of("diversify_rules", [0, 20]).scale == "steps"
    assert axis_of("steps", [0, 1]).scale == "linear"


def test_an_unknown_axis_is_drawn_by_its_values() -> None:
    assert axis_of("learning_rate", [1e-4, 1e-2]).scale == "log"
    assert axis_of("weight_decay", [0.0, 0.1]).scale == "linear"
    assert axis_of("model", ["a", "b"]).scale == "bars"
    assert axis_of("learning_rate", [1e-4]).words == "Learning rate"


def test_counts_read_as_in_a_sentence() -> None:
    assert AXES["instructions"].told(10000) == "10,000 rules"
    assert AXES["instructions"].tick(10000) == "10k"
    assert (AXES["steps"].told(1), AXES["steps"].told(2)) == ("1 step", "2 steps")
