"""Attention over rows laid end to end, in which each row sees itself alone.

Padding takes part in every layer; laid end to end, rows need none. Only attention must know where
they end: on a CUDA GPU flash attention has kernels for that, elsewhere each row goes through
torch's fused attention by itself. Measured on one thread with 16 rows of 14 to 255 tokens (a llama
of 4 layers, 256 wide, float32): padded 2.46 s a step, end to end under a block-diagonal mask
1.21 s, row by row 0.76 s.

It imports the heavy libraries at its head: import it inside the function that trains.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AttentionInterface
from transformers.utils import is_flash_attn_2_available

from diversify.errors import ConfigError

ROW_BY_ROW = "diversify_row_by_row"
FLASH = "flash_attention_2"
UNKNOWN = ("softcap", "s_aux", "position_bias")
"""What some kinds of models ask of attention beyond masks and scales, and this one does not do."""
PROBE = (7, 5, 9)
"""Tokens of the made-up rows on which a model is tried."""
NEAR = 0.2
"""Largest error of the trial, in parts of the error that rows make that do see each other."""
EXACT = 1e-5
"""Error of the trial, in parts of the largest logit, that is rounding whatever the model."""


def attend_row_by_row(
    module: Any,
    query: Any,  # (1, H, S, D)
    key: Any,  # (1, H or fewer, S, D)
    value: Any,
    attention_mask: Any,
    row_lengths: list[int],
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    **more: Any,
) -> tuple[Any, None]:
    """Attend causally within each row, as transformers calls it: (1, S, H, D).

    Raises:
        ConfigError: the model asks for a kind of attention that is not known here.
    """
    for name in UNKNOWN:
        if more.get(name) is not None:
            raise ConfigError(f"packing and padding_free: no attention with {name} here")
    parts = zip(*(whole.split(row_lengths, dim=2) for whole in (query, key, value)), strict=True)
    rows = []
    for one, keys, values in parts:
        length = one.shape[2]
        narrow = sliding_window is not None and length > sliding_window
        rows.append(
            torch.nn.functional.scaled_dot_product_attention(
                one,
                keys,
                values,
                attn_mask=_band(length, sliding_window, query.device) if narrow else None,
                dropout_p=dropout,
                is_causal=not narrow,
                scale=scaling,
                enable_gqa=query.shape[1] != key.shape[1],
            )
        )
    return torch.cat(rows, dim=2).transpose(1, 2).contiguous(), None


def _band(length: int, window: Any, device: Any) -> Any:
    """Give the mask of a row of which each token sees itself and the `window` - 1 before it."""
    return torch.ones(length, length, dtype=torch.bool, device=device).tril().triu(1 - window)


AttentionInterface.register(ROW_BY_ROW, attend_row_by_row)


@contextmanager
def rows_end_to_end(model: Any, precision: str) -> Iterator[None]:
    """Lend a model the attention for rows end to end, after a trial that it keeps them apart.

    The logits of rows laid end to end must be those of each row by itself, under the model's own
    attention: a trial that also finds out what nobody thought of. It costs five passes over a few
    tokens.

    Raises:
        ConfigError: the model's architecture cannot do it.
    """
    takes = {"position_ids", "logits_to_keep"} <= set(inspect.signature(model.forward).parameters)
    if not (takes and model._can_set_attn_implementation()):
        raise ConfigError(_refusal(model))
    half = model.device.type == "cuda" and precision != "fp32"
    before = model.config._attn_implementation
    apart = _logits_apart(model, precision)
    model.set_attn_implementation(FLASH if half and is_flash_attn_2_available() else ROW_BY_ROW)
    try:
        _try(model, precision, apart)
        yield
    finally:
        model.set_attn_implementation(before)


def _try(model: Any, precision: str, apart: Any) -> None:
    """See that rows laid end to end give the logits that they give apart."""
    try:
        packed, seeing = (_logits(model, precision, list(rows)) for rows in (PROBE, [sum(PROBE)]))
    except (TypeError, ValueError, RuntimeError) as fault:
        raise ConfigError(f"{_refusal(model)} ({str(fault).splitlines()[0][:200]})") from fault
    error, leak = ((one - apart).abs().max() for one in (packed, seeing))
    if not error <= max(NEAR * leak, EXACT * apart.abs().max()):
        raise ConfigError(_refusal(model))


def attention_words(model: Any, row_lengths: list[int]) -> dict[str, Any]:
    """Say in a model's own words where rows end."""
    if model.config._attn_implementation == ROW_BY_ROW:
        return {"row_lengths": row_lengths}
    lengths = torch.tensor([0, *row_lengths], dtype=torch.int32)
    ends = lengths.cumsum(0, dtype=torch.int32).to(model.device, non_blocking=True)
    longest = max(row_lengths)
    return {
        "cu_seq_lens_q": ends,
        "cu_seq_lens_k": ends,
        "max_length_q": longest,
        "max_length_k": longest,
    }


def _logits_apart(model: Any, precision: str) -> Any:
    """Give the logits of the trial's rows, each by itself and with the attention of old: (S, V)."""
    rows = _trial_ids(model).split(PROBE)
    return torch.cat([_passed(model, precision, input_ids=ids[None])[0] for ids in rows])


def _logits(model: Any, precision: str, lengths: list[int]) -> Any:
    """Give the logits of the trial's rows laid end to end, cut into these lengths: (S, V)."""
    positions = torch.cat([torch.arange(length) for length in lengths]).to(model.device)
    words = attention_words(model, lengths)
    ids = _trial_ids(model)[None]
    return _passed(model, precision, input_ids=ids, position_ids=positions[None], **words)[0]


def _trial_ids(model: Any) -> Any:
    vocabulary = model.config.get_text_config().vocab_size
    return (torch.arange(1, 1 + sum(PROBE)) * 7919 % vocabulary).to(model.device)


def _passed(model: Any, precision: str, **words: Any) -> Any:
    """Give the logits of one pass without dropout, in the precision of the steps."""
    dtype = torch.float16 if precision == "fp16" else torch.bfloat16
    training = model.training
    model.eval()
    autocast = torch.autocast(model.device.type, dtype, enabled=precision != "fp32")
    with torch.no_grad(), autocast:
        logits = model(**words, use_cache=False).logits.float()
    model.train(training)
    return logits


def _refusal(model: Any) -> str:
    kind = type(model).__name__
    return f"{kind} cannot train on rows laid end to end: leave packing and padding_free out"
