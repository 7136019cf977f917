"""Vigenère's cipher: each letter moved on by a letter of a key that is repeated under the text.

A key of one letter is Caesar's cipher.
"""

import numpy as np

from diversify.synth.patterns import Codes


def encipher(plain: Codes, keys: Codes, alphabet: int) -> Codes:
    """Add to each letter its key's: (n, length), (n, key length) -> (n, length)."""
    return (plain + _under(plain, keys)) % alphabet


def decipher(text: Codes, keys: Codes, alphabet: int) -> Codes:
    """Take from each letter its key's: (n, length), (n, key length) -> (n, length)."""
    return (text + (alphabet - _under(text, keys))) % alphabet


def _under(text: Codes, keys: Codes) -> Codes:
    return keys[:, np.arange(text.shape[1]) % keys.shape[1]]
