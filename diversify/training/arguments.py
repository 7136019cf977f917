"""What TRL is told: our options in its words, and what keeps small steps fast."""

import math
import sys
from pathlib import Path
from typing import Any

from diversify.config.sft import SftOptions
from diversify.quiet import quieten_transformers
from diversify.training.device import chosen_device, chosen_precision
from diversify.training.launch import process_count


def training_arguments(options: SftOptions, rows: int, folder: Path) -> Any:
    """Give TRL's arguments for training on so many rows; `folder` is where it may write.

    Raises:
        ConfigError: the device or the precision asked for is not here.
    """
    from trl import SFTConfig

    quieten_transformers()
    steps = total_steps(rows, options, process_count())
    device, precision = chosen_device(options), chosen_precision(options)
    arguments = SFTConfig(
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
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        use_cpu=device == "cpu",
        max_length=options.max_length,
        dataset_kwargs={"skip_prepare_dataset": True},
        remove_unused_columns=False,
        # from pinned memory a batch travels while the last one is worked on
        dataloader_pin_memory=device == "cuda",
        accelerator_config={"non_blocking": True},
        logging_steps=max(1, steps // 50),
        logging_nan_inf_filter=False,  # it asks for the loss at each step, and hides a broken one
        # pruned by us, once the next one is known to be whole
        save_strategy="steps" if options.save_steps else "no",
        save_steps=options.save_steps or 1,
        # every weight gets a gradient in every step
        ddp_find_unused_parameters=False,
        report_to="none",
        project="diversify",
        disable_tqdm=not sys.stderr.isatty(),
    )
    if arguments.n_gpu > 1:
        # further GPUs get processes of their own; torch's DataParallel would split our batches
        arguments._n_gpu = 1
    return arguments


def total_steps(rows: int, options: SftOptions, processes: int = 1) -> int:
    """Optimiser steps of a run: `max_steps`, or as many as the epochs take on all processes."""
    if options.max_steps > 0:
        return options.max_steps
    batch = options.per_device_train_batch_size * processes
    at_once = batch * options.gradient_accumulation_steps
    return max(1, math.ceil(rows * options.num_train_epochs / at_once))


def _schedule(steps: int, options: SftOptions) -> dict[str, Any]:
    if options.lr_scheduler_type != "warmup_stable_decay":
        return {}
    return {"num_decay_steps": round(options.decay_share * steps), "decay_type": "linear"}
