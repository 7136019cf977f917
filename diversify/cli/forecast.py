"""`diversify mix --dry-run`: what each step will take, before any that is heavy."""

import json
import sys
from collections.abc import Iterable, Sequence

from diversify.cli.forecast_mix import foresee_mix
from diversify.cli.forecast_pool import foresee_pool
from diversify.cli.output import printable, say
from diversify.config.forecast import MIB, ForecastOptions
from diversify.config.recipe import Recipe
from diversify.curation.forecasting.forecast import Step
from diversify.io.meter import memory_free, memory_held
from diversify.io.readers import Place

HEAD = ("step", "rows in", "rows out", "seconds", "peak MiB", "")


def tell_forecast(
    sources: Sequence[tuple[str, Place]],
    recipe: Recipe,
    threads: int,
    as_json: bool,
    trying: ForecastOptions | None = None,
) -> None:
    """Say what each step of a mix will take: rows, seconds and peak memory; nothing is written.

    Raises:
        ConfigError: the options and the data do not fit, or the model cannot be loaded.
        DataError: a file cannot be read, or the budget cannot be met.
    """
    trying = trying or ForecastOptions()
    free = memory_free() + memory_held()
    pool = foresee_pool(sources, recipe, threads, trying)
    steps = [*pool.steps, *foresee_mix(pool, recipe, threads, trying)]
    peak = max(step.peak for step in steps)
    warnings = [*pool.warnings, *too_much(peak, free)]
    for warning in warnings:
        say(f"warning: {warning}")
    if as_json:
        document = {
            "stage": "mix",
            "dry_run": True,
            "threads": threads,
            "steps": [step.summary() for step in steps],
            "seconds": sum(step.seconds for step in steps),
            "peak": peak,
            "free": free,
            "warnings": warnings,
            "inputs": [str(place) for _, place in sources],
            "recipe": recipe.model_dump(mode="json"),
            "trying": trying.model_dump(),
        }
        json.dump(document, sys.stdout, ensure_ascii=False)
        print()
    else:
        for one in lines(steps):
            print(printable(one))


def too_much(peak: int, free: int) -> list[str]:
    """Warn where a run will take more memory than there is."""
    if peak <= free:
        return []
    return [
        f"a run will take about {mib(peak)} MiB of memory, and {mib(free)} are free: take fewer "
        "rows, --backend static or --method spherical, or a larger machine"
    ]


def lines(steps: Sequence[Step]) -> Iterable[str]:
    """Lay the steps out as a table, with a line for all of them."""
    seconds, peak = sum(step.seconds for step in steps), max(step.peak for step in steps)
    cells = [
        HEAD,
        *(row_of(step) for step in steps),
        ("total", "", "", short(seconds), mib(peak), ""),
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    for name, *numbers, how in cells:
        right = (cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True))
        yield "  ".join([name.ljust(widths[0]), *right, how]).rstrip()


def row_of(step: Step) -> tuple[str, ...]:
    """Give the cells of a step; the start has no rows."""
    rows = [str(rows) if rows.count else "" for rows in (step.rows_in, step.rows_out)]
    return (step.name, *rows, short(step.seconds), mib(step.peak), step.how)


def short(seconds: float) -> str:
    """Write seconds with as many digits as they deserve."""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def mib(count: int) -> str:
    """Write bytes as MiB."""
    return str(-(-count // MIB))
