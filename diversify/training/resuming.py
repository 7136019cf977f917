"""How a run leaves checkpoints, and goes on from one as if it had never stopped.

It imports the heavy libraries at its head: import it inside the function that trains.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback
from transformers.trainer import TRAINING_ARGS_NAME

from diversify.config.sft import SftOptions
from diversify.io.documents import read_document, write_document
from diversify.training.checkpoints import (
    clear,
    folder_of,
    hold,
    identity,
    newest_whole,
    open_folder,
    prune,
    seal,
)
from diversify.training.device import chosen_device, chosen_precision
from diversify.training.encoded import EncodedRows
from diversify.training.launch import process_count

COUNTS = ("tokens_seen", "tokens_trained")
"""What a trainer of ours counts by itself, step by step."""


class Keeper(TrainerCallback):
    """Seals each checkpoint that the trainer writes, and brings back what the trainer forgets.

    The trainer keeps weights, optimiser, schedule, random numbers and the place in the rows. It
    forgets the losses since it last logged, so that one point of the curve would be wrong, and
    knows nothing of our counts. Both differ from process to process: each notes its own.
    """

    def __init__(
        self, model: Any, rows: EncodedRows, options: SftOptions, checkpoints: Path
    ) -> None:
        """Find out whose run this is, from the weights that it starts from and its rows."""
        self.identity = identity(
            model,
            rows,
            options,
            device=chosen_device(options),
            precision=chosen_precision(options),
            processes=process_count(),
        )
        self.run = folder_of(checkpoints, self.identity)
        self.keep = options.save_total_limit
        self.resumed_from: str | None = None
        self.resumed_step: int | None = None
        self.seconds_before = 0.0
        self.started = time.monotonic()

    def take_up(self, trainer: Any, say: Callable[[str], None]) -> None:
        """Look for a checkpoint to go on from, and watch over those that the trainer writes."""
        self.trainer = trainer
        trainer.add_callback(self)
        trainer.args.output_dir = str(self.run.folder)
        if trainer.is_world_process_zero():
            open_folder(self.run, self.identity)
            self.held = hold(self.run)
            found, faults = newest_whole(self.run)
            for line in (*self.run.others, *faults):
                say(line)
            if found:
                say(f"{found}: going on from here")
            elif self.run.others or faults:
                say(f"{self.run.folder.parent}: no checkpoint to go on from: a new start")
            self.resumed_from = str(found) if found else None
        self.resumed_from = _of_main_process(self.resumed_from)
        if self.resumed_from:
            self.resumed_step = int(self.resumed_from.rpartition("-")[2])

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Bring back what the checkpoint noted beside the trainer's own state."""
        if self.resumed_from is None:
            return
        noted = read_document(Path(self.resumed_from) / self._notes())
        self.trainer._tr_loss = torch.tensor(noted["loss"], device=args.device)
        self.trainer._globalstep_last_logged = noted["logged"]
        self.seconds_before = noted["seconds"]
        for name, count in noted["counts"].items():
            setattr(self.trainer, name, count)

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Leave no checkpoint at the end: the model itself is written next."""
        if control.should_training_stop:
            control.should_save = False

    def on_save(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Add our notes to a checkpoint and seal it; only then may an older one go."""
        trainer, checkpoint = self.trainer, self.run.folder / f"checkpoint-{state.global_step}"
        counts = {name: int(vars(trainer)[name]) for name in COUNTS if name in vars(trainer)}
        notes = {
            "loss": trainer._tr_loss.item(),
            "logged": trainer._globalstep_last_logged,
            "seconds": self.seconds_before + time.monotonic() - self.started,
            "counts": counts,
        }
        write_document(checkpoint / self._notes(), notes)
        trainer.accelerator.wait_for_everyone()
        if trainer.is_world_process_zero():
            # a pickle that nobody reads
            (checkpoint / TRAINING_ARGS_NAME).unlink(missing_ok=True)
            seal(checkpoint, self.run.fingerprint)
            prune(self.run.folder, self.keep)

    def clear(self) -> None:
        """Remove the checkpoints of a run that has come to its end."""
        if self.trainer.is_world_process_zero():
            clear(self.run)

    def _notes(self) -> str:
        return f"notes-{self.trainer.args.process_index}.json"


def of_all_processes(trainer: Any, count: int) -> int:
    """Add up a count over all processes; they wait here for each other."""
    mine = torch.tensor(int(count), device=trainer.args.device)
    return int(trainer.accelerator.reduce(mine, reduction="sum"))


def _of_main_process(value: Any) -> Any:
    """Give what the main process holds, in every process."""
    values = [value]
    broadcast_object_list(values)
    return values[0]
