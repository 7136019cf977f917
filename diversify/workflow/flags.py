"""Options as the flags of a command line."""

import shlex
from collections.abc import Collection
from typing import Any

from diversify.config.base import Options


def flags(options: Options, but: Collection[str] = ()) -> str:
    """Spell the options that differ from their defaults as shell words, `but` those named."""
    words = []
    for name, field in type(options).model_fields.items():
        if name in but:
            continue
        value = getattr(options, name)
        if value != field.get_default(call_default_factory=True):
            words += _words(f"--{name.replace('_', '-')}", value)
    return shlex.join(words)


def _words(flag: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag.removeprefix('--')}"]
    if isinstance(value, dict):
        return [flag, ",".join(f"{key}={entry}" for key, entry in value.items())]
    if isinstance(value, list | tuple):
        return [word for entry in value for word in _words(flag, entry)]
    # one word: a value such as -1 would read as a flag of its own
    return [f"{flag}={value}"]
