"""The text of a row that is compared or embedded."""

import json

import pandas as pd

from diversify.config.embed import EmbedField
from diversify.records import prompt_text


def row_texts(rows: pd.DataFrame, field: EmbedField) -> list[str]:
    """Give the text of each row: its instruction, with its input, or all that it holds.

    The whole of a row is its system prompt, instruction, input, response and later turns, with a
    blank line between them.
    """
    if field == "instruction":
        return list(rows["instruction"])
    pairs = zip(rows["instruction"], rows["input"], strict=True)
    prompts = [prompt_text(instruction, input) for instruction, input in pairs]
    if field == "instruction+input":
        return prompts
    others = zip(rows["system"], prompts, rows["response"], rows["more"], strict=True)
    return [
        "\n\n".join(part for part in (system, prompt, response, *_turns(more)) if part)
        for system, prompt, response, more in others
    ]


def _turns(more: str) -> list[str]:
    """Give what is said in the later turns of a chat."""
    return [str(turn["content"]) for turn in json.loads(more)] if more else []
