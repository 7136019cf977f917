"""LoRA adapters, through PEFT: small matrices beside frozen weights (Hu et al. 2021, section 4).

A trained adapter is saved as an adapter, not merged into its base: merging in 16 or 8 bits rounds
small updates away, and ten cells of a grid share one base on disk. Its folder notes the base by
Hub name or by absolute path, so that it loads whatever the working folder.
"""

from importlib.util import find_spec
from typing import Any

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.training.device import chosen_device
from diversify.training.launch import local_rank

COMPUTE = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
"""What torch calls the precisions."""


def lora_config(options: SftOptions) -> Any:
    """Give PEFT's own options, or None where no adapter is trained."""
    if not options.use_peft:
        return None
    from peft import LoraConfig

    return LoraConfig(
        task_type="CAUSAL_LM",
        revision=options.model_revision,
        r=options.lora_r,
        lora_alpha=options.lora_alpha,
        lora_dropout=options.lora_dropout,
        target_modules=options.lora_target_modules or "all-linear",
    )


def frozen_weights(options: SftOptions, precision: str) -> dict[str, Any]:
    """Say how `from_pretrained` is to hold weights that are not trained.

    In 8 or 4 bits; else as they are stored, where steps run in bf16, or in float16, where they
    run in fp16; else in float32. 4 bits are QLoRA's (Dettmers et al. 2023, section 3): nf4, whose
    constants are quantised again, worked with in the precision of the steps.

    Raises:
        ConfigError: there is no bitsandbytes here, or it does not know the device.
    """
    check_bits(options)
    if not (options.load_in_8bit or options.load_in_4bit):
        return {"dtype": {"bf16": "auto", "fp16": "float16"}.get(precision, "float32")}
    from transformers import BitsAndBytesConfig

    how = BitsAndBytesConfig(
        load_in_8bit=options.load_in_8bit,
        load_in_4bit=options.load_in_4bit,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=COMPUTE[precision],
    )
    # each process holds a copy on its own GPU
    place: int | str = local_rank() if chosen_device(options) == "cuda" else "cpu"
    return {"quantization_config": how, "device_map": {"": place}}


def check_bits(options: SftOptions) -> None:
    """See that what quantised weights need is here, before anything is read.

    Raises:
        ConfigError: there is no bitsandbytes here, or it does not know the device.
    """
    asked = next((bits for bits in (8, 4) if getattr(options, f"load_in_{bits}bit")), None)
    if asked is None:
        return
    if find_spec("bitsandbytes") is None:
        raise ConfigError(
            f"load_in_{asked}bit needs bitsandbytes, which is not installed here: "
            f"`pip install bitsandbytes`, or leave load_in_{asked}bit out"
        )
    if chosen_device(options) == "mps":
        raise ConfigError(f"load_in_{asked}bit runs on a CUDA GPU or a processor, not on mps")


def hold_in_32_bits(model: Any) -> None:
    """Hold an adapter in float32, which TRL puts into bf16 where its base is quantised.

    In 16 bits the steps of a small learning rate would be rounded away.
    """
    import torch

    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.to(torch.float32)


def layers_in_order(model: Any) -> None:
    """Sort the names of adapted layers, which PEFT keeps in a set and would write in any order."""
    for options in getattr(model, "peft_config", {}).values():
        options.target_modules = sorted(options.target_modules)


def is_adapter(name: str) -> bool:
    """Say whether a folder or a Hub name holds an adapter."""
    from transformers.utils.peft_utils import find_adapter_config_file

    return find_adapter_config_file(name) is not None


def merged_adapter(name: str, **how: Any) -> Any:
    """Load an adapter's base and add the adapter to its weights: a whole model."""
    from peft import AutoPeftModelForCausalLM

    merged = AutoPeftModelForCausalLM.from_pretrained(name, **how).merge_and_unload()
    return merged.requires_grad_(True)  # PEFT froze the base when it read it
