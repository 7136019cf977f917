import pytest
from pydantic import TypeAdapter, ValidationError

from diversify.config.arms import Arms, Line, arm_faults, budget_of, mix_values
from diversify.config.mix import MixOptions
from diversify.config.settings import faults

ARMS = TypeAdapter(Arms)


def test_an_arm_is_rows_by_source_with_a_strategy_where_one_is_wanted():
    arms = ARMS.validate_python(
        {"oss19-alpaca1": {"oss": "19k", "alpaca": {"rows": "1k", "strategy": "k-center"}}}
    )
    assert arms == {
        "oss19-alpaca1": {
            "oss": Line(rows=19_000), "alpaca": Line(rows=1_000, strategy="k-center"),
        }
    }  # fmt: skip
    assert ARMS.validate_python(ARMS.dump_python(arms, mode="json")) == arms


def test_an_arm_is_a_mix():
    arm = {"oss": Line(rows=67_500), "cot": Line(rows=3250, strategy="mmr")}
    values = mix_values(arm)
    assert values == {
        "rows_of": {"oss": 67_500, "cot": 3_250},
        "strategy_of": {"cot": "mmr"},
        "budget": 70_750,
    }
    options = MixOptions.model_validate({**MixOptions().model_dump(), **values})
    assert options.budget == (budget_of(arm),)


@pytest.mark.parametrize(
    ("arms", "fault"),
    [
        ({"../a": {"x": 1}}, "an arm's name is of lower-case letters, digits and . + - alone"),
        ({"Code": {"x": 1}}, "an arm's name is of lower-case letters, digits and . + - alone"),
        ({"a": {}}, "a: an arm takes at least one row: say SOURCE: ROWS"),
        ({"a": {"x": 0}}, "a: an arm takes at least one row: say SOURCE: ROWS"),
        ({"a": {"x": "some"}}, "a.x.rows: expected a whole number such as 20000, 20k or 5M"),
        ({"a": {"x": {"rows": 3, "strategy": "best"}}}, "a.x.strategy: Input should be 'random'"),
        ({"a": {"x": {"row": 3}}}, "a.x.rows: Field required"),
        ({"a": {"x=y": 3}}, "the name of a source holds no comma and no '='"),
        ({"a": 3}, "a: Input should be a valid dictionary"),
    ],
)
def test_what_is_no_arm_is_refused_with_its_place(arms, fault):
    with pytest.raises(ValidationError) as error:
        ARMS.validate_python(arms)
    assert fault in "\n".join(faults(error.value))


def test_an_arm_of_an_unknown_source_is_named():
    arms = ARMS.validate_python({"a": {"oss": 1, "chat": 2}, "b": {"chat": 3}})
    assert arm_faults(arms, {"oss": ["x.jsonl"], "chat": ["y.jsonl"]}) == []
    assert arm_faults(arms, {"oss": ["x.jsonl"]}) == [
        "arms.a: no source 'chat' (there are oss)",
        "arms.b: no source 'chat' (there are oss)",
    ]


def test_the_schema_lets_an_editor_write_bare_numbers():
    arm = ARMS.json_schema()["additionalProperties"]["additionalProperties"]
    kinds = [kind.get("type", kind.get("$ref")) for kind in arm["anyOf"]]
    assert kinds == ["number", "string", "#/$defs/Line"]
