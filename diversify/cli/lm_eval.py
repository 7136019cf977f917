"""`diversify lm-eval`."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Labels, Out, Threads
from diversify.cli.output import cell_of, say, summary_document, tell
from diversify.config.lm_eval import LmEvalOptions
from diversify.evaluation.harness.lm_eval import open_tasks, score_tasks
from diversify.evaluation.harness.sources import named_tasks
from diversify.hardware import usable_threads
from diversify.io.item_scores import totals, write_items
from diversify.training.model import load_model


def lm_eval(
    model: Annotated[Path, Parameter(name="MODEL", help="Folder of a trained model.")],
    /,
    *,
    task: Annotated[
        list[str],
        Parameter(
            negative=(),
            help="NAME=PATH: ifeval, gsm8k, mmlu, bbh, math or theoremqa with its file as it was "
            "published, packed or not; NAME alone comes from the Hub; repeatable.",
        ),
    ] = [],
    examples: Annotated[
        list[str],
        Parameter(
            negative=(),
            help="NAME=PATH: solved examples of gsm8k (its train file) or mmlu (its dev files, "
            "where the archive of the task has none); repeatable.",
        ),
    ] = [],
    options: Annotated[LmEvalOptions, Flat] = LmEvalOptions(),
    label: Labels = [],
    out: Out = Path("scores.json"),
    items: Annotated[
        Path | None, Parameter(help="Where the scores of single items go, as Parquet.")
    ] = None,
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Score a model through lm-evaluation-harness.

    IFEval, GSM8K, MMLU, BBH, MATH and TheoremQA, from files or from the Hub. What sets a score
    apart from the usual one, such as a missing example, stands beside it as a mark.

    Example: diversify lm-eval model --task ifeval=input_data.jsonl --task gsm8k=test.jsonl.gz
    --examples gsm8k=train.jsonl.gz --out scores.json --items items.parquet
    """
    import torch

    cell = cell_of(label)
    named = named_tasks(task, examples)
    torch.set_num_threads(usable_threads(threads))
    with open_tasks(named, options) as tasks:
        trained, tokenizer = load_model(model)
        result = score_tasks(trained, tokenizer, tasks, options)
    if items:
        write_items(items, result.items)
    found = totals(result.items)
    counts = {
        "cell": cell,
        "model": {"path": str(model), "parameters": sum(w.numel() for w in trained.parameters())},
        "tasks": found,
        "harness": result.tasks,
        "marks": result.marks,
        "data": {one.name: one.data.source for one in tasks.built},
    }
    paths = [path for one in named.values() for path in (one.path, one.examples) if path]
    inputs = [*(Path(path).expanduser() for path in paths), *sorted(model.glob("*.safetensors"))]
    document = summary_document("lm-eval", counts, options, inputs, _packages())
    shown = ", ".join(
        f"{name} {found[name][one['metric']]['value']:.3f}" for name, one in result.tasks.items()
    )
    for mark in result.marks:
        say(f"note: {mark}")
    tell(f"{shown}; scores in {out}", document, out, as_json)


def _packages() -> list[str]:
    """Name the packages that scores hang on; some are there for single tasks alone."""
    optional = {"nltk": "nltk", "langdetect": "langdetect", "math_verify": "math-verify"}
    there = [name for module, name in optional.items() if find_spec(module)]
    return ["lm-eval", "torch", "transformers", "datasets", *there]
