"""Keep the harness' notices and bars off our output."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

TALKERS = ("lm_eval", "math_verify")


@contextmanager
def quiet_harness() -> Iterator[None]:
    """Show its bars to a person at a terminal alone; what it prints goes to stderr."""
    import datasets
    import lm_eval.api.model
    import lm_eval.api.task
    import lm_eval.models.huggingface

    talkers = [logging.getLogger(name) for name in TALKERS]
    levels = [talker.level for talker in talkers]
    modules: Sequence[Any] = (lm_eval.api.task, lm_eval.api.model, lm_eval.models.huggingface)
    bars = [module.tqdm for module in modules]
    datasets.disable_progress_bars()
    try:
        for talker in talkers:
            talker.setLevel(logging.ERROR)
        for module, bar in zip(modules, bars, strict=True):
            module.tqdm = _without_bar(bar)
        with redirect_stdout(sys.stderr):
            yield
    finally:
        for talker, level in zip(talkers, levels, strict=True):
            talker.setLevel(level)
        for module, bar in zip(modules, bars, strict=True):
            module.tqdm = bar


def _without_bar(bar: Any) -> Any:
    def hidden(*words: Any, **options: Any) -> Any:
        return bar(*words, **{**options, "disable": not sys.stderr.isatty()})

    return hidden
