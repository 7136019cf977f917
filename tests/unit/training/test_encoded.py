from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.training.encoded import everywhere, join_exchanges, join_parts, join_rows

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


CHATS = st.lists(st.lists(st.tuples(IDS, IDS), min_size=1, max_size=3), min_size=1, max_size=5)


def chained(chats):
    exchanges = [turn for chat in chats for turn in chat]
    return join_exchanges(joined(exchanges), np.array([len(chat) for chat in chats]))


def marked(chats):
    """The oracle: (id, whether it has a loss) of each row's tokens."""
    return [
        [(token, part == 1) for turn in chat for part in (0, 1) for token in turn[part]]
        for chat in chats
    ]


def rows_of(encoded):
    """Each row as the arrays hold it, with the first token that never has a loss."""
    lengths = encoded.lengths()
    ids, places, falls = encoded.end_to_end(np.arange(len(encoded)), lengths)
    pairs = list(zip(ids.tolist(), falls.tolist(), strict=True))
    assert [place for row in lengths for place in range(row)] == places.tolist()
    return [pairs[a:b] for a, b in pairwise(encoded.starts)]


@given(CHATS)
def test_a_chat_is_one_row_with_a_loss_on_each_answer(chats):
    encoded = chained(chats)
    assert rows_of(encoded) == marked(chats)
    assert encoded.completions == [chat[-1][1] for chat in chats]


@given(CHATS, st.integers(1, 9))
def test_counts_and_tables_of_losses_agree_on_heads(chats, kept):
    encoded = chained(chats)
    lengths = np.minimum(encoded.lengths(), kept)
    heads = [[falls for _, falls in row[:kept]] for row in marked(chats)]
    assert encoded.trained_counts(lengths).tolist() == [sum(head) for head in heads]
    table = encoded.trained_heads(np.arange(len(chats)), lengths)
    assert table.tolist() == [head + [False] * (max(lengths) - len(head)) for head in heads]


@given(ROWS)
def test_everywhere_is_all_but_the_first_token_of_a_row(rows):
    encoded = everywhere(joined(rows))
    assert encoded.trained_counts(encoded.lengths()).tolist() == [
        len(prompt) + len(answer) - 1 for prompt, answer in rows
    ]


@given(CHATS, ROWS)
def test_chats_and_single_exchanges_lie_end_to_end(chats, rows):
    both = join_parts([chained(chats), joined(rows)])
    assert rows_of(both) == marked([*chats, *([row] for row in rows)])


def test_no_rows_are_no_rows():
    assert len(join_parts([join_rows([], [])])) == 0
