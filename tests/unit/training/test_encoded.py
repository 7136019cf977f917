import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.training.encoded import join_parts, join_rows

IDS = st.lists(st.integers(0, 50_000), min_size=1, max_size=6)
ROWS = st.lists(st.tuples(IDS, IDS), min_size=1, max_size=8)


def joined(rows):
    return join_rows([prompt for prompt, _ in rows], [answer for _, answer in rows])


@given(ROWS)
def test_rows_come_back_as_they_went_in(rows):
    encoded = joined(rows)
    assert list(zip(encoded.prompts, encoded.completions, strict=True)) == rows
    assert encoded.lengths().tolist() == [len(prompt) + len(answer) for prompt, answer in rows]
    assert encoded.answer_lengths().tolist() == [len(answer) for _, answer in rows]


@given(ROWS, st.integers(0, 8))
def test_parts_lie_end_to_end(rows, at):
    parts = join_parts([joined(rows[:at]), joined(rows[at:])])
    assert list(zip(parts.prompts, parts.completions, strict=True)) == rows


@given(ROWS, st.integers(1, 12), st.randoms())
def test_a_padded_table_holds_the_heads_of_its_rows(rows, longest, rng):
    encoded = joined(rows)
    taken = np.array(rng.choices(range(len(rows)), k=3))
    lengths = np.minimum(encoded.lengths()[taken], longest)
    heads = [(rows[i][0] + rows[i][1])[:longest] for i in taken]
    expected = [head + [-1] * (max(lengths) - len(head)) for head in heads]
    assert encoded.padded(taken, lengths, -1).tolist() == expected


def test_no_rows_are_no_rows():
    assert len(join_parts([join_rows([], [])])) == 0
