from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.reading.draw import Draw
from diversify.records import Record, digest

TEXTS = st.lists(st.text("abc", min_size=1, max_size=3), max_size=40)


def records(texts, file="f"):
    return [
        Record("s", file, line, instruction=text, response="yes")
        for line, text in enumerate(texts, start=1)
    ]


def drawn(files, most, seed=0):
    draw = Draw(most, seed)
    for number, texts in enumerate(files):
        draw.offer(number, iter(records(texts)))
    return [list(draw.of(number)) for number in range(len(files))]


@given(texts=TEXTS, most=st.integers(1, 50), seed=st.integers(0, 3))
def test_a_draw_is_the_rows_of_least_hash_in_their_order(texts, most, seed):
    every = records(texts)
    hashed = sorted(range(len(every)), key=lambda i: (digest(f"{seed} {every[i].id}"), i))
    assert drawn([texts], most, seed) == [[every[i] for i in sorted(hashed[:most])]]


@given(texts=TEXTS, most=st.integers(1, 20), cut=st.integers(0, 40))
def test_neither_order_nor_files_change_what_is_drawn(texts, most, cut):
    whole = sorted(record.instruction for record in drawn([texts], most)[0])
    parts = drawn([texts[cut:][::-1], texts[:cut]], most)
    assert sorted(record.instruction for part in parts for record in part) == whole


@given(texts=TEXTS, few=st.integers(1, 20), more=st.integers(1, 20))
def test_fewer_are_a_part_of_more(texts, few, more):
    few, more = sorted((few, more))
    small, large = ([r.line for r in drawn([texts], most)[0]] for most in (few, more))
    assert set(small) <= set(large)
    assert len(large) == min(more, len(texts))


def test_every_row_is_drawn_about_as_often():
    texts = [str(number) for number in range(40)]
    times = [0] * 40
    for seed in range(300):
        for record in drawn([texts], 10, seed)[0]:
            times[record.line - 1] += 1
    # 300 draws of a quarter: 75 times each, give or take four standard deviations
    assert sum(times) == 3000
    assert min(times) > 45
    assert max(times) < 105
