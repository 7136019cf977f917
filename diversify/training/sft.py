"""Supervised fine-tuning through TRL's SFTTrainer, loss on completions alone."""

import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from diversify.config.sft import SftOptions
from diversify.errors import DataError
from diversify.hardware import has_bf16
from diversify.io.whole import whole
from diversify.quiet import quieten_transformers
from diversify.training.model import starting_model
from diversify.training.tokenizer import EncodedRows, encode_rows

IGNORED = -100
"""Label of a token on which no loss falls."""


@dataclass(frozen=True)
class Training:
    """What a run did."""

    rows: int
    too_long: int
    """Rows cut at max_length."""
    steps: int
    tokens_seen: int
    parameters: int
    precision: str
    seconds: float
    loss: list[tuple[int, float]]
    """(step, mean loss since the last one), about fifty of them."""


def train(
    rows: pd.DataFrame, corpus: pd.DataFrame, options: SftOptions, out: Path, threads: int
) -> Training:
    """Train a model on rows and save it, with its tokenizer, as the folder `out`.

    `corpus` holds the rows that the tokenizer of a new model must know, so that arms which see
    different rows start from the same weights.

    Raises:
        DataError: there is no row, or none fits.
        ConfigError: the checkpoint cannot be loaded.
    """
    import torch

    torch.set_num_threads(threads)
    started = time.monotonic()
    model, tokenizer = starting_model(options, corpus)
    encoded = encode_rows(tokenizer, rows)
    dataset = _dataset(encoded, options.max_length)
    trainer = _trainer(model, tokenizer, dataset, options, out.parent)
    trainer.train()
    with whole(out) as draft:
        model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
    return Training(
        rows=len(rows),
        too_long=sum(length > options.max_length for length in encoded.lengths()),
        steps=trainer.state.global_step,
        tokens_seen=int(trainer.state.num_input_tokens_seen),
        parameters=sum(weight.numel() for weight in model.parameters()),
        precision="bf16" if trainer.args.bf16 else "fp32",
        seconds=round(time.monotonic() - started, 1),
        loss=[
            (log["step"], round(log["loss"], 5))
            for log in trainer.state.log_history
            if "loss" in log
        ],
    )


def _dataset(encoded: EncodedRows, max_length: int) -> Any:
    from datasets import Dataset

    if not len(encoded):
        raise DataError("there are no rows to train on")
    ids, labels = [], []
    for prompt, completion in zip(encoded.prompts, encoded.completions, strict=True):
        ids.append((prompt + completion)[:max_length])
        labels.append(([IGNORED] * len(prompt) + completion)[:max_length])
    if all(label[-1] == IGNORED for label in labels):
        raise DataError(f"no row keeps an answer within max_length {max_length}: raise it")
    return Dataset.from_dict({"input_ids": ids, "labels": labels})


def _trainer(model: Any, tokenizer: Any, dataset: Any, options: SftOptions, folder: Path) -> Any:
    import torch
    from transformers import PrinterCallback
    from trl import SFTConfig, SFTTrainer

    quieten_transformers()
    steps = total_steps(len(dataset), options)
    bf16 = options.precision == "bf16" or (options.precision == "auto" and has_bf16())
    trainer = SFTTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=dataset,
        args=SFTConfig(
            output_dir=str(folder),
            max_steps=steps,
            per_device_train_batch_size=options.per_device_train_batch_size,
            learning_rate=options.learning_rate,
            weight_decay=options.weight_decay,
            warmup_steps=round(options.warmup_share * steps),
            lr_scheduler_type=options.lr_scheduler_type,
            lr_scheduler_kwargs=_schedule(steps, options),
            seed=options.seed,
            bf16=bf16,
            use_cpu=not torch.cuda.is_available(),
            max_length=options.max_length,
            dataset_kwargs={"skip_prepare_dataset": True},
            gradient_checkpointing=False,
            logging_steps=max(1, steps // 50),
            include_num_input_tokens_seen="all",
            save_strategy="no",
            report_to="none",
            disable_tqdm=not sys.stderr.isatty(),
        ),
    )
    trainer.remove_callback(PrinterCallback)  # the losses go into the summary
    return trainer


def total_steps(rows: int, options: SftOptions) -> int:
    """Optimiser steps of a run: `max_steps`, or as many as the epochs take."""
    if options.max_steps > 0:
        return options.max_steps
    return max(1, math.ceil(rows * options.num_train_epochs / options.per_device_train_batch_size))


def _schedule(steps: int, options: SftOptions) -> dict[str, Any]:
    if options.lr_scheduler_type != "warmup_stable_decay":
        return {}
    return {"num_decay_steps": round(options.decay_share * steps), "decay_type": "linear"}
