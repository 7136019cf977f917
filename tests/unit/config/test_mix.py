import pytest
from pydantic import ValidationError

from diversify.config.mix import MixOptions
from diversify.config.settings import faults


def test_amounts_are_read_from_the_command_line_and_from_yaml_alike():
    told = MixOptions(rows_of="code=15k, chat=7.5k,maths=0", strategy_of="chat=k-center")
    assert told.rows_of == {"code": 15_000, "chat": 7_500, "maths": 0}
    assert told.strategy_of == {"chat": "k-center"}
    as_yaml = {"code": 15000, "chat": "7.5k", "maths": 0}
    assert told == MixOptions(rows_of=as_yaml, strategy_of={"chat": "k-center"})


def test_the_budget_is_the_sum_of_the_amounts():
    assert MixOptions(rows_of="code=19k,chat=1k").budget == (20_000,)
    assert MixOptions(rows_of="code=5,chat=1", budget=6).budget == (6,)
    assert MixOptions().budget == (20_000,)


def test_amounts_come_through_a_document_unchanged():
    options = MixOptions(rows_of="code=5,chat=1", strategy_of="chat=dpp", strategy="random")
    assert MixOptions.model_validate(options.model_dump(mode="json")) == options


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"budget": 5}, "budget 5 is not the sum of rows_of, 4: leave it out"),
        ({"budget": "2,4"}, "budget 2,4 is not the sum of rows_of, 4: leave it out"),
        (
            {"core": "a", "core_share": 0.5, "source_max": {"each": 0.5}},
            "rows_of says what each source gives: leave out core, core_share, source_max",
        ),
        (
            {"cluster_max": {"each": 1}},
            "cluster_max would share each amount of rows_of out anew, and fewer rows of a source "
            "would be no head of more: leave it out",
        ),
        (
            {"allocation": "capped"},
            "allocation capped would share each amount of rows_of out anew, and fewer rows of a "
            "source would be no head of more: leave it out",
        ),
        (
            {"unit": "tokens", "tokenizer": "t", "budget": 4},
            "rows_of counts rows: leave out unit tokens",
        ),
        ({"strategy_of": {"c": "dpp"}}, "strategy_of: rows_of has no c (it has a, b)"),
        ({"rows_of": {"a": 0}}, "rows_of asks for no row at all"),
        ({"rows_of": {}, "strategy_of": {"a": "dpp"}},
         "strategy_of is about the sources of rows_of: give both"),
    ],
)  # fmt: skip
def test_what_does_not_fit_amounts_is_refused_with_a_sentence(given, fault):
    with pytest.raises(ValidationError) as error:
        MixOptions(**{"rows_of": {"a": 3, "b": 1}, **given})
    assert faults(error.value) == [fault]


@pytest.mark.parametrize(
    ("name", "given", "fault"),
    [
        ("rows_of", "a=1,a=2", "'a' stands there twice"),
        ("rows_of", "a", "expected pairs such as code=15k,chat=5000"),
        ("rows_of", [3], "expected pairs such as code=15k,chat=5000"),
        ("rows_of", "a=half", "expected a whole number such as 20000, 20k or 5M, not 'half'"),
        ("rows_of", {"a": -1}, "expected a whole number such as 20000, 20k or 5M, not '-1'"),
        ("rows_of", {"a,b": 1}, "the name of a source holds no comma and no '=': \\['a,b'\\]"),
        ("strategy_of", "a", "expected pairs such as code=random,chat=k-center"),
        ("strategy_of", {"a": "best"}, "strategy_of.a\n  Input should be 'random', "),
    ],
)
def test_what_is_no_amount_and_no_strategy_is_refused(name, given, fault):
    with pytest.raises(ValidationError, match=fault):
        MixOptions(**{name: given})


def test_a_mix_needs_vectors_where_any_of_its_strategies_does():
    amounts = {"rows_of": {"a": 3, "b": 1}, "strategy": "random"}
    assert not MixOptions(**amounts).needs_vectors
    assert MixOptions(**amounts, strategy_of={"b": "k-center"}).needs_vectors
    assert MixOptions(**amounts, validation=1).needs_vectors
    every = {"a": "random", "b": "random"}
    assert not MixOptions(**{**amounts, "strategy": "mmr"}, strategy_of=every).needs_vectors
    assert MixOptions(**amounts, strategy_of={"b": "dpp"}).by_cluster
