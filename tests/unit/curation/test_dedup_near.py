"""What all methods, scopes and choices of a survivor promise together."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.dedup import DedupOptions
from diversify.curation.dedup import drop_duplicates, drop_known
from diversify.curation.duplicates.shingles import words_of
from diversify.curation.duplicates.twins import TWIN
from diversify.curation.near.rounding import rounded
from diversify.curation.order import PLACE
from diversify.errors import ConfigError, DataError
from diversify.records import prompt_text, same_key

SURE = 1 - 1e-9
"""A recall at which a test never meets a pair that is overlooked."""

CONTENT = st.lists(
    st.fixed_dictionaries(
        {
            "instruction": st.lists(st.sampled_from("abcd"), min_size=1, max_size=5).map(" ".join),
            "input": st.sampled_from(["", "", " ", "x y"]),
            "response": st.sampled_from(["no", "yes", "maybe so"]),
            "source": st.sampled_from(["code", "chat", "math"]),
            "vector": st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(0, 1)),
            "score": st.integers(0, 2),
        }
    ),
    max_size=14,
)
OPTIONS = st.builds(
    lambda method, scope, keep, field, threshold: DedupOptions(
        method=method, field=field, threshold=threshold, similarity=threshold + 0.0123,
        shingle=2, permutations=256, recall=SURE,
        scope=scope, core="code" if scope == "core" else "",
        keep=keep, score_column="score" if keep == "score" else "",
        source_order=["math", "code"] if keep == "source" else [],
    ),
    method=st.sampled_from(["exact", "minhash", "semantic"]),
    scope=st.sampled_from(["all", "within", "across", "core"]),
    keep=st.sampled_from(["content", "score", "longest", "shortest", "source"]),
    field=st.sampled_from(["instruction", "instruction+input"]),
    threshold=st.sampled_from([0.4, 0.6, 0.8]),
)  # fmt: skip


class Oracle:
    """The rules of `dedup`, one comparison at a time."""

    def __init__(self, rows, vectors, options):
        self.options = options
        self.rows = rows.assign(vector=list(rounded(vectors).astype(float))).to_dict("records")
        self.rows.sort(key=lambda row: [row[name] for name in PLACE])

    def asked(self, row):
        whole = self.options.field == "instruction+input"
        return row["instruction"], row["input"] if whole else ""

    def comparable(self, one, other):
        scope, core = self.options.scope, self.options.core
        same = one["source"] == other["source"]
        if scope == "core":
            return one["source"] == core and not same
        return {"all": True, "within": same, "across": not same}[scope]

    def likeness(self, one, other):
        """Similarity of two rows that are near, 0 of others; 2 if they ask the very same."""
        if same_key(*self.asked(one)) == same_key(*self.asked(other)):
            return 2.0
        if self.options.method == "minhash":
            value, least = self.jaccard(one, other), self.options.threshold
        elif self.options.method == "semantic":
            value, least = self.cosine(one, other), self.options.similarity
        else:
            return 0.0
        return value if value >= least else 0.0

    def jaccard(self, one, other):
        first, second = (
            {tuple(words[at : at + 2]) for at in range(max(1, len(words) - 1))}
            for words in (words_of(prompt_text(*self.asked(row))) for row in (one, other))
        )
        return len(first & second) / len(first | second)

    def cosine(self, one, other):
        first, second = self.vector(one), self.vector(other)
        lengths = np.linalg.norm(first) * np.linalg.norm(second)
        return first @ second / lengths if lengths else 0.0

    def vector(self, row):
        """A question has the vector of its most wanted row."""
        key = same_key(*self.asked(row))
        return next(one for one in self.ranked if same_key(*self.asked(one)) == key)["vector"]

    def drop_duplicates(self):
        options = self.options
        wanted = {
            "content": lambda row: 0,
            "score": lambda row: -row["score"],
            "longest": lambda row: -len(row["response"]),
            "shortest": lambda row: len(row["response"]),
            "source": lambda row: {"math": 0, "code": 1}.get(row["source"], 2),
        }[options.keep]
        outside = lambda row: options.scope == "core" and row["source"] != options.core  # noqa: E731
        self.ranked = sorted(self.rows, key=lambda row: (outside(row), wanted(row)))
        kept, dropped = [], []
        for row in self.ranked:
            taken = [
                other for other in kept
                if self.comparable(other, row) and self.likeness(other, row)
            ]  # fmt: skip
            if taken:
                dropped.append(self.line(row, taken[0]))
            else:
                kept.append(row)
        return sorted(place(row) for row in kept), sorted(dropped)

    def drop_known(self, reference):
        self.ranked = [*reference.rows, *self.rows]
        kept, dropped = [], []
        for row in self.rows:
            near = {
                number: self.likeness(other, row)
                for number, other in enumerate(reference.rows)
                if self.comparable(other, row)
            }
            if any(near.values()):
                best = max(near, key=lambda number: (near[number], -number))
                dropped.append(self.line(row, reference.rows[best]))
            else:
                kept.append(row)
        return sorted(place(row) for row in kept), sorted(dropped)

    def line(self, row, twin):
        value = self.likeness(twin, row)
        method = "exact" if value == 2 else self.options.method
        return (*place(row), *place(twin), method, round(min(1.0, value), 5))


def place(row):
    return tuple(row[name] for name in PLACE)


def told(result):
    lines = [
        (*line[:-1], round(float(line[-1]), 5)) for line in result.dropped.itertuples(index=False)
    ]
    return sorted(place(row) for row in result.kept.to_dict("records")), sorted(lines)


def laid_out(table, content):
    """Rows with their scores as a column, and their vectors beside them."""
    texts = [
        {name: value for name, value in row.items() if name not in ("vector", "score")}
        for row in content
    ]
    rows = table(*texts).assign(score=[row["score"] for row in content])
    return rows, np.array([row["vector"] for row in content], dtype=float).reshape(-1, 3)


def has_sources(rows, options):
    known = set(rows["source"])
    return (options.scope != "core" or "code" in known) and (
        options.keep != "source" or {"math", "code"} <= known
    )


@given(content=CONTENT, options=OPTIONS)
@settings(max_examples=40)
def test_kept_dropped_and_twins_are_those_of_the_plain_rules(table, content, options):
    rows, vectors = laid_out(table, content)
    if len(rows) and not has_sources(rows, options):
        return
    result = drop_duplicates(rows, options, embeddings=vectors)
    assert told(result) == Oracle(rows, vectors, options).drop_duplicates()


@given(content=CONTENT, known=CONTENT, options=OPTIONS)
@settings(max_examples=40)
def test_rows_against_known_ones_are_those_of_the_plain_rules(table, content, known, options):
    options = options.model_copy(update={"keep": "content"})
    (rows, vectors), (others, other_vectors) = laid_out(table, content), laid_out(table, known)
    if options.scope == "core" and len(others) and "code" not in set(others["source"]):
        return
    before = others.copy()
    result = drop_known(
        rows, others, options, embeddings=vectors, reference_embeddings=other_vectors
    )
    plain = Oracle(rows, vectors, options).drop_known(Oracle(others, other_vectors, options))
    assert told(result) == plain
    pd.testing.assert_frame_equal(others, before)


@given(content=CONTENT, options=OPTIONS, seed=st.integers(0, 99))
@settings(max_examples=15)
def test_the_order_of_the_rows_does_not_matter(table, content, options, seed):
    rows, vectors = laid_out(table, content)
    if len(rows) and not has_sources(rows, options):
        return
    straight = drop_duplicates(rows, options, embeddings=vectors)
    order = np.random.default_rng(seed).permutation(len(rows))
    mixed = drop_duplicates(rows.iloc[order], options, embeddings=vectors[order])
    pd.testing.assert_frame_equal(straight.kept, mixed.kept)
    pd.testing.assert_frame_equal(straight.dropped, mixed.dropped)
    assert straight.summary() == mixed.summary()


@given(content=CONTENT, options=OPTIONS)
@settings(max_examples=15)
def test_counts_add_up_everywhere(table, content, options):
    rows, vectors = laid_out(table, content)
    if len(rows) and not has_sources(rows, options):
        return
    result = drop_duplicates(rows, options, embeddings=vectors)
    summary = result.summary()
    both = pd.concat([result.kept[PLACE], result.dropped[PLACE]])
    assert sorted(both.itertuples(index=False)) == sorted(rows[PLACE].itertuples(index=False))
    groups = sum(line["groups"] for line in summary["group_sizes"])
    assert sum(line["rows"] * line["groups"] for line in summary["group_sizes"]) == (
        summary["dropped"] + groups
    )
    for table_of in ("dropped_by_source", "dropped_by_method"):
        assert sum(line["rows"] for line in summary[table_of]) == summary["dropped"]
    assert json.loads(json.dumps(summary)) == summary


def vector_rows(table, vectors):
    return table(*[{"instruction": f"Question {n}"} for n in range(len(vectors))]), vectors


@pytest.mark.parametrize("method", ["minhash", "semantic"])
def test_of_a_near_pair_one_stays_and_a_row_of_its_own_stays_too(table, method):
    pair = "Write a short poem about the sea and the sky at night in "
    rows = table({"instruction": f"{pair}May"}, {"instruction": f"{pair}June"},
                 {"instruction": "Add"})  # fmt: skip
    vectors = np.array([[1, 0], [1, 0.1], [0, 1]])
    result = drop_duplicates(rows, DedupOptions(method=method), embeddings=vectors)
    assert sorted(result.kept["instruction"].str[:5]) == ["Add", "Write"]
    assert result.dropped["method"].tolist() == [method]


def test_a_group_of_3000_near_vectors_ends_in_one_survivor(table):
    rng = np.random.default_rng(0)
    near = 0.01 * rng.normal(size=(3000, 16)) + np.eye(16)[0]
    rows, vectors = vector_rows(table, np.concatenate([near, np.eye(16)[1:3]]))
    result = drop_duplicates(rows, DedupOptions(method="semantic"), embeddings=vectors)
    assert len(result.kept) == 3
    assert result.summary()["group_sizes"] == [{"rows": 3000, "groups": 1}]


def test_a_group_of_3000_near_texts_ends_in_one_survivor(table):
    story = " ".join(f"word{number}" for number in range(40))
    rows = table(*[{"instruction": f"{story} {number}"} for number in range(3000)],
                 {"instruction": "Add"})  # fmt: skip
    result = drop_duplicates(rows, DedupOptions(method="minhash"))
    assert len(result.kept) == 2
    assert result.summary()["largest_groups"][0]["rows"] == 3000


@pytest.mark.parametrize("method", ["minhash", "semantic"])
def test_rows_that_are_all_alike_never_end_in_none(table, method):
    rows = table(*[{"instruction": "Add", "response": f"{n}"} for n in range(50)])
    result = drop_duplicates(rows, DedupOptions(method=method), embeddings=np.ones((50, 2)))
    assert len(result.kept) == 1
    assert set(result.dropped["method"]) == {"exact"}


def test_vectors_of_zeros_are_like_nothing(table):
    rows, vectors = vector_rows(table, np.zeros((5, 3)))
    result = drop_duplicates(rows, DedupOptions(method="semantic"), embeddings=vectors)
    assert len(result.kept) == 5


def test_small_changes_of_a_script_without_spaces_are_found(table):
    poem = "请写一首关于夜晚大海和天空的短诗并且解释每一行的意思"
    rows = table({"instruction": poem}, {"instruction": f"{poem}吧"}, {"instruction": "写一首诗"})
    assert len(drop_duplicates(rows, DedupOptions(method="minhash")).kept) == 2


def test_a_dropped_row_names_where_its_twin_lies(table):
    rows = table({"instruction": "Add", "source": "web"}, {"instruction": "Add", "source": "books"})
    dropped = drop_duplicates(rows, DedupOptions()).dropped.to_dict("records")
    assert [dropped[0][name] for name in TWIN] == [rows["id"][0], "books", "books.jsonl", 2]
    assert (dropped[0]["method"], dropped[0]["similarity"]) == ("exact", 1.0)


def test_known_rows_are_found_in_a_table_with_fewer_columns(table):
    rows, known = table({"instruction": "Add"}, {"instruction": "Sort"}), table(
        {"instruction": " Add "}
    )  # fmt: skip
    few = known[[*PLACE, "instruction", "input"]]
    result = drop_known(rows, few, DedupOptions())
    assert result.kept["instruction"].tolist() == ["Sort"]
    assert list(result.kept.columns) == list(rows.columns)


def test_rows_that_repeat_each_other_but_no_known_row_stay(table):
    rows = table({"instruction": "Add"}, {"instruction": "Add", "response": "3"})
    assert len(drop_known(rows, table({"instruction": "Sort"}), DedupOptions()).kept) == 2
    assert len(drop_known(rows, table(), DedupOptions(method="minhash")).kept) == 2


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"scope": "core"}, "scope core and core go together"),
        ({"core": "code"}, "scope core and core go together"),
        ({"keep": "score"}, "keep score and score_column go together"),
        ({"keep": "content", "source_order": ["code"]}, "keep source and source_order go together"),
    ],
)
def test_options_that_belong_together_come_together(options, fault):
    with pytest.raises(ValueError, match=fault):
        DedupOptions(**options)


def test_sources_in_order_may_be_one_word_with_commas():
    options = DedupOptions(keep="source", source_order="math, code")
    assert options.source_order == ["math", "code"]
    assert options == DedupOptions(keep="source", source_order=["math,code"])


def test_what_cannot_be_is_said_in_one_line(table):
    rows = table({"instruction": "Add"}, {"instruction": "Sort"})
    semantic = DedupOptions(method="semantic")
    with pytest.raises(ConfigError, match="run `diversify embed`"):
        drop_duplicates(rows, semantic)
    with pytest.raises(DataError, match="of 2 rows"):
        drop_duplicates(rows, semantic, embeddings=np.ones((3, 4)))
    with pytest.raises(DataError, match="of 2 rows"):
        drop_duplicates(rows, semantic, embeddings=np.ones(2))
    with pytest.raises(DataError, match="4 dimensions .* of 3"):
        drop_known(
            rows, rows, semantic, embeddings=np.ones((2, 4)), reference_embeddings=np.ones((2, 3))
        )
    with pytest.raises(ConfigError, match="core: 'chat' is not a source: give one of code"):
        drop_duplicates(rows, DedupOptions(scope="core", core="chat"))
    with pytest.raises(ConfigError, match="core: 'chat' is not a source"):
        drop_known(rows, rows, DedupOptions(scope="core", core="chat"))
    with pytest.raises(ConfigError, match="source_order: 'chat' is not a source"):
        drop_duplicates(rows, DedupOptions(keep="source", source_order=["code", "chat"]))
    with pytest.raises(ConfigError, match="none to choose"):
        drop_known(rows, rows, DedupOptions(keep="longest"))
    with pytest.raises(DataError, match="no finite number in 'score'"):
        drop_duplicates(rows, DedupOptions(keep="score", score_column="score"))
