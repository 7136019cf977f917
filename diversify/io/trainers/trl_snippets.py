"""How TRL loads a mix: Python whose `train_dataset` goes to SFTTrainer."""

from pathlib import Path
from string import Template

from diversify.config.base import RowFormat
from diversify.io.formats.streams import ending
from diversify.io.writers import arrow_schema

HEAD = Template('''\
"""Rows of a mix for TRL: SFTTrainer(model, train_dataset=train_dataset, args=...).

$note
"""

from datasets import Features, Value, load_dataset

FILE = $file  # on this machine: change it if the mix moves
TEXT = Value("string")
# named, so that no text is taken for a number or a date
FEATURES = Features($features)

train_dataset = load_dataset($kind, data_files=FILE, features=FEATURES, split="train"$more)
''')
ANSWERS_ALONE = (
    "Loss falls on whole chats: with SFTConfig(assistant_only_loss=True) on the answers alone."
)
COMPLETIONS = "Loss falls on the completions alone."
STEPS = {
    "messages": "",
    "sharegpt": '''

ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def as_messages(row):
    """Name the turns as chat templates do."""
    turns = row["conversations"]
    return {"messages": [{"role": ROLES[t["from"]], "content": t["value"]} for t in turns]}


train_dataset = train_dataset.map(as_messages, remove_columns="conversations")
''',
    "alpaca": '''

def as_chat(row):
    """Lay a row out as a prompt and a completion, for the model's chat template."""
    question = row["instruction"] + ("\\n\\n" + row["input"] if row["input"] else "")
    system = [{"role": "system", "content": row["system"]}] if row.get("system") else []
    prompt = [*system, {"role": "user", "content": question}]
    return {"prompt": prompt, "completion": [{"role": "assistant", "content": row["output"]}]}


train_dataset = train_dataset.map(as_chat, remove_columns=train_dataset.column_names)
''',
    "prompt-completion": '''

def with_line_end(row):
    """Part prompt and completion, which are put together as they are."""
    return {"prompt": row["prompt"] + "\\n"}


train_dataset = train_dataset.map(with_line_end)
''',
}
"""Layout -> what makes rows of it into what SFTTrainer takes."""
READERS = {
    ".parquet": ("parquet", ""),
    ".csv": ("csv", ", keep_default_na=False"),
    ".tsv": ("csv", ', keep_default_na=False, sep="\\t"'),
}


def trl_snippet(mix: Path, format: RowFormat, system: bool) -> str:
    """Write the Python that loads a mix at an absolute path."""
    kind, more = READERS.get(ending(mix), ("json", ""))
    chats = format in ("messages", "sharegpt")
    head = HEAD.substitute(
        note=ANSWERS_ALONE if chats else COMPLETIONS,
        file=ascii(str(mix)),
        features=_features(format, system),
        kind=f'"{kind}"',
        more=more,
    )
    return head + STEPS[format]


def _features(format: RowFormat, system: bool) -> str:
    """Write the types of a layout's fields: text, or lists of turns of text."""
    schema = arrow_schema(format, system)
    fields = []
    for field in schema:
        turn = getattr(field.type, "value_type", None)
        names = [turn.field(at).name for at in range(turn.num_fields)] if turn else []
        inner = ", ".join(f'"{name}": TEXT' for name in names)
        fields.append(f'"{field.name}": ' + (f"[{{{inner}}}]" if names else "TEXT"))
    return "{" + ", ".join(fields) + "}"
