"""How trainers load a mix: a few lines of Python, YAML or JSON, to paste or to point at.

As TRL 1.16, Axolotl 0.19 and LLaMA-Factory 0.9.5 read files. All three load them by `datasets`,
which guesses types where none are named (text that looks like a number or a date becomes one) and
takes some characters of a file's name for a pattern.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml

from diversify.config.base import RowFormat
from diversify.errors import ConfigError
from diversify.io.formats.rows import file_format, read_rows
from diversify.io.formats.streams import compression, ending
from diversify.io.manifest import beside
from diversify.io.trainers.trl_snippets import trl_snippet
from diversify.io.whole import whole
from diversify.io.writers import CHATS, SPEAKERS

Trainer = Literal["trl", "axolotl", "llama-factory"]

NAMES: Mapping[Trainer, str] = {
    "trl": "trl.py",
    "axolotl": "axolotl.yaml",
    "llama-factory": "llama-factory.json",
}
"""How the file beside the mix ends."""
PATTERNS = ("*", "?", "[", "$", "::", "://")
"""What `datasets` takes for something else than a part of a file's name."""
AXOLOTL_HEAD = """\
# Axolotl: these datasets belong into the config of a run. Loss falls on the answers.
# The path is that of this machine: change it if the mix moves.
"""


def write_snippets(mix: Path, format: RowFormat, trainers: Iterable[Trainer]) -> list[Path]:
    """Write beside a mix how each trainer loads it, such as mix.trl.py for mix.jsonl.

    Raises:
        ConfigError: a trainer cannot read a file of this name.
    """
    texts = {
        beside(mix, NAMES[trainer]): snippet(trainer, mix, format, _has_system(mix, format))
        for trainer in dict.fromkeys(trainers)
    }
    for path, text in texts.items():
        with whole(path) as draft:
            draft.write_text(text, encoding="utf-8")
    return list(texts)


def snippet(trainer: Trainer, mix: Path, format: RowFormat, system: bool = False) -> str:
    """Say in a trainer's own words how it loads a mix; `system` says that Alpaca rows have one.

    The path becomes an absolute one, so that the lines work wherever they are pasted.

    Raises:
        ConfigError: the trainer cannot read a file of this name.
    """
    check_readable(trainer, mix)
    write: Mapping[Trainer, Callable[[Path, RowFormat, bool], str]] = {
        "trl": trl_snippet,
        "axolotl": _axolotl,
        "llama-factory": _llama_factory,
    }
    return write[trainer](mix.absolute(), format, system)


def check_readable(trainer: Trainer, mix: Path) -> None:
    """Check that a trainer reads a file of this name, before any work is done.

    Raises:
        ConfigError: it does not; the message says what to do.
    """
    strange = next((mark for mark in PATTERNS if mark in str(mix.absolute())), None)
    if strange:
        raise ConfigError(f"{mix}: {trainer} would not find a path with {strange!r}: rename it")
    if trainer != "trl" and ending(mix) in (".csv", ".tsv"):
        raise ConfigError(
            f"{mix}: {trainer} takes cells that look like numbers or are empty for no text: "
            "write .jsonl or .parquet for it"
        )
    if trainer == "llama-factory" and compression(mix):
        raise ConfigError(f"{mix}: {trainer} reads no {mix.suffix} files: leave it out")


def _has_system(mix: Path, format: RowFormat) -> bool:
    """Say whether the rows of an Alpaca file have a system field; all do, or none."""
    if format != "alpaca":
        return False
    first = next(iter(read_rows(mix, file_format(mix), {})), None)
    return isinstance(first, tuple) and "system" in first[1]


def _axolotl(mix: Path, format: RowFormat, system: bool) -> str:
    kind = "parquet" if ending(mix) == ".parquet" else "json"
    dataset = {"path": str(mix), "ds_type": kind, "split": "train", **_axolotl_type(format, system)}
    return AXOLOTL_HEAD + yaml.safe_dump(
        {"datasets": [dataset]}, sort_keys=False, allow_unicode=False, width=10_000
    )


def _axolotl_type(format: RowFormat, system: bool) -> dict[str, Any]:
    """Say which strategy reads the rows, and by which fields."""
    if format == "alpaca":
        return {"type": "alpaca_w_system.load_instruct" if system else "alpaca"}
    if format == "prompt-completion":
        # a line end between the two, as `sft` has it
        turn = {"format": "{instruction}\n", "no_input_format": "{instruction}\n"}
        return {"type": {"field_instruction": "prompt", "field_output": "completion", **turn}}
    field, role, content = CHATS[format]
    return {
        "type": "chat_template",
        "field_messages": field,
        "message_property_mappings": {"role": role, "content": content},
        "roles": {ours: [theirs] for ours, theirs in SPEAKERS[format].items()},
        "roles_to_train": ["assistant"],
    }


def _llama_factory(mix: Path, format: RowFormat, system: bool) -> str:
    """Give an entry of dataset_info.json, named as the mix without endings."""
    # names are listed with commas between them, as in `dataset: mix,other`
    name = re.sub(r"[^\w.-]+", "-", beside(mix, "").name.removesuffix("."))
    entry = {"file_name": str(mix), **_llama_factory_fields(format, system)}
    return json.dumps({name: entry}, indent=2) + "\n"


def _llama_factory_fields(format: RowFormat, system: bool) -> dict[str, Any]:
    """Say how the rows are laid out."""
    if format == "prompt-completion":
        columns = {"prompt": "prompt", "response": "completion"}
        return {"formatting": "alpaca", "columns": columns}
    if format == "alpaca":
        columns = {"prompt": "instruction", "query": "input", "response": "output"}
        return {
            "formatting": "alpaca",
            "columns": columns | ({"system": "system"} if system else {}),
        }
    field, role, content = CHATS[format]
    tags = {f"{ours}_tag": theirs for ours, theirs in SPEAKERS[format].items()}
    # messages too: the layout called "openai" puts a system text of its own into every row
    return {
        "formatting": "sharegpt",
        "columns": {"messages": field},
        "tags": {"role_tag": role, "content_tag": content, **tags},
    }
