"""What is asked of a loaded model before it is scored or writes: its place, its room, its ends."""

from typing import Any


def make_ready(model: Any) -> None:
    """Set a model to inference, on the GPU where there is one and nobody placed it elsewhere."""
    import torch

    model.eval()
    placed = getattr(model, "hf_device_map", None)  # by whoever loaded it
    if torch.cuda.is_available() and not placed:
        model.to("cuda")


def positions_of(model: Any) -> int | None:
    """Tokens that a model can look at, prompt and answer together; None: no number is known."""
    positions = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return None if positions is None else int(positions)


def end_tokens(model: Any, tokenizer: Any) -> list[int]:
    """End tokens: the tokenizer's, and those a checkpoint adds, such as a chat turn's end."""
    own = model.generation_config.eos_token_id
    more = own if isinstance(own, list) else [own]
    return sorted({end for end in (tokenizer.eos_token_id, *more) if end is not None})
