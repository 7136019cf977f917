"""Options of `sft`, under TRL's own names where TRL has one."""

from typing import Literal

from pydantic import Field, model_validator

from diversify.config.base import Options


class SftOptions(Options):
    """The model that is trained, and how."""

    model: str = ""
    """Name on the Hub or path of a checkpoint to start from; empty: a new model from scratch."""
    model_revision: str = "main"
    """Commit, branch or tag of a model on the Hub; in a path it means nothing."""
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
    chat_template: str = ""
    """Jinja file that lays a chat out, in place of the one that came with `model`; where neither is
    there, a plain layout of our own."""
    completion_only_loss: bool = True
    """Let the loss fall on answers alone; else on every token."""
    packing: bool = False
    """Lay short rows end to end, best fit first (bfd), in blocks of max_length tokens; no row is
    cut that fits, and none sees another."""
    padding_free: bool = False
    """Lay the rows of a batch end to end in place of padding them."""
    max_steps: int = Field(-1, ge=-1)
    """Optimiser steps; -1 counts epochs instead."""
    trained_tokens: int = Field(0, ge=0)
    """Stop after the step that has trained on so many answers' tokens, so that arms of long and of
    short rows get the same; it decides alone. 0: as steps or epochs say."""
    num_train_epochs: float = Field(1.0, gt=0)
    """Passes over the rows, where max_steps is -1."""
    per_device_train_batch_size: int = Field(128, ge=1)
    """Rows in a batch, on each device; with packing, blocks."""
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
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Where to train: auto takes a CUDA GPU, else the processor; mps (Apple) is untried."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """Precision of the steps (autocast): auto takes bf16 where the processor or the GPU has it,
    else fp16 on a CUDA GPU, else fp32."""
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
    load_in_4bit: bool = False
    """Hold them in 4 bits (nf4, its constants quantised again), through bitsandbytes: QLoRA."""
    save_steps: int = Field(0, ge=0)
    """Steps between checkpoints, from which a killed run goes on; 0: none but the result."""
    save_total_limit: int = Field(1, ge=1)
    """Checkpoints that are kept, the last ones; all go once the model is written."""
    report_to: Literal["none", "tensorboard", "trackio"] = "none"
    """Where the loss is logged while the run goes on, in a folder OUT.logs beside the model."""
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
        if self.load_in_8bit and self.load_in_4bit:
            raise ValueError("load_in_8bit and load_in_4bit exclude each other: set one of them")
        for bits, asked in ((8, self.load_in_8bit), (4, self.load_in_4bit)):
            if asked and not self.use_peft:
                raise ValueError(
                    f"weights in {bits} bits cannot be trained: set use_peft with load_in_{bits}bit"
                )
        return self
