import pytest
from pydantic import ValidationError

from diversify.config.lm_eval import LmEvalOptions


def test_examples_are_counted_by_task_as_flags_and_yaml_write_them():
    assert LmEvalOptions(num_fewshot="mmlu=5, gsm8k=8").num_fewshot == {"mmlu": 5, "gsm8k": 8}
    assert LmEvalOptions(num_fewshot={"mmlu": 0}).num_fewshot == {"mmlu": 0}


@pytest.mark.parametrize("given", ["5", "mmlu", "mmlu=five", "mmlu=-1", "mmlu=1,mmlu=2", "=3"])
def test_what_is_no_count_by_task_is_refused(given):
    with pytest.raises(ValidationError, match=r"expected pairs such as mmlu=5|stands there twice"):
        LmEvalOptions(num_fewshot=given)
    with pytest.raises(ValidationError, match="0 or more"):
        LmEvalOptions(num_fewshot={"mmlu": -1})
