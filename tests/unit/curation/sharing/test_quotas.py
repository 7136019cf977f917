from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.sharing.quotas import Demand, clash, fill, meets

BUDGET, PARTS, CLUSTERS = 0, (1, 2), (3, 4)


@st.composite
def small_tables(draw: st.DrawFn):
    """Two parts by two clusters of at most three rows, a wish, and bounds on every sum."""
    supply = np.array(draw(st.lists(st.integers(0, 3), min_size=4, max_size=4))).reshape(2, 2)
    wanted = np.array([draw(st.integers(0, int(most))) for most in supply.ravel()]).reshape(2, 2)
    demands = []
    for place in (BUDGET, *PARTS, *CLUSTERS):
        least = draw(st.integers(0, 5))
        most = least if place == BUDGET else least + draw(st.integers(0, 4))
        if draw(st.booleans()):
            demands.append(Demand(f"sum {place}", (place,), (least,), (most,)))
    return supply, wanted, demands


def tables_that_meet(supply, demands):
    """Every table within the supply whose sums are all within bounds, one by one."""
    ranges = [range(int(most) + 1) for most in supply.ravel()]
    tables = np.array(list(product(*ranges))).reshape(-1, 2, 2)
    sums = np.column_stack([tables.sum(axis=(1, 2)), tables.sum(axis=2), tables.sum(axis=1)])
    for demand in demands:
        (place,), (least,), (most,) = demand.sums, demand.least, demand.most
        within = (sums[:, place] >= least) & (sums[:, place] <= most)
        tables, sums = tables[within], sums[within]
    return tables


@given(small_tables())
def test_demands_clash_exactly_where_no_table_meets_them(problem):
    supply, _, demands = problem
    possible = len(tables_that_meet(supply, demands)) > 0
    clashing, short = clash(supply, demands)
    assert (not clashing) == possible
    assert (short == 0) == possible


@given(small_tables())
def test_what_clashes_is_as_small_as_can_be(problem):
    supply, _, demands = problem
    clashing, _ = clash(supply, demands)
    assert not clashing or not len(tables_that_meet(supply, clashing))
    for left_out in clashing:
        rest = [demand for demand in clashing if demand is not left_out]
        assert len(tables_that_meet(supply, rest))


@given(small_tables())
def test_the_table_is_the_nearest_that_meets_all(problem):
    supply, wanted, demands = problem
    meeting = tables_that_meet(supply, demands)
    if not len(meeting):
        return
    found = fill(supply, wanted, demands)
    assert meets(found, demands)
    assert ((found >= 0) & (found <= supply)).all()
    assert abs(found - wanted).sum() == abs(meeting - wanted).sum(axis=(1, 2)).min()


def test_how_much_is_short_is_counted_in_rows():
    supply = np.array([[10, 0], [10, 30]])
    demands = [
        Demand("budget 40", (0,), (40,), (40,)),
        Demand("source_min a=20", (1,), (20,), (40,)),
        Demand("cluster_max each=5", CLUSTERS, (0, 0), (5, 5)),
    ]
    clashing, short = clash(supply, demands)
    assert [demand.words for demand in clashing] == ["source_min a=20"]  # there are but ten
    assert short == 10
    clashing, short = clash(supply, [demands[0], demands[2]])
    assert [demand.words for demand in clashing] == ["budget 40", "cluster_max each=5"]
    assert short == 30
