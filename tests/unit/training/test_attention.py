import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from diversify.errors import ConfigError
from diversify.training import attention
from diversify.training.attention import ROW_BY_ROW, attention_words, rows_end_to_end

SIZES = {
    "vocab_size": 61,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
}
SHARED = {**SIZES, "num_key_value_heads": 2}
GPT2 = {"vocab_size": 61, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64}
KINDS = {
    "llama": SIZES,
    "gpt2": GPT2,
    "qwen2": SHARED,
    "mistral": {**SHARED, "sliding_window": 4},
    "mixtral": {**SHARED, "num_local_experts": 2},
}
LENGTHS = [3, 11, 1, 6]


def made(kind, sizes):
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **sizes)).eval()


@pytest.mark.parametrize("kind", KINDS)
def test_logits_of_rows_end_to_end_are_those_of_each_row_by_itself(kind):
    model = made(kind, KINDS[kind])
    rows = torch.randint(0, 61, (sum(LENGTHS),)).split(LENGTHS)
    with torch.no_grad():
        apart = torch.cat([model(row[None]).logits[0] for row in rows])
        with rows_end_to_end(model, "fp32"):
            together = model(
                torch.cat(rows)[None],
                position_ids=torch.cat([torch.arange(length) for length in LENGTHS])[None],
                **attention_words(model, LENGTHS),
            ).logits[0]
    torch.testing.assert_close(together, apart, rtol=0, atol=1e-5)


def test_no_gradient_of_a_row_reaches_another():
    model = made("llama", SIZES)
    inside = torch.randn(1, sum(LENGTHS), 32, requires_grad=True)
    positions = torch.cat([torch.arange(length) for length in LENGTHS])[None]
    with rows_end_to_end(model, "fp32"):
        words = attention_words(model, LENGTHS)
        logits = model(inputs_embeds=inside, position_ids=positions, **words).logits
    logits[0, 3:14].sum().backward()
    touched = inside.grad[0].abs().sum(-1) > 0
    assert touched.tolist() == [3 <= place < 14 for place in range(sum(LENGTHS))]


@pytest.mark.parametrize(
    ("kind", "sizes", "words"),
    [
        ("mamba", {"vocab_size": 61, "hidden_size": 32, "num_hidden_layers": 1}, "Mamba"),
        ("bloom", {"vocab_size": 61, "hidden_size": 32, "n_layer": 1, "n_head": 4}, "Bloom"),
        ("gemma2", {**SHARED, "head_dim": 8}, "no attention with softcap"),
    ],
)
def test_an_architecture_that_cannot_is_refused_and_left_as_it_was(kind, sizes, words):
    model = made(kind, sizes)
    before = model.config._attn_implementation
    with pytest.raises(ConfigError, match=words), rows_end_to_end(model, "fp32"):
        raise AssertionError("it was lent the attention all the same")
    assert model.config._attn_implementation == before


def test_a_model_whose_rows_would_see_each_other_is_found_out(monkeypatch):
    """The trial itself: an attention that knows nothing of rows must not pass."""
    monkeypatch.setattr(attention, "ROW_BY_ROW", "sdpa")
    monkeypatch.setattr(
        attention, "attention_words", lambda model, lengths: {"attention_mask": ALL}
    )
    refused = pytest.raises(ConfigError, match="LlamaForCausalLM cannot train on rows laid end to")
    with refused, rows_end_to_end(made("llama", SIZES), "fp32"):
        raise AssertionError("it was lent the attention all the same")


ALL = torch.ones(1, 1, sum(attention.PROBE), sum(attention.PROBE), dtype=torch.bool).tril()


def test_the_attention_is_lent_and_given_back_and_never_saved(tmp_path):
    model = made("gpt2", GPT2)
    with rows_end_to_end(model, "fp32"):
        model.save_pretrained(tmp_path)
    assert model.config._attn_implementation == "sdpa"
    assert ROW_BY_ROW not in (tmp_path / "config.json").read_text()
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert loaded.config._attn_implementation == "sdpa"


def test_flash_attention_is_told_where_rows_end():
    model = made("llama", SIZES)
    words = attention_words(model, [3, 4, 2])
    assert words["cu_seq_lens_q"].tolist() == [0, 3, 7, 9]
    assert words["cu_seq_lens_q"].dtype == torch.int32
    assert words["max_length_k"] == 4
