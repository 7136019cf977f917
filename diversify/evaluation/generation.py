"""Greedy answers, written token by token, in batches."""

from collections.abc import Iterator, Sequence
from typing import Any

from diversify.progress import progress


def generate_answers(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[list[int]],
    max_new_tokens: int,
    batch_size: int,
    one_line: bool = False,
) -> list[str]:
    """Write the most likely answer to each prompt, given as token ids, and decode it.

    An answer ends with the model's end token, after `max_new_tokens`, where the model's positions
    end or, with `one_line`, with the first line that is not blank: a model shown solved examples
    would go on with the next one. A prompt that leaves no position gets an empty answer. Batches
    hold prompts of like length, padded on the left.
    """
    model.eval()
    answers = [""] * len(prompts)
    with progress("generate", len(prompts)) as advance:
        for batch, new in _batches(model, prompts, max_new_tokens, batch_size):
            if new > 0:
                texts = _written(model, tokenizer, [prompts[i] for i in batch], new, one_line)
                for i, text in zip(batch, texts, strict=True):
                    answers[i] = text
            advance(len(batch))
    return answers


def _batches(
    model: Any, prompts: Sequence[list[int]], max_new_tokens: int, batch_size: int
) -> Iterator[tuple[list[int], int]]:
    """Give rows that go together, and how many tokens each of them may get."""
    positions = getattr(model.config, "max_position_embeddings", None)

    def room(i: int) -> int:
        return min(max_new_tokens, positions - len(prompts[i])) if positions else max_new_tokens

    by_length = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    batch: list[int] = []
    for i in by_length:
        if batch and (len(batch) == batch_size or room(i) != room(batch[0])):
            yield batch, room(batch[0])
            batch = []
        batch.append(i)
    if batch:
        yield batch, room(batch[0])


def _written(
    model: Any, tokenizer: Any, prompts: list[list[int]], new: int, one_line: bool
) -> list[str]:
    import torch
    from transformers import StoppingCriteriaList

    width = max(len(prompt) for prompt in prompts)
    pad = tokenizer.pad_token_id
    ids = torch.tensor([[pad] * (width - len(prompt)) + prompt for prompt in prompts])  # (B, T)
    mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    stops = [_line_ends(tokenizer, width)] if one_line else []
    with torch.inference_mode():
        written = model.generate(
            ids.to(model.device),
            attention_mask=mask.to(model.device),
            max_new_tokens=new,
            eos_token_id=_ends(model, tokenizer),
            pad_token_id=pad,
            stopping_criteria=StoppingCriteriaList(stops),
            **PLAIN,
        )
    texts: list[str] = tokenizer.batch_decode(written[:, width:], skip_special_tokens=True)
    return texts


PLAIN = {
    "do_sample": False,
    "num_beams": 1,
    "temperature": None,
    "top_k": None,
    "top_p": None,
    "repetition_penalty": 1.0,
}
"""Greedy decoding, whatever a checkpoint's own generation config says."""


def _line_ends(tokenizer: Any, width: int) -> Any:
    """Say of each row whether its last token ends a line of its answer that is not blank."""
    import torch

    def ends(ids: Any, scores: Any, **_: Any) -> Any:
        lasts = tokenizer.batch_decode(ids[:, -1:])
        done = [
            "\n" in last and tokenizer.decode(row[width:]).strip()
            for last, row in zip(lasts, ids, strict=True)
        ]
        return torch.tensor([bool(text) for text in done], device=ids.device)

    return ends


def _ends(model: Any, tokenizer: Any) -> list[int]:
    """End tokens: the tokenizer's, and those a checkpoint adds, such as a chat turn's end."""
    own = model.generation_config.eos_token_id
    more = own if isinstance(own, list) else [own]
    return sorted({end for end in (tokenizer.eos_token_id, *more) if end is not None})
