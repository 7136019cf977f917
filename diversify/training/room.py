"""Whether there is room for a run: on the disk, before it starts; in memory, said in one line."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError

MARGIN = 0.05
"""Share of a folder's weights that is left free beyond them."""
SMALL_FILES = 16 * 2**20
"""Bytes for a folder's tokenizer, configuration and state."""
MOMENTS = 2
"""Values that AdamW keeps for each weight it trains."""
FULL = ("out of memory", "not enough memory", "can't allocate memory", "ALLOC_FAILED")
"""What torch says when memory is full, by device, in a plain RuntimeError."""


def written_bytes(model: Any, options: SftOptions) -> tuple[int, int]:
    """Work out the bytes of (the saved model, one checkpoint), their margins among them.

    A model is saved as it is held, an adapter alone; a checkpoint holds the optimiser too.
    """
    sizes = [(w.numel() * w.element_size(), w.requires_grad) for w in model.parameters()]
    trained = sum(size for size, is_trained in sizes if is_trained)
    saved = trained if options.use_peft else sum(size for size, _ in sizes)
    return _with_margin(saved), _with_margin(saved + MOMENTS * trained)


def check_room(model: Any, options: SftOptions, out: Path, checkpoints: Path | None) -> None:
    """See that the disk holds the model, and the checkpoints: one is written before one goes.

    Bytes that this run's earlier checkpoints take already are not asked for again.

    Raises:
        ConfigError: it does not.
    """
    result, each = written_bytes(model, options)
    needs = [(out, result, "the model")]
    if checkpoints:
        count = options.save_total_limit + 1
        taken = sum(path.stat().st_size for path in checkpoints.rglob("*") if path.is_file())
        needs.append(
            (checkpoints, max(0, count * each - taken), f"{count} checkpoints of {each} bytes")
        )
    for disk in {_disk(folder) for folder, _, _ in needs}:
        here = [(folder, size, what) for folder, size, what in needs if _disk(folder) == disk]
        _check(here)


def _check(needs: list[tuple[Path, int, str]]) -> None:
    """See that one disk holds what goes there."""
    needed, folder = sum(size for _, size, _ in needs), needs[0][0]
    free = shutil.disk_usage(_there(folder)).free
    if needed <= free:
        return
    fewer = "" if len(needs) == 1 else ", take a lower save_total_limit"
    raise ConfigError(
        f"{folder}: the disk has {free} bytes free, and {needed} are needed for "
        f"{' and '.join(what for _, _, what in needs)} ({MARGIN:.0%} of margin): make room"
        f"{fewer} or name a folder on another disk"
    )


@contextmanager
def enough_memory(options: SftOptions, loading: bool = False) -> Iterator[None]:
    """Turn a lack of memory into one line that says which options to change.

    Raises:
        ConfigError: memory ran out inside the block.
    """
    try:
        yield
    except MemoryError as error:
        raise ConfigError(_advice(options, loading)) from error
    except RuntimeError as error:  # torch.OutOfMemoryError is one
        if not any(word in str(error) for word in FULL):
            raise
        raise ConfigError(_advice(options, loading)) from error


def _advice(options: SftOptions, loading: bool) -> str:
    if loading:
        return f"out of memory while the model is loaded: {_smaller_model(options)}"
    batch, parts = options.per_device_train_batch_size, options.gradient_accumulation_steps
    in_force = (
        f"out of memory with per_device_train_batch_size {batch}, gradient_accumulation_steps "
        f"{parts}, max_length {options.max_length}, gradient_checkpointing "
        f"{'on' if options.gradient_checkpointing else 'off'}"
    )
    if batch > 1:
        factor = next(number for number in range(2, batch + 1) if batch % number == 0)
        change = (
            f"set per_device_train_batch_size {batch // factor} and gradient_accumulation_steps "
            f"{parts * factor}, which takes the same steps"
        )
    elif not options.gradient_checkpointing:
        change = "set gradient_checkpointing, or a lower max_length"
    else:
        change = f"set a lower max_length, or {_smaller_model(options)}"
    return f"{in_force}: {change}"


def _smaller_model(options: SftOptions) -> str:
    if not options.model:
        return "take fewer layers or a lower width"
    if options.load_in_4bit:
        return "name a smaller model"
    return "name a smaller model, or set use_peft and load_in_4bit"


def _with_margin(size: int) -> int:
    return round(size * (1 + MARGIN)) + SMALL_FILES


def _disk(folder: Path) -> int:
    return _there(folder).stat().st_dev


def _there(folder: Path) -> Path:
    """Give the folder, or the nearest one above it that exists."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
