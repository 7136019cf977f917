"""A budget of trained tokens: how many steps spend it, known before the first one.

Arms of long and of short answers learn from different numbers of tokens in the same number of rows.
With a budget of tokens they get the same, and the schedule of the learning rate must end where the
budget does. It can: the order in which the trainer takes rows hangs on the seed and the epoch
alone, and which tokens have a loss is known, so the steps are counted out beforehand, exactly.
"""

import numpy as np
from numpy.typing import NDArray

from diversify.config.sft import SftOptions
from diversify.training.batches import Batches
from diversify.training.launch import process_count

Numbers = NDArray[np.int64]


def within_budget(options: SftOptions, taken: Batches) -> SftOptions:
    """Give the options with the steps that spend `trained_tokens`; as they are where it is 0.

    The budget decides alone: rows are gone over as often as it takes, or not even once.
    """
    if not options.trained_tokens:
        return options
    per_epoch = trained_by_step(options, taken, 0)
    epochs, rest = divmod(options.trained_tokens - 1, int(per_epoch.sum()))
    # the step in which the last token of the budget falls; rows come in another order each epoch
    last = np.searchsorted(np.cumsum(trained_by_step(options, taken, epochs)), rest, side="right")
    steps = epochs * len(per_epoch) + int(last) + 1
    return options.model_copy(update={"max_steps": steps})


def trained_by_step(options: SftOptions, taken: Batches, epoch: int) -> Numbers:
    """Count the tokens that each step of an epoch trains on: (steps an epoch,)."""
    batch = options.per_device_train_batch_size * process_count()
    at_once = batch * options.gradient_accumulation_steps
    order = order_of(len(taken), options.seed, epoch)
    return np.add.reduceat(taken.trained[order], np.arange(0, len(taken), at_once))


def order_of(things: int, seed: int, epoch: int) -> Numbers:
    """Give the order in which the trainer takes rows, or blocks, in an epoch: that of accelerate.

    Its sampler draws a permutation by torch, from the seed plus the number of the epoch.
    """
    import torch

    shuffle = torch.Generator().manual_seed(seed + epoch)
    order: Numbers = torch.randperm(things, generator=shuffle).numpy()
    return order
