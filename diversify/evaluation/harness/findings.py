"""What a run of the harness says: a score for each item, and what must be said beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diversify.evaluation.harness.building import BuiltTask
from diversify.evaluation.harness.suite import known

ItemScore = tuple[str, str, str, float, float]
"""Task, metric, item, value and weight, as `diversify.io.item_scores` lays them out."""
SPARE = 8
"""Tokens that a tokenizer may add to a text; otherwise it makes no more of them than bytes."""


@dataclass(frozen=True)
class Answers:
    """How long the answers of a task may be, in tokens."""

    wanted: int
    """As asked for, or as the harness has it."""
    allowed: int
    """As the model's context allows."""


def item_scores(built: BuiltTask, results: Mapping[str, Any]) -> list[ItemScore]:
    """Give the scores of items: by the first of a task's filters METRIC, by another METRIC,FILTER.

    A metric that the harness sums up over parts of an item, such as the instructions of a prompt,
    has their number as its weight.
    """
    return [
        (built.name, metric, item, value, weight)
        for part, task in built.parts.items()
        for item, metric, value, weight in _of_part(
            results["samples"][task.task_name], item_names(built, part)
        )
    ]


def _of_part(
    samples: list[dict[str, Any]], names: list[str]
) -> Iterator[tuple[str, str, float, float]]:
    first = samples[0]["filter"]
    for sample in samples:
        for metric in sample["metrics"]:
            label = metric if sample["filter"] == first else f"{metric},{sample['filter']}"
            found = sample[metric]
            values = found if isinstance(found, list) else [found]
            yield names[sample["doc_id"]], label, float(sum(values)), float(len(values))


def item_names(built: BuiltTask, part: str) -> list[str]:
    """Name a part's items: TASK/PART/ID, by their number from 0 where they have no ids."""
    items = built.data.tests[part]
    field = known(built.name).item
    ids = list(items[field]) if field in items.column_names else []
    if None in ids or len(set(ids)) < len(items):
        ids = list(range(len(items)))
    head = f"{built.name}/{part}" if part else built.name
    return [f"{head}/{id}" for id in ids]


def cut_items(built: BuiltTask, lm: Any) -> list[str]:
    """Name the items whose prompt is longer than the model's context leaves room for.

    The harness cuts the beginnings of such prompts off.
    """
    cut: list[str] = []
    for part, task in built.parts.items():
        names = item_names(built, part)
        long = {one.doc_id for one in task.instances if _is_cut(lm, one)}
        cut += [names[number] for number in sorted(long)]
    return cut


def _is_cut(lm: Any, instance: Any) -> bool:
    prompt, rest = instance.args
    if isinstance(rest, dict):  # how to generate; else what may follow, whose last token is unseen
        text, room = prompt, lm.max_length - rest["max_gen_toks"]
    else:
        text, room = prompt + rest, lm.max_length + 1
    # most prompts are short, and counting tokens is slow
    return len(text.encode()) + SPARE > room and bool(len(lm.tok_encode(text)) > room)


def task_report(
    built: BuiltTask, results: Mapping[str, Any], answers: Answers | None, cut: list[str]
) -> dict[str, Any]:
    """Say how a task was run and what the harness makes of it, for the summary."""
    parts = {
        part: _metrics(results["results"][task.task_name]) for part, task in built.parts.items()
    }
    first = next(iter(built.parts.values()))
    metric, used = _main(results["samples"][first.task_name][0])
    report: dict[str, Any] = {
        "metric": metric,
        "filter": used,
        "shots": built.shots,
        "usual_shots": built.usual_shots,
        "version": str(first.VERSION),
        "cut": cut,
    }
    if answers:
        report["answer_tokens"] = answers.allowed
    if built.group is None:
        return report | {"harness": parts[""]}
    by_size = all(one.weight_by_size for one in built.group.aggregate_metric_list)
    weighted = {"weighted": "by size" if by_size else "parts alike"}
    whole = _metrics(results["groups"][built.name])
    return report | {"harness": whole | weighted, "parts": parts}


def _main(sample: Mapping[str, Any]) -> tuple[str, str]:
    return sample["metrics"][0], sample["filter"]


def _metrics(found: Mapping[str, Any]) -> dict[str, float]:
    """Pick METRIC,FILTER out of what the harness says of a task; its errors are ours to find."""
    return {
        name: round(float(value), 6)
        for name, value in found.items()
        if "," in name and "_stderr," not in name
    }


def task_marks(
    built: BuiltTask, count: int, answers: Answers | None, cut: list[str], pictures: int
) -> Iterator[str]:
    """Say what sets a task's score, over `count` items, apart from the usual one."""
    size = known(built.name).size
    if count != size:
        yield f"{built.name}: {count} of {size} items"
    if built.shots != built.usual_shots:
        yield f"{built.name}: {built.shots} shots, where the harness has {built.usual_shots}"
    if answers and answers.allowed < answers.wanted:
        yield (
            f"{built.name}: answers of at most {answers.allowed} tokens in place of "
            f"{answers.wanted}, since the model's context is short"
        )
    if cut:
        yield f"{built.name}: prompts cut, since the model's context is short: {len(cut)}"
    if pictures:
        yield f"{built.name}: items that refer to a picture, which is not shown: {pictures}"
    if built.shots and (shown := built.data.shown()):
        yield f"{built.name}: solved examples that are test items themselves: {shown}"
