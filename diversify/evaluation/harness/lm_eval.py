"""Score a model through lm-evaluation-harness, all tasks with the model loaded once.

Gao et al., "A framework for few-shot language model evaluation". Each task runs by itself, from
the same seeds, so that its scores hang on no other task; the harness' own command, network and
caches stay out of it.
"""

import random
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from diversify.config.lm_eval import LmEvalOptions
from diversify.errors import ConfigError
from diversify.evaluation.harness.building import INSTALL, BuiltTask, build_task
from diversify.evaluation.harness.findings import (
    Answers,
    ItemScore,
    cut_items,
    item_scores,
    task_marks,
    task_report,
)
from diversify.evaluation.harness.silence import quiet_harness
from diversify.evaluation.harness.sources import TaskFiles
from diversify.evaluation.harness.splitter import sentence_splitter
from diversify.io.item_scores import ITEM_COLUMNS
from diversify.progress import progress

PROMPTED = "ifeval"
"""The task whose checks count sentences."""
PACKAGES = ("lm_eval", "langdetect", "nltk", "immutabledict")


@dataclass(frozen=True)
class OpenTasks:
    """Tasks that are ready to run."""

    built: list[BuiltTask]
    splitter: str
    """Which sentence splitter counts; empty where none does."""


@dataclass(frozen=True)
class HarnessScores:
    """What the harness found."""

    items: pd.DataFrame
    """Scores item by item, as `diversify.io.item_scores` lays them out."""
    tasks: dict[str, dict[str, Any]]
    """Task -> how it was run, and the harness' own sums."""
    marks: list[str]
    """What must be said beside the scores."""


@contextmanager
def open_tasks(named: Mapping[str, TaskFiles], options: LmEvalOptions) -> Iterator[OpenTasks]:
    """Read the items of tasks and make them ready to run, for as long as the block lasts.

    Raises:
        ConfigError: lm-evaluation-harness or a package of its is not installed, or a task cannot
            be run as asked.
        DataError: items cannot be read.
    """
    if not named:
        raise ConfigError("name a task, such as --task gsm8k=test.jsonl.gz, or gsm8k for the Hub")
    stray = sorted(options.num_fewshot.keys() - named.keys())
    if stray:
        raise ConfigError(f"--num-fewshot {stray[0]}: there is no --task {stray[0]}")
    check_installed(named)
    with ExitStack() as stack:
        stack.enter_context(quiet_harness())
        learn = stack.enter_context(sentence_splitter()) if PROMPTED in named else None
        built = [build_task(name, files, options) for name, files in named.items()]
        prompts = [one.data.tests[""]["prompt"] for one in built if one.name == PROMPTED]
        yield OpenTasks(built, learn(prompts[0]) if learn else "")


def check_installed(named: Mapping[str, TaskFiles]) -> None:
    """Check that the harness is there, and what IFEval's checks need."""
    for package in PACKAGES if PROMPTED in named else PACKAGES[:1]:
        if find_spec(package) is None:
            raise ConfigError(f"lm-eval needs the package {package}: {INSTALL}")


def score_tasks(
    model: Any, tokenizer: Any, tasks: OpenTasks, options: LmEvalOptions
) -> HarnessScores:
    """Score a model on tasks, with a tokenizer of its own.

    The model is moved to the GPU where there is one.

    Raises:
        ConfigError: a chat template is asked for and the tokenizer has none.
    """
    if options.apply_chat_template and not tokenizer.chat_template:
        raise ConfigError("--apply-chat-template: the model's tokenizer has no chat template")
    return score_through(_harness_model(model, tokenizer, options), tasks, options)


def score_through(lm: Any, tasks: OpenTasks, options: LmEvalOptions) -> HarnessScores:
    """Score a model of the harness' own kind on tasks, one after the other."""
    scores: list[ItemScore] = []
    reports: dict[str, dict[str, Any]] = {}
    marks: list[str] = []
    with progress("lm-eval", len(tasks.built)) as advance:
        for built in tasks.built:
            answers = _limit_answers(built, lm, options)
            results = _run(lm, built, options)
            found, cut = item_scores(built, results), cut_items(built, lm)
            scores += found
            reports[built.name] = task_report(built, results, answers, cut)
            count = len({item for _, _, item, _, _ in found})
            marks += task_marks(built, count, answers, cut, built.data.pictures(options.limit))
            advance(1)
    if tasks.splitter:
        marks.append(f"{PROMPTED}: {tasks.splitter}")
        reports[PROMPTED]["splitter"] = tasks.splitter
    prompts = "chat template" if options.apply_chat_template else "plain"
    items = pd.DataFrame(scores, columns=list(ITEM_COLUMNS)).astype(ITEM_COLUMNS)
    return HarnessScores(
        items, {name: one | {"prompts": prompts} for name, one in reports.items()}, marks
    )


def _harness_model(model: Any, tokenizer: Any, options: LmEvalOptions) -> Any:
    import torch
    from lm_eval.models.huggingface import HFLM

    placed = getattr(model, "hf_device_map", None)  # by whoever loaded it
    if torch.cuda.is_available() and not placed:
        model.to("cuda")
    return HFLM(pretrained=model, tokenizer=tokenizer, batch_size=options.batch_size)


def _limit_answers(built: BuiltTask, lm: Any, options: LmEvalOptions) -> Answers | None:
    """Set how long answers may be; nothing where the harness asks for likelihoods alone."""
    wanted = 0
    room = max(1, int(lm.max_length * options.answer_share))
    for task in built.parts.values():
        if task.OUTPUT_TYPE == "generate_until":
            usual = task.config.generation_kwargs.get("max_gen_toks") or lm.max_gen_toks
            wanted = options.max_gen_toks or int(usual)
            most = {"max_gen_toks": min(wanted, room)}
            task.set_config(key="generation_kwargs", value=most, update=True)
    return Answers(wanted, min(wanted, room)) if wanted else None


def _run(lm: Any, built: BuiltTask, options: LmEvalOptions) -> Mapping[str, Any]:
    from lm_eval.evaluator import evaluate
    from lm_eval.utils import set_torch_seed

    random.seed(options.seed)
    np.random.seed(options.seed)
    set_torch_seed(options.seed)
    groups = {} if built.group is None else {built.name: built.group}
    results: Mapping[str, Any] | None = evaluate(
        lm,
        {"tasks": {task.task_name: task for task in built.parts.values()}, "groups": groups},
        limit=options.limit or None,
        bootstrap_iters=0,
        apply_chat_template=options.apply_chat_template,
        fewshot_as_multiturn=options.apply_chat_template,
    )
    assert results is not None, "this is the only process"
    return results
