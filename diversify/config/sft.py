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
    """Rows in a batch."""
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
    gradient_accumulation_steps: int = Field(1, ge=1)
    """Batches whose gradients make one optimiser step; the loss is the mean over all their
    answers' tokens."""
    gradient_checkpointing: bool = False
    """Work activations out again in the backward pass: less memory, about a third more time."""
    use_peft: bool = False
    """Train a LoRA adapter and leave the weights of `model` as they are."""
    lora_r: int = Field(16, ge=1)
    """Rank of the adapter (512 in the papers)."""
    lora_alpha: int = Field(32, ge=1)
    """The adapter's output is multiplied by lora_alpha / lora_r (1024 / 512 in the papers)."""
    lora_dropout: float = Field(0.05, ge=0.0, lt=1.0)
    """Share of the adapter's inputs that are dropped in training."""
    lora_target_modules: list[str] = Field(default_factory=list)
    """Layers that get an adapter, by the end of their names; none named: all linear layers but the
    last, which gives the logits."""
    load_in_8bit: bool = False
    """Hold the weights under the adapter in 8 bits, through bitsandbytes."""
    seed: int = Field(0, ge=0)
    """Seed of the weights and of the order of the rows."""

    @model_validator(mode="after")
    def _heads_divide_the_width(self) -> "SftOptions":
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of heads {self.heads}")
        if self.warmup_share + self.decay_share > 1:
            raise ValueError("warmup_share and decay_share together are more than 1")
        return self

    @model_validator(mode="after")
    def _an_adapter_needs_a_base(self) -> "SftOptions":
        if self.use_peft and not self.model:
            raise ValueError("use_peft trains an adapter of a checkpoint: name one as model")
        if self.load_in_8bit and not self.use_peft:
            raise ValueError("weights in 8 bits cannot be trained: set use_peft with load_in_8bit")
        return self
