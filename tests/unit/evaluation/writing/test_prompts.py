"""Prompts against what the models' own tokenizers make of the same text."""

import pandas as pd
import pytest
from transformers import PreTrainedTokenizerFast

from diversify.config.generate import GenerateOptions
from diversify.config.sft import SftOptions
from diversify.evaluation.writing.prompts import encode_prompts, stop_strings, style_of
from diversify.io.test_sets.code_problems import CodeProblem
from diversify.training.tokenizer import encode_rows, new_tokenizer

PROBLEM = CodeProblem(
    task_id="HumanEval/0",
    prompt='\n\ndef f(x):\n    """ Give x, not </s>. """\n\n',
    entry_point="f",
    canonical_solution="    return x\n",
    contract="",
    base_input=((1,),),
    plus_input=(),
    atol=0.0,
)
TEXT = 'def f(x):\n    """ Give x, not </s>. """\n'
TEMPLATE = "{% for m in messages %}[{{ m.role }}] {{ m.content }}</s>{% endfor %}[assistant] "
OPTIONS = GenerateOptions()


@pytest.fixture
def ours():
    rows = pd.DataFrame({"instruction": [TEXT], "input": "", "response": "    return x"})
    return new_tokenizer(rows, SftOptions(tokenizer="bpe", vocabulary=300))


@pytest.fixture
def theirs(ours):
    """A tokenizer as checkpoints have them: a BOS of its own before each text, no separator."""
    from tokenizers import processors

    made = ours.backend_tokenizer
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", made.token_to_id("<s>"))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )


def test_a_base_model_goes_on_from_the_start_of_the_program(theirs):
    (ids,) = encode_prompts(theirs, [PROBLEM], "completion", OPTIONS)
    assert ids[0] == theirs.bos_token_id
    assert theirs.decode(ids[1:]) == TEXT
    assert theirs.eos_token_id not in ids, "what spells a special token does not become one"


def test_a_model_of_ours_is_asked_as_it_was_trained(ours):
    (ids,) = encode_prompts(ours, [PROBLEM], "completion", OPTIONS)
    row = {"instruction": [TEXT.rstrip()], "input": "", "response": "    return x"}
    assert ids == encode_rows(ours, pd.DataFrame(row)).prompts[0]
    assert ids[-1] == ours.sep_token_id


def test_a_chat_asks_and_begins_the_answer(theirs):
    assert style_of(theirs, OPTIONS) == "completion"
    theirs.chat_template = TEMPLATE
    assert style_of(theirs, OPTIONS) == "chat"
    assert style_of(theirs, GenerateOptions(prompt="completion")) == "completion"
    (ids,) = encode_prompts(theirs, [PROBLEM], "chat", OPTIONS)
    text = f"[user] {OPTIONS.instruction}\n```python\n{TEXT}```</s>[assistant] ```python\n"
    assert theirs.decode(ids) == text


def test_a_model_without_a_template_can_be_asked_too(ours):
    (ids,) = encode_prompts(ours, [PROBLEM], "chat", GenerateOptions(open_block=False))
    assert ours.decode(ids) == f"<s>{OPTIONS.instruction}\n```python\n{TEXT}```<sep>"


def test_stop_strings_are_those_of_the_benchmark_and_the_users_own():
    options = GenerateOptions(stop=["\n# end"])
    for benchmark, end in (("humaneval", "\nclass "), ("mbpp", '\n"""')):
        found = stop_strings(benchmark, "completion", options)
        assert {end, "\nif __name__", "\n# end"} <= set(found)
    assert "\n```\n" in stop_strings("mbpp", "chat", options)
    alone = GenerateOptions(stop=["\n# end"], open_block=False)
    assert stop_strings("mbpp", "chat", alone) == ("\n# end",)
