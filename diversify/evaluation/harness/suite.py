"""The benchmarks that are scored through lm-evaluation-harness, and how it knows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from diversify.errors import ConfigError

OURS = "theoremqa.yaml"
"""Task file of ours, of the benchmark that the harness lacks."""


@dataclass(frozen=True)
class Benchmark:
    """How the harness knows a benchmark, and how its items are known."""

    files: str
    """Pattern of the task files below the harness' `tasks`, one for each part."""
    prefix: str
    """What the names of its parts begin with there."""
    published: str
    """Name of its published layout in `diversify.io.test_sets.known_benchmarks`."""
    size: int
    """Items of the whole benchmark."""
    group: str = ""
    """Task file that says how the scores of its parts are put together."""
    local: str = ""
    """Task file for rows of a file, where it is another one than `files`."""
    item: str = ""
    """Field that names an item; empty, or where the field lacks: its number in its part, from 0."""
    examples: bool = False
    """Whether its solved examples come from rows; else they stand in the task file."""

    @property
    def whole(self) -> bool:
        """Whether it is of one part."""
        return not self.prefix


SUITE: Mapping[str, Benchmark] = {
    "gsm8k": Benchmark("gsm8k/gsm8k.yaml", "", "gsm8k", 1319, examples=True),
    "ifeval": Benchmark("ifeval/ifeval.yaml", "", "ifeval", 541, item="key"),
    "mmlu": Benchmark(
        "mmlu/default/mmlu_*.yaml", "mmlu_", "mmlu", 14042,
        group="mmlu/default/_mmlu.yaml", examples=True,
    ),
    # three worked answers before each question, as Suzgun et al. 2022 wrote them
    "bbh": Benchmark(
        "bbh/cot_fewshot/[a-z]*.yaml", "bbh_cot_fewshot_", "bbh", 6511,
        group="bbh/cot_fewshot/_bbh.yaml",
    ),
    # the prompt and the four examples of Lewkowycz et al. 2022 (Minerva), appendix D; a file is
    # one part, such as MATH-500
    "math": Benchmark(
        "minerva_math/minerva_math_*.yaml", "minerva_math_", "math-500", 5000,
        group="hendrycks_math/hendrycks_math.yaml",
        local="minerva_math/minerva_math500.yaml", item="unique_id",
    ),
    "theoremqa": Benchmark(OURS, "", "theoremqa", 800, item="id"),
}  # fmt: skip
"""Name -> how it is scored."""


def known(name: str) -> Benchmark:
    """Give a benchmark by name.

    Raises:
        ConfigError: there is none of that name.
    """
    if name not in SUITE:
        raise ConfigError(f"no task {name!r}: there are {', '.join(SUITE)}")
    return SUITE[name]
