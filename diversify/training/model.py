"""The model that `sft` starts from: a checkpoint, or a new one from its sizes."""

from pathlib import Path
from typing import Any

import pandas as pd

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.io.seals import check_folder
from diversify.io.weights import refuse_pickles
from diversify.quiet import quieten_transformers
from diversify.training.device import chosen_device, chosen_precision
from diversify.training.lora import frozen_weights, is_adapter, merged_adapter
from diversify.training.tokenizer import load_tokenizer, new_tokenizer, not_loaded

ADAPTER = "adapter_model.safetensors"


def starting_model(options: SftOptions, corpus: pd.DataFrame) -> tuple[Any, Any]:
    """Give (model, tokenizer): the named checkpoint, or a new model whose tokenizer knows `corpus`.

    Raises:
        ConfigError: the named checkpoint cannot be loaded, or not in 8 or 4 bits.
    """
    if options.model:
        return _checkpoint(options)
    tokenizer = new_tokenizer(corpus, options)
    return new_model(options, tokenizer), tokenizer


def load_model(
    name: str | Path, merge: bool = False, revision: str = "main", **how: Any
) -> tuple[Any, Any]:
    """Load a causal language model and its tokenizer, by Hub name or path.

    An adapter loads too: its base is read first and the adapter laid over it, or with `merge`
    added to its weights. `revision` is that of a model on the Hub; `how` goes to `from_pretrained`.

    Raises:
        ConfigError: there is no such model, here or on the Hub, or its weights are pickles.
        DataError: a file of the model has changed since `sft` wrote it.
    """
    from transformers import AutoModelForCausalLM
    from transformers.utils import cached_file

    if Path(name).is_dir():
        check_folder(Path(name))
    quieten_transformers()
    how |= {"use_safetensors": True}
    try:
        refuse_pickles(Path(name))
        if not Path(name).is_dir() and is_adapter(str(name)):
            cached_file(str(name), ADAPTER, revision=revision)  # where there is none, .bin is read
        if merge and is_adapter(str(name)):
            model = merged_adapter(str(name), **how)
        else:
            model = AutoModelForCausalLM.from_pretrained(name, revision=revision, **how)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise ConfigError(not_loaded("model", name, error)) from error
    return model, load_tokenizer(name, revision)


def _checkpoint(options: SftOptions) -> tuple[Any, Any]:
    """Load what training starts from; weights that are trained are held in float32.

    In 16 bits the steps of a small learning rate would be rounded away.
    """
    # an adapter notes its base by this name, and must find it from any folder
    here = Path(options.model)
    name = str(here.resolve()) if here.is_dir() else options.model
    if not options.use_peft:
        return load_model(name, merge=True, revision=options.model_revision, dtype="float32")
    if is_adapter(name):
        raise ConfigError(
            f"'{options.model}' is an adapter itself: name a whole model for use_peft, "
            "or train on from it without use_peft"
        )
    held = frozen_weights(options, chosen_precision(options))
    return load_model(name, revision=options.model_revision, **held)


def new_model(options: SftOptions, tokenizer: Any) -> Any:
    """Make a model with random weights drawn from the seed: 4 x width in the inner layers."""
    from transformers import AutoModelForCausalLM, set_seed

    set_seed(options.seed)
    config = _CONFIGS[options.architecture](options, tokenizer)
    # on short rows a processor takes 1.6 times as long for a step through the fused kernel
    attention = "sdpa" if chosen_device(options) == "cuda" else "eager"
    return AutoModelForCausalLM.from_config(config, attn_implementation=attention)


def _llama(options: SftOptions, tokenizer: Any) -> Any:
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=options.width,
        intermediate_size=4 * options.width,
        num_hidden_layers=options.layers,
        num_attention_heads=options.heads,
        max_position_embeddings=options.max_length,
        **_token_ids(tokenizer),
    )


def _gpt2(options: SftOptions, tokenizer: Any) -> Any:
    from transformers import GPT2Config

    return GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=options.max_length,
        n_embd=options.width,
        n_layer=options.layers,
        n_head=options.heads,
        # the synthetic tasks allow no wrong letter, and fresh examples cannot be overfitted
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        **_token_ids(tokenizer),
    )


def _token_ids(tokenizer: Any) -> dict[str, Any]:
    return {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


_CONFIGS = {"llama": _llama, "gpt2": _gpt2}
