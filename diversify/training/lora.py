"""LoRA adapters, through PEFT: small matrices beside frozen weights (Hu et al. 2021, section 4).

A trained adapter is saved as an adapter, not merged into its base: merging in 16 or 8 bits rounds
small updates away, and ten cells of a grid share one base on disk. Its folder notes the base by
Hub name or by absolute path, so that it loads whatever the working folder.
"""

from importlib.util import find_spec
from typing import Any

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError


def lora_config(options: SftOptions) -> Any:
    """Give PEFT's own options, or None where no adapter is trained."""
    if not options.use_peft:
        return None
    from peft import LoraConfig

    return LoraConfig(
        task_type="CAUSAL_LM",
        r=options.lora_r,
        lora_alpha=options.lora_alpha,
        lora_dropout=options.lora_dropout,
        target_modules=options.lora_target_modules or "all-linear",
    )


def frozen_weights(options: SftOptions, bf16: bool) -> dict[str, Any]:
    """Say how `from_pretrained` is to hold weights that are not trained.

    In 8 bits; else as they are stored, where steps run in bf16; else in float32.

    Raises:
        ConfigError: there is no bitsandbytes here.
    """
    if not options.load_in_8bit:
        return {"dtype": "auto" if bf16 else "float32"}
    if find_spec("bitsandbytes") is None:
        raise ConfigError(
            "load_in_8bit needs bitsandbytes, which is not installed here: "
            "`pip install bitsandbytes`, or leave load_in_8bit out"
        )
    import torch
    from transformers import BitsAndBytesConfig

    place = 0 if torch.cuda.is_available() else "cpu"
    return {
        "quantization_config": BitsAndBytesConfig(load_in_8bit=True),
        "device_map": {"": place},
    }


def is_adapter(name: str) -> bool:
    """Say whether a folder or a Hub name holds an adapter."""
    from transformers.utils.peft_utils import find_adapter_config_file

    return find_adapter_config_file(name) is not None


def merged_adapter(name: str, **how: Any) -> Any:
    """Load an adapter's base and add the adapter to its weights: a whole model."""
    from peft import AutoPeftModelForCausalLM

    merged = AutoPeftModelForCausalLM.from_pretrained(name, **how).merge_and_unload()
    return merged.requires_grad_(True)  # PEFT froze the base when it read it
