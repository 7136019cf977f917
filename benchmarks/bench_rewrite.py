"""Rewrite generation in rows a second: arrays against the plain Python loop.

    python benchmarks/bench_rewrite.py

Same task, the demo's lengths and the papers'. Both must obey `str.replace(x, y, 1)` on every row;
they draw from different streams, so their rows differ.
"""

import random

import pandas as pd
from timing import keep, line, repeated

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.rewrite import make_rewrite_data

SIZES = {
    "demo": SynthRewriteOptions(instructions=10_000, examples=100_000, tests=1),
    "papers": SynthRewriteOptions(
        instructions=10_000, examples=100_000, tests=1, input_length=50, pattern_length=20
    ),
}


def main() -> None:
    lines = []
    for name, options in SIZES.items():
        for tool, work in (("diversify", arrays), ("plain Python loop", loop)):
            rows, seconds = repeated(lambda work=work, options=options: work(options), times=5)
            check(rows)
            rate = round(len(rows) / sorted(seconds)[2])
            lines.append(line(tool, seconds, lengths=name, rows=len(rows), rows_a_second=rate))
    keep("rewrite", lines, ["numpy", "pandas"])


def arrays(options: SynthRewriteOptions) -> pd.DataFrame:
    return make_rewrite_data(options).train


def loop(options: SynthRewriteOptions) -> pd.DataFrame:
    rng = random.Random(options.seed)

    def string(length: int) -> str:
        return "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=length))

    length, room = options.pattern_length, options.input_length - options.pattern_length
    rules = [(string(length), string(length)) for _ in range(options.instructions)]
    rows = []
    for number in range(options.examples):
        x, y = rules[number % len(rules)]
        at = rng.randint(0, room)
        text = string(at) + x + string(room - at)
        rows.append((f"{x} -> {y}", text, text.replace(x, y, 1)))
    return pd.DataFrame(rows, columns=["instruction", "input", "response"])


def check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples():
        x, _, y = row.instruction.partition(" -> ")
        assert x in row.input
        assert row.input.replace(x, y, 1) == row.response


if __name__ == "__main__":
    main()
