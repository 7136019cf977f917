import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.order import PLACE, content_order


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("ab")), min_size=1, max_size=30))
def test_rows_go_by_content_hash_and_the_same_content_by_place(table, given_rows):
    rows = table(*({"instruction": f"do {n}", "source": source} for n, source in given_rows))
    rows = rows.iloc[np.random.default_rng(0).permutation(len(rows))].reset_index(drop=True)
    plain = rows[PLACE].sort_values(PLACE).index
    assert rows[PLACE].iloc[content_order(rows)].to_numpy().tolist() == (
        rows[PLACE].loc[plain].to_numpy().tolist()
    )
