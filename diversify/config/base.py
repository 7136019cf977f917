"""What all option models share."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """Options of one stage: each field is the YAML key, the flag, the help and the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


TextField = Literal["instruction", "instruction+input"]
"""Which part of a row is looked at: the instruction alone, or with its input."""

RowFormat = Literal["messages", "sharegpt", "alpaca", "prompt-completion"]
"""How training rows are written: the layouts that trainers read."""
