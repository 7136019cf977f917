"""Options of `embed`."""

from typing import Literal

from pydantic import Field, model_validator

from diversify.config.base import Options

Backend = Literal["sentence-transformers", "static", "lsa"]

EmbedField = Literal["instruction", "instruction+input", "whole"]
"""Which text of a row becomes its vector."""


class EmbedOptions(Options):
    """How a row becomes a vector."""

    backend: Backend = "sentence-transformers"
    """sentence-transformers runs a model; static averages word vectors, a hundred times faster and
    less exact; lsa (TF-IDF and a truncated SVD) needs no model."""
    model: str = "all-MiniLM-L6-v2"
    """Name on the Hub or path of a sentence-transformers model; with static also of a model2vec
    model, and any other is distilled into one, once."""
    field: EmbedField = "instruction+input"
    """Which text of a row is embedded; whole takes the system prompt, the answer and later turns
    too. A model reads only the first of it, all-MiniLM-L6-v2 256 tokens."""
    truncate: int = Field(0, ge=0)
    """Dimensions that are kept, the first ones, scaled to length 1 again (Matryoshka); 0 keeps
    all."""
    batch_size: int = Field(64, ge=1)
    """Texts that go through the model at once."""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """Precision of the model; auto takes bfloat16 where the processor or the GPU has it."""
    processes: int = Field(1, ge=1)
    """Processes on the CPU that share the texts, and the threads; several GPUs are all used."""
    dimensions: int = Field(256, ge=2)
    """Dimensions at most of the lsa backend, and of a static model that is distilled."""
    trust_remote_code: str = ""
    """The model's name once more, to run code that comes with it; empty: no such code runs."""

    @model_validator(mode="after")
    def _code_is_trusted_by_name(self) -> "EmbedOptions":
        if self.trust_remote_code not in ("", self.model):
            raise ValueError(
                "trust_remote_code: repeat the name of the model whose code may run, "
                f"{self.model!r}, or leave it empty"
            )
        return self
