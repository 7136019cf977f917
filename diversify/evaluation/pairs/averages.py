"""Averages over several tasks, as the tables of the real-world tracks have them."""

from dataclasses import dataclass

Groups = tuple[tuple[str, ...], ...]

HARNESSES = ("score", "lm-eval")
"""Whose scores enter an average; `evaluate` measures other things under the tasks' names."""
CODING = ("humaneval", "mbpp")
MATH = ("math", "gsm8k", "theoremqa")
KNOWLEDGE = ("mmlu",)
FOLLOWING = ("ifeval",)
REASONING = ("bbh",)


@dataclass(frozen=True)
class Average:
    """A mean over groups of tasks; each group is the mean of its tasks."""

    name: str
    groups: Groups
    words: str
    """What it is, as a table's foot says it."""

    @property
    def weights(self) -> dict[str, float]:
        """What each task counts."""
        count = len(self.groups)
        return {task: 1 / count / len(group) for group in self.groups for task in group}


AVERAGES = (
    Average(
        "average",
        (("humaneval",), ("humaneval+",), ("mbpp",), ("mbpp+",)),
        "mean of HumanEval, HumanEval+, MBPP and MBPP+",
    ),
    Average(
        "overall",
        (CODING, MATH, KNOWLEDGE, FOLLOWING, REASONING),
        "mean over coding (HumanEval, MBPP), math (MATH, GSM8K, TheoremQA), knowledge (MMLU), "
        "instruction following (IFEval) and chain-of-thought (BBH), each the mean of its tasks",
    ),
    Average(
        "overall without if",
        (CODING, MATH, KNOWLEDGE, REASONING),
        "the same mean without instruction following",
    ),
    Average(
        "overall without math",
        (CODING, KNOWLEDGE, FOLLOWING, REASONING),
        "the same mean without math",
    ),
)
