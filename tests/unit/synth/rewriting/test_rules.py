import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.patterns import random_strings
from diversify.synth.rewrite import make_rewrite_data
from diversify.synth.rewriting.cipher import decipher, encipher
from diversify.synth.rewriting.rules import draw_rules

KEYED = SynthRewriteOptions(instructions=30, examples=300, tests=20, key_length=2)


def deciphered(text, key):
    """Vigenère's cipher undone, letter by letter."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    back = [letters.index(key[at % len(key)]) for at in range(len(text))]
    return "".join(letters[letters.index(c) - back[at]] for at, c in enumerate(text))


@given(st.integers(0, 2**32), st.integers(2, 26), st.integers(1, 9), st.integers(1, 5))
@settings(max_examples=50)
def test_deciphering_undoes_enciphering(seed, alphabet, length, key_length):
    rng = np.random.default_rng(seed)
    plain, keys = (random_strings(rng, 20, size, alphabet) for size in (length, key_length))
    text = encipher(plain, keys, alphabet)
    assert text.max() < alphabet
    assert (decipher(text, keys, alphabet) == plain).all()


def test_a_key_of_one_letter_is_caesars_cipher():
    plain, key = np.array([[0, 1, 25]], dtype=np.uint8), np.array([[3]], dtype=np.uint8)
    assert encipher(plain, key, 26).tolist() == [[3, 4, 2]]


def test_an_enciphered_rule_deciphers_to_the_one_that_the_answer_obeys():
    data = make_rewrite_data(KEYED)
    for rows in (data.train, data.unseen):
        for row in rows.itertuples():
            key, _, rule = row.instruction.partition(": ")
            x, _, y = rule.partition(" -> ")
            assert len(key) == 2
            plain = deciphered(x, key), deciphered(y, key)
            assert plain[0] in row.input
            assert row.response == row.input.replace(*plain, 1)


def test_keys_differ_from_rule_to_rule_and_change_neither_rules_nor_inputs():
    keyed = make_rewrite_data(KEYED).train
    plain = make_rewrite_data(KEYED.model_copy(update={"key_length": 0})).train
    assert keyed[["input", "response", "rule"]].equals(plain[["input", "response", "rule"]])
    assert keyed["instruction"].str[:2].nunique() > 20


def test_a_rule_keeps_its_key_in_every_example():
    assert (make_rewrite_data(KEYED).train.groupby("rule")["instruction"].nunique() == 1).all()


def test_sets_are_ranges_of_rules_in_which_the_tests_come_first():
    rules = draw_rules(KEYED)
    assert rules.sets == {"unseen": range(20), "train": range(20, 50)}
    assert len(rules.patterns) == len(rules.replacements) == len(rules.keys) == 50


def test_a_few_keys_go_round_among_the_rules_of_training_and_tests():
    rules = draw_rules(KEYED.model_copy(update={"keys": 3}))
    own = draw_rules(KEYED).keys
    for number, key in enumerate(rules.keys):
        assert key.tolist() == own[number % 3].tolist()
    assert len(np.unique(rules.keys, axis=0)) == 3
