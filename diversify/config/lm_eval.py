"""Options of `lm-eval`."""

from typing import Any

from pydantic import Field, field_validator

from diversify.config.base import Options


class LmEvalOptions(Options):
    """How lm-evaluation-harness scores a model."""

    limit: int = Field(0, ge=0)
    """Items of each task, from its head, and of each part where a task has several, such as the
    subjects of mmlu; 0 takes all."""
    batch_size: int = Field(8, ge=1)
    """Prompts that go through the model at once."""
    num_fewshot: dict[str, int] = Field(default_factory=dict)
    """Solved examples shown before each item, by task, such as mmlu=5,gsm8k=8; a task that is not
    named gets as many as the harness gives it."""
    max_gen_toks: int = Field(0, ge=0)
    """Longest answer of the tasks that generate one, in tokens; 0 takes each task's own."""
    answer_share: float = Field(0.5, gt=0.0, lt=1.0)
    """Largest part of the model's context that an answer may take; the prompt has the rest, and
    loses its beginning where it is longer."""
    apply_chat_template: bool = False
    """Put prompts into the tokenizer's chat template, examples as earlier turns of the chat."""
    seed: int = Field(0, ge=0)
    """Seed of the choice of examples, of what the checks of instructions draw, and of the guess at
    a language."""

    @field_validator("num_fewshot", mode="before")
    @classmethod
    def _pairs(cls, given: Any) -> Any:
        """Read `mmlu=5,gsm8k=8`, as the command line gives it."""
        if not isinstance(given, str):
            return given
        pairs = [[part.strip() for part in pair.partition("=")] for pair in given.split(",")]
        if not all(name and count.isdecimal() for name, _, count in pairs):
            raise ValueError("expected pairs such as mmlu=5,gsm8k=8")
        if len({name for name, _, _ in pairs}) < len(pairs):
            raise ValueError("a task stands there twice")
        return {name: int(count) for name, _, count in pairs}

    @field_validator("num_fewshot")
    @classmethod
    def _counts(cls, shots: dict[str, int]) -> dict[str, int]:
        if any(count < 0 for count in shots.values()):
            raise ValueError("a number of examples is 0 or more")
        return shots
