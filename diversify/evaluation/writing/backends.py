"""What runs a model that writes: transformers, or vLLM where it is installed."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from diversify.config.generate import GenerateOptions
from diversify.errors import ConfigError
from diversify.evaluation.generation import Answer, at_stops, generate_answers
from diversify.evaluation.loaded import positions_of
from diversify.training.lora import is_adapter
from diversify.training.model import load_model

DTYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


class Writer(Protocol):
    """A loaded model that answers prompts, given as token ids."""

    backend: str
    tokenizer: Any
    positions: int | None
    """Tokens of prompt and answer at most."""
    parameters: int | None
    """None where the backend does not say."""

    def write(self, prompts: Sequence[list[int]], stops: Sequence[str]) -> list[Answer]:
        """Answer each prompt greedily, until one of the strings is there."""


def open_writer(model: Path, options: GenerateOptions) -> Writer:
    """Load a model into the backend that the options ask for.

    Raises:
        ConfigError: the model cannot be loaded, or the backend is not here or cannot take it.
    """
    if _backend(model, options) == "vllm":
        from diversify.evaluation.writing.vllm_writer import VllmWriter

        return VllmWriter(model, _dtype(options), options)
    return TransformersWriter(model, _dtype(options), options)


class TransformersWriter:
    """A model of transformers, on the GPU where there is one."""

    backend = "transformers"

    def __init__(self, model: Path, dtype: str, options: GenerateOptions) -> None:
        self.model, self.tokenizer = load_model(model, dtype=dtype)
        if getattr(self.tokenizer, "backend_tokenizer", None) is None:
            raise ConfigError(
                f"{model}: its tokenizer is no fast one: convert it to tokenizer.json"
            )
        self.positions = positions_of(self.model)
        self.parameters: int | None = sum(one.numel() for one in self.model.parameters())
        self.options = options

    def write(self, prompts: Sequence[list[int]], stops: Sequence[str]) -> list[Answer]:
        """Answer each prompt greedily, until one of the strings is there."""
        over = at_stops(self.tokenizer, stops) if stops else None
        most, size = self.options.max_new_tokens, self.options.batch_size
        return generate_answers(self.model, self.tokenizer, prompts, most, size, over)


def _backend(model: Path, options: GenerateOptions) -> str:
    import torch

    installed = find_spec("vllm") is not None
    if options.backend == "vllm" and not installed:
        raise ConfigError("backend vllm: vllm is not installed here; use backend transformers")
    if options.backend == "transformers" or not installed:
        return "transformers"
    if options.backend == "auto":
        usable = torch.cuda.is_available() and not is_adapter(str(model))
        return "vllm" if usable else "transformers"
    if is_adapter(str(model)):
        raise ConfigError(f"backend vllm: {model} is an adapter; use backend transformers")
    return "vllm"


def _dtype(options: GenerateOptions) -> str:
    import torch

    if options.precision != "auto":
        return DTYPES[options.precision]
    on_gpu = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    return "bfloat16" if on_gpu else "auto"
