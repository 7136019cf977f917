import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.duplicates.shingles import shingles_of, words_of

TEXTS = st.lists(st.text(alphabet="ab 1+.漢字\n", max_size=12), max_size=8)


def plain_runs(text: str, size: int) -> list[tuple[str, ...]]:
    """The textbook shingles; a text with too few words is one shingle."""
    words = words_of(text)
    return [tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sort the List", ["sort", "the", "list"]),
        ("is 3+5 = 8?", ["is", "3", "+", "5", "=", "8", "?"]),
        ("f_x&lt;9", ["f", "_", "x", "<", "9"]),
        ("Füge naïve Café", ["füge", "naïve", "café"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("写一首诗 about 猫", ["写", "一", "首", "诗", "about", "猫"]),
        ("カタカナとkana。", ["カ", "タ", "カ", "ナ", "と", "kana", "。"]),
        ("한국어 글", ["한국어", "글"]),
        ("ok 🙂🙂", ["ok", "🙂", "🙂"]),
        (" \\n\t ", []),
    ],
)
def test_words_are_runs_of_letters_and_signs_stand_alone(text, words):
    assert words_of(text) == words


@given(texts=TEXTS, size=st.integers(1, 5))
def test_shingles_are_equal_where_the_plain_runs_are(texts, size):
    shingles = shingles_of(texts, size)
    found = [
        shingles.hashes[start:end].tolist()
        for start, end in zip(shingles.starts[:-1], shingles.starts[1:], strict=True)
    ]
    plain = [plain_runs(text, size) for text in texts]
    assert [len(of_text) for of_text in found] == [len(of_text) for of_text in plain]
    pairs = {
        (run, number)
        for runs, numbers in zip(plain, found, strict=True)
        for run, number in zip(runs, numbers, strict=True)
    }
    assert len(pairs) == len({run for run, _ in pairs}) == len({number for _, number in pairs})


@given(texts=TEXTS)
def test_a_text_has_the_same_shingles_in_any_company(texts):
    alone = [shingles_of([text], 2).hashes.tolist() for text in texts]
    assert shingles_of(texts, 2).hashes.tolist() == [one for of_text in alone for one in of_text]


def test_shingles_are_the_same_on_every_machine():
    assert shingles_of(["write a poem"], 3).hashes.tolist() == [9384445042555294646]
