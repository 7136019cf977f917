import pytest
import yaml
from pydantic import ValidationError

from diversify.config.sft import SftOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.rewrite import make_rewrite_data
from diversify.training.tokenizer import encode_rows, new_tokenizer

FAMILIES = {"families": ["repeated", "mirrored"], "pattern_length": 6, "tests": 10}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"pattern_length": 13}, "pattern_length 13 is longer than input_length 12"),
        ({"examples": 10, "instructions": 11}, "each rule needs an example"),
        ({"alphabet": 2, "pattern_length": 3}, "more distinct patterns than 2\\^3: raise"),
        ({"noop_share": 1.0}, "less than 1"),
        ({"shape": 0}, "the word uniform, or a number above 0"),
        ({"shape": "even"}, "the word uniform, or a number above 0"),
        ({"shape": float("inf")}, "the word uniform, or a number above 0"),
        ({"occurrences": []}, "at least 1 item"),
        ({"occurrences": [0]}, "greater than or equal to 1"),
        ({"occurrences": [2, 2]}, "occurrences \\[2, 2\\] names a number twice"),
        ({"occurrences": [1, 4]}, "occurrences 4 of pattern_length 3 take 15 letters"),
        ({"test_occurrences": [4]}, "test_occurrences 4 of pattern_length 3 take 15 letters"),
        ({"test_occurrences": [1, 1]}, "test_occurrences \\[1, 1\\] names a number twice"),
        ({"key_length": 4}, "the key's last letters would encipher nothing"),
        ({"alphabet": 4, "pattern_length": 2, "input_length": 40, "tests": 1, "instructions": 1},
         "2.4 times by mere chance"),
        ({**FAMILIES, "families": ["repeated", "repeated"]}, "names a family twice"),
        ({**FAMILIES, "families": ["odd"]}, "'repeated', 'periodic' or 'mirrored'"),
        ({**FAMILIES, "k_min": 5, "k_max": 4}, "k_min 5 is more than k_max 4"),
        ({**FAMILIES, "k_min": 4, "k_max": 5}, "no number from k_min 4 to k_max 5 divides"),
        ({**FAMILIES, "test_k": []}, "test_k names no k"),
        ({**FAMILIES, "test_k": [1, 1]}, "test_k \\[1, 1\\] names a k twice"),
        ({**FAMILIES, "test_k": [1, 3]}, "test_k 3 is not lower than k_min 3"),
        ({**FAMILIES, "k_min": 6, "test_k": [1, 4]}, "test_k 4 does not divide pattern_length 6"),
        ({**FAMILIES, "instructions": 1400}, "than the 1326 that families and k allow"),
        ({"families": ["repeated", "periodic", "mirrored"], "pattern_length": 4, "alphabet": 2,
          "k_min": 2, "test_k": [1], "instructions": 1, "tests": 4},
         "tests 4 leave training none of the 16 strings of 4 letters to put in"),
    ],
)  # fmt: skip
def test_a_task_that_cannot_be_is_refused_with_a_sentence_of_its_own(given, sentence):
    with pytest.raises(ValidationError, match=sentence):
        SynthRewriteOptions(**given)


@pytest.mark.parametrize(
    ("text", "shape"), [("0.2", 0.2), ("2", 2.0), ("uniform", "uniform"), ("'0.5'", 0.5)]
)
def test_a_shape_is_a_number_or_the_word_in_yaml(text, shape):
    assert SynthRewriteOptions(**yaml.safe_load(f"shape: {text}")).shape == shape


def test_a_long_tail_needs_no_example_for_each_rule():
    assert SynthRewriteOptions(examples=10, instructions=11, shape=0.5).examples == 10


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"key_length": 1},
        {"key_length": 3, "noop_share": 0.5},
        {"input_length": 30, "pattern_length": 7, "alphabet": 5},
        {"families": ["periodic"], "pattern_length": 6},
    ],
)
def test_the_tokens_of_a_row_are_those_that_the_symbols_tokenizer_makes(given):
    options = SynthRewriteOptions(instructions=20, examples=40, tests=5, **given)
    rows = make_rewrite_data(options).train
    tokenizer = new_tokenizer(rows, SftOptions(tokenizer="symbols"))
    assert set(encode_rows(tokenizer, rows).lengths()) == {options.tokens_per_row}
