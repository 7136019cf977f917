"""Supervised fine-tuning through TRL's SFTTrainer, loss on completions alone."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from diversify.config.sft import SftOptions
from diversify.io.whole import whole
from diversify.training.arguments import training_arguments
from diversify.training.batches import TrainingRows
from diversify.training.lora import lora_config
from diversify.training.model import starting_model
from diversify.training.tokenizer import encode_rows


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
        ConfigError: the checkpoint cannot be loaded, or not in 8 bits.
    """
    import torch

    from diversify.training.trainer import AnswerTrainer

    torch.set_num_threads(threads)
    started = time.monotonic()
    model, tokenizer = starting_model(options, corpus)
    taken = TrainingRows(encode_rows(tokenizer, rows), options.max_length, tokenizer.pad_token_id)
    trainer: Any = AnswerTrainer(
        model,
        tokenizer,
        taken,
        training_arguments(options, len(taken), out.parent),
        peft_config=lora_config(options),
    )
    trainer.train()
    with whole(out) as draft:
        trainer.model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
    return Training(
        rows=len(rows),
        too_long=taken.too_long,
        steps=trainer.state.global_step,
        tokens_seen=trainer.tokens_seen,
        parameters=sum(weight.numel() for weight in model.parameters()),
        precision="bf16" if trainer.args.bf16 else "fp32",
        seconds=round(time.monotonic() - started, 1),
        loss=[
            (log["step"], round(log["loss"], 5))
            for log in trainer.state.log_history
            if "loss" in log
        ],
    )
