"""Options of `generate`."""

from typing import Literal

from pydantic import Field

from diversify.config.base import Options


class GenerateOptions(Options):
    """How a model writes programs for the problems of code benchmarks: always greedily."""

    prompt: Literal["auto", "completion", "chat"] = "auto"
    """completion: the model goes on from the start of the program; chat: it is asked, and the code
    block is cut out of its answer; auto: chat where the tokenizer has a chat template."""
    instruction: str = (
        "Write a self-contained Python program that solves this problem, in one code block."
    )
    """What stands before the problem in a chat."""
    open_block: bool = True
    """Begin the answer in a chat with an open code block, which the model goes on with."""
    max_new_tokens: int = Field(768, ge=1)
    """Tokens of an answer at most; fewer where the model's positions end."""
    stop: list[str] = Field(default_factory=list)
    """Further strings before which a program ends, beside those of EvalPlus."""
    batch_size: int = Field(32, ge=1)
    """Problems that are worked on at once; it changes no program, but for rounding."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """Of the weights; auto takes bf16 on a GPU that has it, else what is stored."""
    backend: Literal["auto", "transformers", "vllm"] = "auto"
    """What runs the model; auto takes vllm where it is installed and there is a GPU."""
