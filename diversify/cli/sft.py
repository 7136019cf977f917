"""`diversify sft`."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Labels, Summary, Threads
from diversify.cli.output import cell_of, say, summary_document, tell
from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.hardware import usable_threads
from diversify.io.training_rows import read_training_rows
from diversify.training.launch import is_main_process
from diversify.training.sft import train
from diversify.training.shown_batch import shown_batch


def sft(
    rows: Annotated[Path, Parameter(name="ROWS", help="A mix, or any file that `ingest` reads.")],
    /,
    *,
    options: Annotated[SftOptions, Flat] = SftOptions(),
    corpus: Annotated[
        Path | None,
        Parameter(
            help="Rows that the tokenizer of a new model is made from (else ROWS): arms that share "
            "them start from the same weights."
        ),
    ] = None,
    out: Annotated[Path, Parameter(help="Folder of the trained model.")] = Path("model"),
    checkpoints: Annotated[
        Path | None,
        Parameter(
            help="Folder for the checkpoints of save_steps (else OUT.checkpoints): the same "
            "command, after a kill, goes on from the last whole one. They go when OUT is written."
        ),
    ] = None,
    show_batch: Annotated[
        int,
        Parameter(
            help="Print so many rows of the first batch, as the model would read them, text with a "
            "loss between ⟦ and ⟧; train nothing."
        ),
    ] = 0,
    label: Labels = [],
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on rows, from a checkpoint or from scratch.

    Through TRL's SFTTrainer; loss falls on the answers alone. On several GPUs it is started by
    `accelerate launch -m diversify sft ...`; a batch is then that of each GPU.

    Example: diversify sft mix.jsonl --model ./checkpoint --num-train-epochs 3 --out model
    """
    cell = cell_of(label)
    if show_batch:
        table = read_training_rows(rows)
        known = read_training_rows(corpus) if corpus else table
        print(shown_batch(table, known, options, show_batch, colour=sys.stdout.isatty()))
        return
    _check_out(out, options)
    table = read_training_rows(rows)
    known = read_training_rows(corpus) if corpus else table
    result = train(table, known, options, out, usable_threads(threads), checkpoints, say)
    if not is_main_process():
        return
    template = Path(options.chat_template) if options.chat_template else None
    inputs = [path for path in (rows, corpus, template) if path]
    packages = ["torch", "transformers", "trl", *(["peft"] if options.use_peft else [])]
    counts = {"cell": cell, **asdict(result)}
    document = summary_document("sft", counts, options, inputs, packages)
    line = (
        f"{result.steps} steps, {result.tokens_seen} tokens, {result.seconds:.0f} s: model in {out}"
    )
    tell(line, document, summary, as_json)


def _check_out(out: Path, options: SftOptions) -> None:
    """Refuse a folder with files; one of them may be the very model that training starts from."""
    if not (out.is_dir() and any(out.iterdir())):
        return
    if options.model and Path(options.model).resolve() == out.resolve():
        raise ConfigError(f"--out {out}: is the model that training starts from: name another")
    raise ConfigError(f"--out {out}: is not empty: name another, or remove it first")
