"""Supervised fine-tuning through TRL's SFTTrainer, loss on completions alone."""

import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.io.seals import seal_folder
from diversify.io.whole import whole, writing
from diversify.training.arguments import training_arguments
from diversify.training.batches import Batches
from diversify.training.budget import within_budget
from diversify.training.device import chosen_precision
from diversify.training.launch import processes_here
from diversify.training.logs import check_logger, log_callbacks, logs_folder
from diversify.training.lora import check_bits, hold_in_32_bits, layers_in_order, lora_config
from diversify.training.model import starting_model
from diversify.training.room import check_room, enough_memory
from diversify.training.taking import take_rows


@dataclass(frozen=True)
class Training:
    """What a run did."""

    rows: int
    too_long: int
    """Rows cut at max_length."""
    without_answer: int
    """Rows that keep no token with a loss within max_length: the run learns nothing from them."""
    blocks: int | None
    """Blocks that the rows were packed into; None where they were not."""
    steps: int
    tokens_seen: int
    """Tokens of all steps, padding apart."""
    tokens_trained: int
    """Those of them with a loss."""
    parameters: int
    precision: str
    seconds: float
    """Time of the run, with that of the runs it goes on from."""
    resumed_from: int | None
    """Step of the checkpoint that the run went on from."""
    loss: list[tuple[int, float]]
    """(step, mean loss since the last one), about fifty of them."""


def train(
    rows: pd.DataFrame,
    corpus: pd.DataFrame,
    options: SftOptions,
    out: Path,
    threads: int,
    checkpoints: Path | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Training:
    """Train a model on rows and save it, with its tokenizer, as the folder `out`.

    `corpus` holds the rows that the tokenizer of a new model must know, so that arms which see
    different rows start from the same weights. With `save_steps`, checkpoints go to the folder
    `checkpoints` (model.checkpoints beside model), and a run that was killed goes on from the
    last whole one to the same weights; `say` is told what it finds there. Started by accelerate
    as several processes, it is one run, whose main process writes.

    Raises:
        DataError: there is no row, or none fits.
        ConfigError: the checkpoint cannot be loaded, or not in 8 or 4 bits; a package, a device,
            memory or room on the disk is missing.
    """
    import torch

    from diversify.training.resuming import of_all_processes

    check_bits(options)
    check_logger(options)
    torch.set_num_threads(max(1, threads // processes_here()))
    started = time.monotonic()
    with enough_memory(options, loading=True):
        model, tokenizer = starting_model(options, corpus)
    taken = take_rows(tokenizer, rows, options)
    # what a logger has to say is no result
    with enough_memory(options), redirect_stdout(sys.stderr):
        trainer, keeper = _prepared(model, tokenizer, taken, options, out, checkpoints, say)
        with writing(keeper.run.folder if keeper else out):
            trainer.train(resume_from_checkpoint=keeper and keeper.resumed_from)
    if trainer.is_world_process_zero():
        layers_in_order(trainer.model)
        with whole(out) as draft:
            trainer.model.save_pretrained(draft)
            tokenizer.save_pretrained(draft)
            seal_folder(draft)
    if keeper:
        keeper.clear()
    # the processes part when the program ends: parted here, gloo now and then waits for ever
    seen, trained = (
        of_all_processes(trainer, count) for count in (trainer.tokens_seen, trainer.tokens_trained)
    )
    return Training(
        rows=len(rows),
        too_long=taken.rows.too_long,
        without_answer=taken.rows.without_answer,
        blocks=len(taken) if options.packing else None,
        steps=trainer.state.global_step,
        tokens_seen=seen,
        tokens_trained=trained,
        parameters=sum(weight.numel() for weight in model.parameters()),
        precision=chosen_precision(options),
        seconds=round(time.monotonic() - started + (keeper.seconds_before if keeper else 0), 1),
        resumed_from=keeper.resumed_step if keeper else None,
        loss=[
            (log["step"], round(log["loss"], 5))
            for log in trainer.state.log_history
            if "loss" in log
        ],
    )


def _prepared(
    model: Any,
    tokenizer: Any,
    taken: Batches,
    options: SftOptions,
    out: Path,
    checkpoints: Path | None,
    say: Callable[[str], None],
) -> tuple[Any, Any]:
    """Give (trainer, keeper of its checkpoints or None), ready to start."""
    from diversify.training.resuming import Keeper
    from diversify.training.shares import SharingTrainer

    parent = checkpoints or out.with_name(f"{out.name}.checkpoints")
    if out.absolute() in (parent.absolute(), *parent.absolute().parents):
        raise ConfigError(f"--checkpoints {parent} lies in {out}, which must be empty: move it out")
    keeper = Keeper(model, taken.rows.encoded, options, parent) if options.save_steps else None
    folder = keeper.run.folder if keeper else None
    arguments = training_arguments(within_budget(options, taken), len(taken), out.parent)
    arguments.run_name = str(out)
    trainer = SharingTrainer(model, tokenizer, taken, arguments, peft_config=lora_config(options))
    hold_in_32_bits(trainer.model)
    check_room(trainer.model, options, out, folder)
    if keeper:
        keeper.take_up(trainer, say)
    resumed = keeper.resumed_step if keeper else None
    if trainer.is_world_process_zero():
        for callback in log_callbacks(options, logs_folder(out), resumed):
            trainer.add_callback(callback)
    return trainer, keeper
