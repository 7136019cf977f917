"""What TRL is told: our options in its words, and what keeps small steps fast."""

import math
import sys
from pathlib import Path
from typing import Any

from diversify.config.sft import SftOptions
from diversify.quiet import quieten_transformers
from diversify.training.model import in_bf16


def training_arguments(options: SftOptions, rows: int, folder: Path) -> Any:
    """Give TRL's arguments for training on so many rows; `folder` is where it may write."""
    import torch
    from trl import SFTConfig

    quieten_transformers()
    steps = total_steps(rows, options)
    on_gpu = torch.cuda.is_available()
    return SFTConfig(
        output_dir=str(folder),
        max_steps=steps,
        per_device_train_batch_size=options.per_device_train_batch_size,
        gradient_accumulation_steps=options.gradient_accumulation_steps,
        gradient_checkpointing=options.gradient_checkpointing,
        optim="adamw_torch_fused",
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        warmup_steps=round(options.warmup_share * steps),
        lr_scheduler_type=options.lr_scheduler_type,
        lr_scheduler_kwargs=_schedule(steps, options),
        seed=options.seed,
        bf16=in_bf16(options),
        use_cpu=not on_gpu,
        max_length=options.max_length,
        dataset_kwargs={"skip_prepare_dataset": True},
        remove_unused_columns=False,
        # from pinned memory a batch travels while the last one is worked on
        dataloader_pin_memory=on_gpu,
        accelerator_config={"non_blocking": True},
        logging_steps=max(1, steps // 50),
        logging_nan_inf_filter=False,  # it asks for the loss at each step, and hides a broken one
        save_strategy="no",
        report_to="none",
        disable_tqdm=not sys.stderr.isatty(),
    )


def total_steps(rows: int, options: SftOptions) -> int:
    """Optimiser steps of a run: `max_steps`, or as many as the epochs take."""
    if options.max_steps > 0:
        return options.max_steps
    at_once = options.per_device_train_batch_size * options.gradient_accumulation_steps
    return max(1, math.ceil(rows * options.num_train_epochs / at_once))


def _schedule(steps: int, options: SftOptions) -> dict[str, Any]:
    if options.lr_scheduler_type != "warmup_stable_decay":
        return {}
    return {"num_decay_steps": round(options.decay_share * steps), "decay_type": "linear"}
