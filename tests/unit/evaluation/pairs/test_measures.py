import numpy as np
import pytest

from diversify.evaluation.pairs.aligned import align
from diversify.evaluation.pairs.averages import AVERAGES
from diversify.evaluation.pairs.measures import main_ones, measures
from diversify.evaluation.pairs.resampling import resample

CODE = {"humaneval": 20, "humaneval+": 20, "mbpp": 30, "mbpp+": 30}
REST = ("math", "gsm8k", "theoremqa", "mmlu", "ifeval", "bbh")


def scored(made, tasks, arms="ab", seeds=(0,)):
    rng = np.random.default_rng(0)
    return align(made.table(*(
        made.items(rng.random(items) < 0.5, arm=arm, seed=seed, task=task, harness=harness)
        for task, (items, harness) in tasks.items() for arm in arms for seed in seeds
    )))  # fmt: skip


def code(made, **more):
    return scored(made, {task: (count, "score") for task, count in CODE.items()}, **more)


def test_the_weights_of_every_average_sum_to_one():
    assert len(AVERAGES) == 4
    for one in AVERAGES:
        assert sum(one.weights.values()) == pytest.approx(1)


def test_the_average_of_code_is_the_mean_of_its_four_scores(made):
    tasks = code(made)
    average = measures(tasks)[-1]
    assert (average.name, average.is_average, average.items) == ("average", True, 50)
    four = [task.scores[task.rows_of("b")[0]] for task in tasks]
    assert average.scores("b", [0])[0] == pytest.approx(np.mean(four))


def test_the_overall_average_is_a_mean_over_groups_and_not_over_tasks(made):
    tasks = scored(made, {
        **dict.fromkeys(("humaneval", "mbpp"), (12, "score")),
        **dict.fromkeys(REST, (12, "lm-eval")),
    })  # fmt: skip
    found = {one.name: one.scores("a", [0])[0] for one in measures(tasks)}
    math = np.mean([found[name] for name in ("math", "gsm8k", "theoremqa")])
    coding = np.mean([found["humaneval"], found["mbpp"]])
    groups = [coding, math, found["mmlu"], found["ifeval"], found["bbh"]]
    assert found["overall"] == pytest.approx(np.mean(groups))
    assert found["overall without if"] == pytest.approx(np.mean([*groups[:3], groups[4]]))
    assert found["overall without math"] == pytest.approx(np.mean([groups[0], *groups[2:]]))


def test_an_average_needs_all_of_its_tasks_from_the_harnesses_it_is_of(made):
    three = dict.fromkeys(("humaneval", "humaneval+", "mbpp"), (9, "score"))
    assert not any(one.is_average for one in measures(scored(made, three)))
    other = {**three, "mbpp+": (9, "evaluate")}
    assert not any(one.is_average for one in measures(scored(made, other)))


def test_base_and_extra_tests_of_the_same_items_are_one_set(made):
    average = measures(code(made))[-1]
    assert [part.shape for part in average.parts("a", [0])] == [(1, 20), (1, 30)]
    drawn = resample([task for _, task in average.terms], 3000, seed=0)
    spread = average.draws("a", [0], drawn).std()
    parts = average.parts("a", [0])
    by_parts = sum(part.shape[1] * part.var(ddof=1) for part in parts) ** 0.5
    assert spread == pytest.approx(by_parts, rel=0.1)


def test_an_arm_has_the_seeds_that_all_tasks_have(made):
    rows = [made.items([1, 0], task=task, seed=seed) for task in CODE for seed in (0, 1)]
    average = measures(align(made.table(*rows[:-1])))[-1]
    assert average.seeds_of("a") == [0]
    assert average.seeds_of("nobody") == []


def test_bits_per_byte_is_the_main_metric_where_it_was_measured(made):
    tasks = align(made.table(
        made.items([1, 0], metric="exact_match", harness="evaluate"),
        made.items([9.5, 7], metric="bits_per_byte", harness="evaluate"),
        made.items([1, 0], metric="strict", harness="lm-eval"),
        made.items([1, 1], metric="loose", harness="lm-eval"),
    ))  # fmt: skip
    assert [one.metric for one in main_ones(measures(tasks))] == ["bits_per_byte", "strict"]
