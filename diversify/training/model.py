"""The model that `sft` starts from: a checkpoint, or a new one from its sizes."""

from pathlib import Path
from typing import Any

import pandas as pd

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.quiet import quieten_transformers
from diversify.training.tokenizer import new_tokenizer


def starting_model(options: SftOptions, corpus: pd.DataFrame) -> tuple[Any, Any]:
    """Give (model, tokenizer): the named checkpoint, or a new model whose tokenizer knows `corpus`.

    Raises:
        ConfigError: the named checkpoint cannot be loaded.
    """
    if options.model:
        return load_model(options.model)
    tokenizer = new_tokenizer(corpus, options)
    return new_model(options, tokenizer), tokenizer


def load_model(name: str | Path) -> tuple[Any, Any]:
    """Load a causal language model and its tokenizer, by Hub name or path.

    Raises:
        ConfigError: there is no such model, here or on the Hub.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    quieten_transformers()
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        model = AutoModelForCausalLM.from_pretrained(name)
    except (OSError, ValueError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise ConfigError(f"cannot load the model '{name}': {first_line}") from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


def new_model(options: SftOptions, tokenizer: Any) -> Any:
    """Make a model with random weights drawn from the seed: 4 x width in the inner layers."""
    import torch
    from transformers import AutoModelForCausalLM, set_seed

    set_seed(options.seed)
    config = _CONFIGS[options.architecture](options, tokenizer)
    # on short rows a processor takes 1.6 times as long for a step through the fused kernel
    attention = "sdpa" if torch.cuda.is_available() else "eager"
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
