from diversify.report.kinds.derived import with_arms, with_steps
from diversify.report.kinds.result import Result, distinct


def result(name: str = "unseen", **values: object) -> Result:
    return Result({"set": name, **values}, 0, 1, 2)


def test_steps_are_read_from_the_names_of_test_sets() -> None:
    found = with_steps([result("unseen"), result("unseen_steps12"), result("steps3")])
    assert [dict(one.values) for one in found] == [
        {"set": "unseen"}, {"set": "unseen", "steps": 12}, {"set": "steps3"},
    ]  # fmt: skip


def test_arms_are_named_by_what_is_kept_all_first_and_evenly_before_unevenly() -> None:
    cells = [(20, 0.2), (20, "uniform"), (40, "uniform"), (30, "uniform")]
    found = with_arms([result(examples=rows, shape=shape) for rows, shape in cells])
    assert distinct(found, "arm") == ["all", "75 %, evenly", "half, evenly", "half, unevenly"]


def test_several_shapes_are_named_apart() -> None:
    found = with_arms([result(examples=40, shape=shape) for shape in (0.1, "uniform", 0.5)])
    assert distinct(found, "arm") == ["all", "all, unevenly (a = 0.5)", "all, unevenly (a = 0.1)"]
