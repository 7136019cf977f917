"""Where the loss is shown while a run goes on: TensorBoard or trackio, on this machine's disk."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError


def logs_folder(out: Path) -> Path:
    """Name the folder of a run's logs: model.logs beside model."""
    return out.with_name(f"{out.name}.logs")


def check_logger(options: SftOptions) -> None:
    """See that what report_to names is installed.

    Raises:
        ConfigError: it is not.
    """
    name = options.report_to
    if name != "none" and find_spec(name) is None:
        raise ConfigError(
            f"report_to {name} needs {name}, which is not installed here: `pip install {name}`, "
            "or leave report_to out"
        )


def log_callbacks(options: SftOptions, folder: Path, resumed: int | None) -> list[Any]:
    """Give the trainer's callbacks that log into `folder`, going on from the step `resumed`."""
    if options.report_to == "tensorboard":
        from torch.utils.tensorboard import SummaryWriter
        from transformers.integrations import TensorBoardCallback

        # what a killed run logged after its last checkpoint is hidden
        past = resumed + 1 if resumed else None
        writer: Any = SummaryWriter(log_dir=str(folder), purge_step=past)
        return [TensorBoardCallback(writer)]
    if options.report_to == "trackio":
        from transformers.integrations import TrackioCallback

        # its database goes beside the model, not into the user's home
        os.environ["TRACKIO_DIR"] = str(folder.absolute())
        return [TrackioCallback()]
    return []
