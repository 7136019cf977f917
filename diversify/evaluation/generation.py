"""Greedy answers, written token by token, in batches.

Each step writes the likeliest token, whatever a checkpoint's own generation config says. A batch is
padded on the left, keeps the keys and values of what was read, and grows smaller: a row that has
ended leaves it, so that one long answer holds nobody up, and rows near the end of the model's
positions go with all others.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from diversify.errors import ConfigError
from diversify.evaluation.greedy_batch import GreedyBatch
from diversify.evaluation.loaded import end_tokens, make_ready, positions_of
from diversify.progress import progress

End = Literal["end token", "stop", "full", "no room"]
"""Why an answer ends: the model's end token; what was waited for is there; as many tokens are
written as may be; or the prompt leaves the model no position."""

Over = Callable[[Sequence[list[int]]], list[bool]]
"""Says of each answer, given as the ids written so far, whether what was waited for is there."""


class Answer(NamedTuple):
    """What a model wrote behind a prompt."""

    ids: list[int]
    """The end token is among them."""
    text: str
    """As it was written; special tokens are left out."""
    end: End


def generate_answers(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[list[int]],
    max_new_tokens: int,
    batch_size: int,
    over: Over | None = None,
) -> list[Answer]:
    """Write the most likely answer to each prompt, given as token ids.

    An answer ends with the model's end token, after `max_new_tokens`, where the model's positions
    end, or where `over` says so. Batches hold prompts of like length, the longest first: what does
    not fit into memory shows at once. The model is moved to the GPU where there is one.

    Raises:
        ConfigError: the model keeps something else than keys and values of what it has read.
    """
    if "past_key_values" not in inspect.signature(model.forward).parameters:
        kind = model.config.model_type
        raise ConfigError(f"a {kind} model cannot write here: it keeps no keys and values")
    make_ready(model)
    positions = positions_of(model)
    rooms = [min(max_new_tokens, (positions or len(p) + max_new_tokens) - len(p)) for p in prompts]
    answers = [Answer([], "", "no room")] * len(prompts)
    fits = [i for i, room in enumerate(rooms) if room > 0]
    order = sorted(fits, key=lambda i: -len(prompts[i]))
    ends = frozenset(end_tokens(model, tokenizer))
    with progress("generate", len(order)) as advance:
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            given, room = [prompts[i] for i in batch], [rooms[i] for i in batch]
            for at, ids, end in _greedy(model, given, room, ends, over):
                answers[batch[at]] = Answer(ids, _behind(tokenizer, prompts[batch[at]], ids), end)
                advance(1)
    return answers


def line_ended(tokenizer: Any) -> Over:
    """Wait for the end of the first line that is not blank.

    A model shown solved examples would go on with the next one.
    """
    return lambda answers: ["\n" in text.lstrip() for text in _spelled(tokenizer, answers)]


def at_stops(tokenizer: Any, stops: Sequence[str]) -> Over:
    """Wait for one of these strings in what is written; the prompt plays no part."""
    # each token spells a byte at least, but for the special ones, which are left out
    window = max((len(stop.encode()) for stop in stops), default=0) + 1

    def over(answers: Sequence[list[int]]) -> list[bool]:
        tails = _spelled(tokenizer, [ids[-window:] for ids in answers])
        return [any(stop in tail for stop in stops) for tail in tails]

    return over


def _greedy(
    model: Any,
    prompts: Sequence[list[int]],
    rooms: Sequence[int],
    ends: frozenset[int],
    over: Over | None,
) -> Iterator[tuple[int, list[int], End]]:
    """Write a batch; give place in the batch, ids and end of each answer as it ends."""
    batch = GreedyBatch(model, prompts)
    live, written = list(range(len(prompts))), [list[int]() for _ in prompts]
    while live:
        for row, token in zip(live, batch.step(), strict=True):
            written[row].append(token)
        found = _ended([written[row] for row in live], [rooms[row] for row in live], ends, over)
        for row, end in zip(live, found, strict=True):
            if end:
                yield row, written[row], end
        stays = [at for at, end in enumerate(found) if not end]
        if 0 < len(stays) < len(live):
            batch.keep(stays)
        live = [live[at] for at in stays]


def _ended(
    answers: Sequence[list[int]], rooms: Sequence[int], ends: frozenset[int], over: Over | None
) -> list[End | None]:
    stopped = over(answers) if over else [False] * len(answers)
    found: list[End | None] = []
    for ids, room, stop in zip(answers, rooms, stopped, strict=True):
        if ids[-1] in ends:
            found.append("end token")
        elif stop:
            found.append("stop")
        else:
            found.append("full" if len(ids) == room else None)
    return found


def _behind(tokenizer: Any, prompt: list[int], ids: list[int]) -> str:
    """Spell an answer as it stands behind its prompt.

    By itself it would lose a blank at its start with tokenizers that put one before each text, and
    with it the indentation of a program's first line.
    """
    before, both = _spelled(tokenizer, [prompt[-1:], prompt[-1:] + ids])
    return both.removeprefix(before) if both.startswith(before) else _spelled(tokenizer, [ids])[0]


def _spelled(tokenizer: Any, answers: Sequence[list[int]]) -> list[str]:
    """Spell answers as written: tidying up blanks before marks, as for prose, would spoil code."""
    texts: list[str] = tokenizer.backend_tokenizer.decode_batch(answers, skip_special_tokens=True)
    return texts
