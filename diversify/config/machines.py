"""What the jobs of an experiment ask of a machine."""

from pydantic import Field

from diversify.config.base import Options


class Machines(Options):
    """GPUs and machines of a training job; others on models take one GPU, where there is any."""

    gpus: int = Field(0, ge=0)
    """GPUs of each training job; with several it is started through `accelerate launch`."""
    nodes: int = Field(1, ge=1)
    """Machines of each training job, so many GPUs on each."""
