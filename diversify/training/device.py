"""Where a run takes its steps, and in which precision."""

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.hardware import has_bf16


def chosen_device(options: SftOptions) -> str:
    """Name the device: the one asked for, else a CUDA GPU, else the processor.

    Apple's mps is taken only when it is asked for, and untried.

    Raises:
        ConfigError: the device asked for is not here.
    """
    import torch

    here = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if options.device == "auto":
        return _left_open(here["cuda"])
    if not here[options.device]:
        raise ConfigError(
            f"device {options.device}: torch finds none on this machine; leave device out"
        )
    return options.device


def chosen_precision(options: SftOptions) -> str:
    """Name the precision of the steps: fp32, or bf16 or fp16 through autocast.

    Left open, it is bf16 where the device has it, else fp16 on a CUDA GPU, else fp32.

    Raises:
        ConfigError: the device does not know the precision asked for.
    """
    import torch

    device = chosen_device(options)
    if options.precision == "fp16" and device != "cuda":
        raise ConfigError(
            f"precision fp16 needs a CUDA GPU, and steps run on {device} here: take bf16, fp32 "
            "or auto"
        )
    if options.precision == "bf16" and device == "cuda" and not torch.cuda.is_bf16_supported():
        raise ConfigError("precision bf16: this GPU does not know it; take fp16, fp32 or auto")
    if options.precision != "auto":
        return options.precision
    # has_bf16 speaks of the device that is taken when none is named
    if device == _left_open(torch.cuda.is_available()) and has_bf16():
        return "bf16"
    return "fp16" if device == "cuda" else "fp32"


def _left_open(has_cuda: bool) -> str:
    return "cuda" if has_cuda else "cpu"
