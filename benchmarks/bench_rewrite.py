"""Rewrite generation: a million examples by arrays, against the plain Python loop.

    python benchmarks/bench_rewrite.py

Same task and same law, the demo's lengths and the papers': random letters, the pattern at an even
place, all drawn again until the input holds it exactly once, its leftmost occurrence replaced.
They draw from different streams, so their rows differ. The loop is timed to a list of texts
and to the table that the arrays end with; `ratio` is against the first. A large random sample of
both is checked against `str.replace(x, y, 1)`.
"""

import random

import pandas as pd
from timing import keep, line, repeated

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.hardware import usable_threads
from diversify.synth.rewrite import make_rewrite_data

ROWS = 1_000_000
SAMPLE = 200_000
SIZES = {
    "demo": SynthRewriteOptions(instructions=10_000, examples=ROWS, tests=1),
    "papers": SynthRewriteOptions(
        instructions=10_000, examples=ROWS, tests=1, input_length=50, pattern_length=20
    ),
}
Triple = tuple[str, str, str]


def main() -> None:
    lines = []
    for name, options in SIZES.items():
        rows, by_loop = repeated(lambda options=options: loop(options))
        check(tabled(rows))
        lines.append(line("plain Python loop", by_loop, lengths=name, rows=ROWS))
        slow = lines[-1]["median"]
        _, to_table = repeated(lambda options=options: tabled(loop(options)))
        lines.append(line("plain Python loop, to a table", to_table, lengths=name, rows=ROWS))
        slow_table = lines[-1]["median"]
        for threads in sorted({1, usable_threads()}):
            table, seconds = repeated(
                lambda options=options, threads=threads: make_rewrite_data(options, threads).train,
                times=5,
            )
            check(table)
            made = line("diversify", seconds, lengths=name, rows=ROWS, on_threads=threads)
            rate = round(ROWS / made["median"])
            ratios = {
                "ratio": round(slow / made["median"], 1),
                "ratio_to_a_table": round(slow_table / made["median"], 1),
            }
            lines.append({**made, "rows_a_second": rate, **ratios})
    keep("rewrite", lines, ["numpy", "pandas"])


def loop(options: SynthRewriteOptions) -> list[Triple]:
    rng = random.Random(options.seed)

    def string(length: int) -> str:
        return "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=length))

    length, room = options.pattern_length, options.input_length - options.pattern_length
    patterns: set[str] = set()
    while len(patterns) < options.instructions:
        patterns.add(string(length))
    rules = [(x, string(length)) for x in sorted(patterns)]
    rows = []
    for number in range(options.examples):
        x, y = rules[number % len(rules)]
        while True:
            around, at = string(room), rng.randint(0, room)
            text = around[:at] + x + around[at:]
            if text.find(x, text.index(x) + 1) < 0:  # `count` would miss overlapping matches
                break
        rows.append((f"{x} -> {y}", text, text.replace(x, y, 1)))
    return rows


def tabled(rows: list[Triple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["instruction", "input", "response"])


def check(rows: pd.DataFrame) -> None:
    assert len(rows) == ROWS
    for row in rows.sample(SAMPLE, random_state=0).itertuples():
        x, _, y = row.instruction.partition(" -> ")
        assert row.input.replace(x, y, 1) == row.response
        first = row.input.index(x)
        assert row.input.find(x, first + 1) == -1  # once, overlapping matches counted


if __name__ == "__main__":
    main()
