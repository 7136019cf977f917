"""Snippets, TRL's run for real up to the ids that a model would be trained on."""

import json
import runpy
from pathlib import Path

import pandas as pd
import pytest
import yaml

from diversify.errors import ConfigError
from diversify.io.trainers.snippets import snippet, write_snippets
from diversify.io.writers import write_examples
from diversify.records import COLUMNS, Record

RECORDS = [
    Record("s", "f", 1, "What is 2+2?", "4", system="Be brief."),
    Record("s", "f", 2, "Sum", "05", input="2 and 3"),
    Record("s", "f", 3, "When?", "2020-01-01"),
    Record("s", "f", 4, "Say NA", "NA"),
]
ROWS = pd.DataFrame([[getattr(one, name) for name in COLUMNS] for one in RECORDS], columns=COLUMNS)
ODD_NAME = 'it\'s "my"\nmix'
CHAT = (
    "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}{% generation %}"
    "{{ m.content }}</s>{% endgeneration %}{% else %}{{ m.content }}</s>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
WHOLE_CHATS = [
    "<system>Be brief.</s><user>What is 2+2?</s><assistant>4</s>",
    "<user>Sum\n\n2 and 3</s><assistant>05</s>",
    "<user>When?</s><assistant>2020-01-01</s>",
    "<user>Say NA</s><assistant>NA</s>",
]
PLAIN = [
    "Be brief.\n\nWhat is 2+2?\n4</s>",
    "Sum\n\n2 and 3\n05</s>",
    "When?\n2020-01-01</s>",
    "Say NA\nNA</s>",
]
ANSWERS = ["4</s>", "05</s>", "2020-01-01</s>", "NA</s>"]


@pytest.fixture(scope="module")
def tiny():
    """A model and a tokenizer of bytes, with a chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={c: n for n, c in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="</s>", pad_token="<pad>")
    tokenizer.chat_template = CHAT
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **sizes, **heads)), tokenizer


def trained_on(path, tiny, folder, assistant_only_loss):
    """Run the snippet beside a mix, and give the texts that TRL makes of its rows, and what of
    them bears the loss."""
    from trl import SFTConfig, SFTTrainer

    model, tokenizer = tiny
    rows = runpy.run_path(str(path))["train_dataset"]
    args = SFTConfig(output_dir=str(folder), use_cpu=True, bf16=False, report_to="none",
                     assistant_only_loss=assistant_only_loss, max_length=None)  # fmt: skip
    trainer = SFTTrainer(model, args=args, train_dataset=rows, processing_class=tokenizer)
    batch = trainer.data_collator(list(trainer.train_dataset))
    texts = [tokenizer.decode(row["input_ids"]) for row in trainer.train_dataset]
    losses = [tokenizer.decode(labels[labels != -100]) for labels in batch["labels"]]
    return texts, losses


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.mark.parametrize(
    ("format", "ending", "texts"),
    [
        ("messages", ".jsonl", WHOLE_CHATS),
        ("messages", ".parquet", WHOLE_CHATS),
        ("sharegpt", ".json.gz", WHOLE_CHATS),
        ("alpaca", ".csv", WHOLE_CHATS),
        ("alpaca", ".jsonl.zst", WHOLE_CHATS),
        ("prompt-completion", ".tsv", PLAIN),
        ("prompt-completion", ".json", PLAIN),
    ],
)
def test_trl_trains_on_what_was_written_with_the_loss_on_answers(
    tmp_path, tiny, format, ending, texts
):
    mix = tmp_path / f"{ODD_NAME}{ending}"
    write_examples(mix, ROWS, format)
    (path,) = write_snippets(mix, format, ["trl"])
    assert path == tmp_path / f"{ODD_NAME}.trl.py"
    chats = format in ("messages", "sharegpt")
    assert trained_on(path, tiny, tmp_path / "out", chats) == (texts, ANSWERS)


def test_an_alpaca_file_without_system_texts_loads_too(tmp_path, tiny):
    mix = tmp_path / "mix.csv"
    write_examples(mix, ROWS.assign(system=""), "alpaca")
    (path,) = write_snippets(mix, "alpaca", ["trl"])
    texts, _ = trained_on(path, tiny, tmp_path / "out", False)
    assert texts[0] == "<user>What is 2+2?</s><assistant>4</s>"


def axolotl(mix, format, system=False):
    (dataset,) = yaml.safe_load(snippet("axolotl", mix, format, system))["datasets"]
    return dataset


def test_axolotl_is_told_the_file_and_the_fields_of_a_chat(tmp_path):
    mix = tmp_path / f"{ODD_NAME}.jsonl.gz"
    assert axolotl(mix, "messages") == {
        "path": str(mix),
        "ds_type": "json",
        "split": "train",
        "type": "chat_template",
        "field_messages": "messages",
        "message_property_mappings": {"role": "role", "content": "content"},
        "roles": {"system": ["system"], "user": ["user"], "assistant": ["assistant"]},
        "roles_to_train": ["assistant"],
    }
    shared = axolotl(tmp_path / "mix.parquet", "sharegpt")
    assert (shared["ds_type"], shared["field_messages"]) == ("parquet", "conversations")
    assert shared["message_property_mappings"] == {"role": "from", "content": "value"}
    assert shared["roles"] == {"system": ["system"], "user": ["human"], "assistant": ["gpt"]}


def test_axolotl_is_told_how_flat_rows_become_prompts(tmp_path):
    mix = tmp_path / "mix.json"
    assert axolotl(mix, "alpaca")["type"] == "alpaca"
    assert axolotl(mix, "alpaca", system=True)["type"] == "alpaca_w_system.load_instruct"
    assert axolotl(mix, "prompt-completion")["type"] == {
        "field_instruction": "prompt",
        "field_output": "completion",
        "format": "{instruction}\n",
        "no_input_format": "{instruction}\n",
    }


def test_llama_factory_is_told_columns_and_tags(tmp_path):
    mix = tmp_path / f"{ODD_NAME}, too.jsonl"
    (entry,) = json.loads(snippet("llama-factory", mix, "messages")).items()
    assert entry == (
        "it-s-my-mix-too",  # names are listed with commas between them
        {
            "file_name": str(mix),
            "formatting": "sharegpt",
            "columns": {"messages": "messages"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "system_tag": "system",
                "user_tag": "user",
                "assistant_tag": "assistant",
            },
        },
    )
    columns = json.loads(snippet("llama-factory", mix, "alpaca", system=True))["it-s-my-mix-too"]
    assert columns["columns"] == {
        "prompt": "instruction",
        "query": "input",
        "response": "output",
        "system": "system",
    }
    plain = json.loads(snippet("llama-factory", mix, "prompt-completion"))["it-s-my-mix-too"]
    assert plain["columns"] == {"prompt": "prompt", "response": "completion"}


def test_each_trainer_has_a_file_of_its_own_beside_the_mix(tmp_path):
    mix = tmp_path / "mix.jsonl"
    write_examples(mix, ROWS, "messages")
    written = write_snippets(mix, "messages", ["axolotl", "trl", "llama-factory", "trl"])
    assert [path.name for path in written] == [
        "mix.axolotl.yaml",
        "mix.trl.py",
        "mix.llama-factory.json",
    ]
    assert all(path.parent == tmp_path and path.is_file() for path in written)
    assert write_snippets(mix, "messages", []) == []


def test_a_relative_path_becomes_an_absolute_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert axolotl(Path("mix.jsonl"), "messages")["path"] == str(tmp_path / "mix.jsonl")


@pytest.mark.parametrize(
    ("trainer", "name", "said"),
    [
        ("axolotl", "mix.csv", "write .jsonl or .parquet"),
        ("llama-factory", "mix.tsv", "write .jsonl or .parquet"),
        ("llama-factory", "mix.jsonl.gz", "reads no .gz files"),
        ("trl", "mix[1].jsonl", "rename it"),
        ("trl", "$HOME.jsonl", "rename it"),
        ("axolotl", "a::b.jsonl", "rename it"),
    ],
)
def test_a_file_that_a_trainer_would_misread_is_refused(tmp_path, trainer, name, said):
    with pytest.raises(ConfigError, match=said):
        snippet(trainer, tmp_path / name, "alpaca")
