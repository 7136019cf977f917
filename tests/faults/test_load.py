"""A grid of thousands of cells: a dry run grows with the cells, not with their square."""

import re
import resource
import sys
import time

import pytest
import yaml

from diversify.workflow.plan import Plan

from .runs import ROOT, Run

pytestmark = pytest.mark.faults

CELLS = 3000
MOST_SECONDS = 120
"""Processor seconds of a dry run; on a quiet machine it takes a third."""
MOST_MEMORY = 1 << 30

sys.path.insert(0, str(ROOT / "benchmarks"))
from bench_load import grid_of  # noqa: E402


@pytest.mark.long
def test_a_dry_run_of_three_thousand_cells_takes_seconds(tmp_path):
    config = tmp_path / "grid.yaml"
    config.write_text(yaml.safe_dump(grid_of(CELLS)))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = Run(tmp_path / "run", config).snakemake("--dry-run", "--quiet", "rules")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime
    print(f"{CELLS} cells: {seconds:.1f} s, {after.ru_maxrss // 1024} MiB")
    assert re.search(rf"^total +{3 * CELLS + 2}$", said, re.M), said[-500:]
    assert seconds < MOST_SECONDS
    assert after.ru_maxrss * 1024 < MOST_MEMORY


def test_what_a_job_asks_of_the_plan_does_not_grow_with_the_grid():
    def per_job(cells):
        plan = Plan(grid_of(cells))
        names = plan.cells("load")[:200]
        start = time.process_time()
        for cell in names:
            plan.flags("load", "sft", cell)
            plan.labels("load", cell)
        return (time.process_time() - start) / len(names)

    few, many = (min(per_job(cells) for _ in range(3)) for cells in (200, 2000))
    assert many < 3 * few
