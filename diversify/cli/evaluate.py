"""`diversify evaluate`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Labels, Out, Threads
from diversify.cli.output import cell_of, summary_document, tell
from diversify.config.evaluate import EvaluateOptions
from diversify.errors import ConfigError
from diversify.evaluation.scores import score_sets
from diversify.hardware import usable_threads
from diversify.io.tables import read_table
from diversify.training.model import load_model


def evaluate(
    model: Annotated[Path, Parameter(name="MODEL", help="Folder of a trained model.")],
    tests: Annotated[
        Path, Parameter(name="TESTS", help="Row table of test items; its sources name the sets.")
    ],
    /,
    *,
    options: Annotated[EvaluateOptions, Flat] = EvaluateOptions(),
    examples: Annotated[
        Path | None, Parameter(help="Table of solved examples that `--shots` are drawn from.")
    ] = None,
    label: Labels = [],
    out: Out = Path("scores.json"),
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Score a model by exact match and loss.

    Exact match is what greedy decoding would give, found by teacher forcing; other judges have the
    answers written.

    Example: diversify evaluate model tests.parquet --label share=0.25 --out scores.json

    Example: diversify evaluate ./base tests.parquet --judge text --shots 3 --examples train.parquet
    """
    import torch

    cell = cell_of(label)
    if options.shots and not examples:
        raise ConfigError("--shots needs --examples to draw from")
    torch.set_num_threads(usable_threads(threads))
    trained, tokenizer = load_model(model)
    solved = read_table(examples) if examples else None
    sets = score_sets(trained, tokenizer, read_table(tests), options, solved)
    parameters = sum(weight.numel() for weight in trained.parameters())
    counts = {"cell": cell, "sets": sets, "model": {"path": str(model), "parameters": parameters}}
    inputs = [tests, *([examples] if examples else []), *sorted(model.glob("*.safetensors"))]
    document = summary_document("evaluate", counts, options, inputs, ["torch", "transformers"])
    shown = ", ".join(f"{name} {scores['accuracy']:.3f}" for name, scores in sets.items())
    tell(f"exact match: {shown}; scores in {out}", document, out, as_json)
