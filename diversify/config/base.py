"""What all option models share."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """Options of one stage: each field is the YAML key, the flag, the help and the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Make one line of each option's sentence, which the help breaks where its column ends."""
        for field in cls.model_fields.values():
            field.description = " ".join((field.description or "").split()) or None


TextField = Literal["instruction", "instruction+input"]
"""Which part of a row is looked at: the instruction alone, or with its input."""

RowFormat = Literal["messages", "sharegpt", "alpaca", "prompt-completion"]
"""How training rows are written: the layouts that trainers read."""
