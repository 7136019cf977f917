"""Options of `sft`, under TRL's own names where TRL has one."""

from typing import Literal

from pydantic import Field, model_validator

from diversify.config.base import Options


class SftOptions(Options):
    """The model that is trained, and how."""

    model: str = ""
    """Name on the Hub or path of a checkpoint to start from; empty: a new model from scratch."""
    architecture: Literal["llama", "gpt2"] = "llama"
    """Kind of a new model: llama (rotary positions) or gpt2 (learned ones, as in the papers)."""
    layers: int = Field(2, ge=1)
    """Layers of a new model."""
    width: int = Field(128, ge=1)
    """Hidden size of a new model."""
    heads: int = Field(4, ge=1)
    """Attention heads of a new model."""
    tokenizer: Literal["symbols", "bpe"] = "symbols"
    """Tokenizer of a new model: symbols (each capital a token, each lower-case word a token) for
    the synthetic tracks, bpe (learned from the training rows) for real text."""
    vocabulary: int = Field(4096, ge=300)
    """Size of the bpe vocabulary."""
    max_length: int = Field(256, ge=8)
    """Tokens of a row that are kept at most."""
    max_steps: int = Field(-1, ge=-1)
    """Optimiser steps; -1 counts epochs instead."""
    num_train_epochs: float = Field(1.0, gt=0)
    """Passes over the rows, where max_steps is -1."""
    per_device_train_batch_size: int = Field(128, ge=1)
    """Rows in an optimiser step."""
    learning_rate: float = Field(1e-3, gt=0)
    """Peak learning rate of AdamW."""
    lr_scheduler_type: Literal["warmup_stable_decay", "linear", "cosine", "constant"] = (
        "warmup_stable_decay"
    )
    """Shape of the learning rate over the steps."""
    warmup_share: float = Field(0.1, ge=0.0, lt=1.0)
    """Share of the steps over which the learning rate rises."""
    decay_share: float = Field(0.3, ge=0.0, le=1.0)
    """Share of the steps over which warmup_stable_decay falls to zero."""
    weight_decay: float = Field(0.01, ge=0)
    """Weight decay of AdamW."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """auto takes bf16 (autocast) where the processor or the GPU has it."""
    seed: int = Field(0, ge=0)
    """Seed of the weights and of the order of the rows."""

    @model_validator(mode="after")
    def _heads_divide_the_width(self) -> "SftOptions":
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of heads {self.heads}")
        if self.warmup_share + self.decay_share > 1:
            raise ValueError("warmup_share and decay_share together are more than 1")
        return self
