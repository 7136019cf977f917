"""One run by several processes: each takes its share of every batch, all rows once an epoch.

It imports the heavy libraries at its head: import it inside the function that trains.
"""

from collections.abc import Iterator
from typing import Any

import torch
from accelerate.data_loader import prepare_data_loader
from torch.utils.data import DataLoader, Sampler

from diversify.training.batches import IGNORED
from diversify.training.trainer import AnswerTrainer


class ShareOfBatches(Sampler[list[int]]):
    """The row numbers of one process' batches.

    One process with the batches of all would take the same rows in the same steps: rows are
    shuffled by seed and epoch as it would, a batch is cut into even shares, and at the end of an
    epoch no row is taken twice to fill one (as accelerate does). A share may then be empty.
    """

    def __init__(self, rows: int, batch: int, processes: int, process: int, seed: int) -> None:
        """Share `rows` rows in batches of `batch` for each of the processes."""
        self.rows, self.at_once, self.seed = rows, batch * processes, seed
        self.processes, self.process = processes, process
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Take the order of rows of this epoch; the trainer says so, resumed or not."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-self.rows // self.at_once)

    def __iter__(self) -> Iterator[list[int]]:
        shuffle = torch.Generator().manual_seed(self.seed + self.epoch)
        order = torch.randperm(self.rows, generator=shuffle).tolist()
        for start in range(0, self.rows, self.at_once):
            yield order[start : start + self.at_once][self.process :: self.processes]


class SharedRows:
    """Rows that also answer for an empty share: with a row on which no loss falls."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitems__(self, numbers: list[int]) -> dict[str, Any]:
        """Give the batch of these rows."""
        if numbers:
            batch: dict[str, Any] = self.rows.__getitems__(numbers)
            return batch
        # the other processes wait for this one's gradients, which are zero
        idle = self.rows.__getitems__([0])
        counts = {name: 0 for name, value in idle.items() if isinstance(value, int)}
        return {**idle, **counts, "labels": torch.full_like(idle["labels"], IGNORED)}


class SharingTrainer(AnswerTrainer):
    """AnswerTrainer that takes its process' share of the rows."""

    def get_train_dataloader(self) -> Any:
        """Give the batches of this process; alone, the trainer's own."""
        processes = self.accelerator.num_processes
        if processes == 1:
            return super().get_train_dataloader()
        rows: Any = self.train_dataset
        shares = ShareOfBatches(
            rows=len(rows),
            batch=self.args.per_device_train_batch_size,
            processes=processes,
            process=self.accelerator.process_index,
            seed=self.args.seed,
        )
        batches: Any = DataLoader(
            SharedRows(rows),  # type: ignore[arg-type]
            batch_sampler=shares,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )
        # shared already: what is left is the way to the device
        return prepare_data_loader(
            batches,
            device=self.accelerator.device,
            num_processes=1,
            process_index=0,
            put_on_device=True,
            non_blocking=True,
        )

    def create_model_card(self, *words: Any, **more: Any) -> None:
        """Write none: TRL puts one beside each checkpoint, which is for nobody's eyes."""
