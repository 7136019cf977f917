"""Options of `embed`."""

from typing import Literal

from pydantic import Field

from diversify.config.base import Options, TextField

Backend = Literal["sentence-transformers", "lsa"]


class EmbedOptions(Options):
    """How a row becomes a vector."""

    backend: Backend = "sentence-transformers"
    """sentence-transformers runs a model; lsa (TF-IDF and a truncated SVD) needs none."""
    model: str = "all-MiniLM-L6-v2"
    """Name on the Hub or path of a sentence-transformers model."""
    field: TextField = "instruction+input"
    """Which text of a row is embedded."""
    batch_size: int = Field(64, ge=1)
    """Texts that go through the model at once."""
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Precision of the model; auto takes bfloat16 where the processor or the GPU has it."""
    dimensions: int = Field(256, ge=2)
    """Dimensions that the lsa backend keeps at most."""
