"""`diversify generate`."""

import json
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Labels, Summary, Threads
from diversify.cli.output import cell_of, summary_document, tell
from diversify.config.generate import GenerateOptions
from diversify.errors import ConfigError
from diversify.evaluation.writing.backends import open_writer
from diversify.evaluation.writing.solutions import Solutions, write_solutions
from diversify.hardware import usable_threads
from diversify.io.test_sets.benchmarks import named_benchmarks
from diversify.io.test_sets.code_problems import read_code_problems
from diversify.io.whole import whole


def generate(
    model: Annotated[Path, Parameter(name="MODEL", help="Folder of a trained model.")],
    /,
    *,
    benchmark: Annotated[
        list[str],
        Parameter(
            negative=(),
            help="humaneval=FILE or mbpp=FILE, in EvalPlus' layout; the name alone takes the "
            "released file; repeatable.",
        ),
    ] = [],
    options: Annotated[GenerateOptions, Flat] = GenerateOptions(),
    out: Annotated[
        Path, Parameter(help="Where the programs go, one line of JSON for each problem.")
    ] = Path("samples.jsonl"),
    label: Labels = [],
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Have a model write programs for code benchmarks.

    Greedily, in batches, with EvalPlus' prompts and stop strings. The programs are cut out by their
    syntax and never run here: `score` does that.

    Example: diversify generate model --benchmark humaneval=HumanEvalPlus.jsonl.gz
    """
    import torch

    cell = cell_of(label)
    if not benchmark:
        raise ConfigError("name the problems: --benchmark humaneval=FILE, mbpp=FILE, or both")
    named = named_benchmarks(benchmark)
    files = {name: Path(path).expanduser() if path else None for name, path in named.items()}
    read = [read_code_problems(name, path) for name, path in files.items()]
    torch.set_num_threads(usable_threads(threads))
    writer = open_writer(model, options)
    started = time.monotonic()
    written = [write_solutions(writer, problems, options) for problems in read]
    seconds = time.monotonic() - started
    write_samples(out, written)
    counts = {
        "cell": cell,
        "model": {"path": str(model), "parameters": writer.parameters},
        "benchmarks": {one.benchmark: one.summary() for one in written},
        "marks": [mark for one in written for mark in one.marks()],
        "data": {one.name: one.summary() for one in read},
        "backend": writer.backend,
        "seconds": round(seconds, 1),
    }
    inputs = [*(path for path in files.values() if path), *sorted(model.glob("*.safetensors"))]
    packages = ["torch", "transformers", *(["vllm"] if writer.backend == "vllm" else [])]
    document = summary_document("generate", counts, options, inputs, packages)
    programs = sum(len(one.solutions) for one in written)
    tell(f"{programs} programs in {out}, {seconds:.0f} s", document, summary, as_json)


def write_samples(path: Path, written: list[Solutions]) -> None:
    """Write one line for each problem; the file appears only when it is whole."""
    with whole(path) as draft, draft.open("w", encoding="utf-8") as stream:
        for solution in (solution for one in written for solution in one.solutions):
            stream.write(json.dumps(vars(solution)) + "\n")
