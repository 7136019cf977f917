"""Twice the same: other folder, other number of cores, other hash seed, same bytes.

No tolerance is needed: what a thread could change in the last bit of a vector is gone where vectors
are rounded to half precision, and models are trained and scored on one thread each.
"""

import pytest

from ..workflow.same import differences, results
from .runs import ROOT, Run

pytestmark = pytest.mark.faults

SMOKE = ROOT / "workflow/presets/smoke.yaml"


def test_one_core_and_another_hash_seed_give_the_same_bytes(undisturbed, tmp_path):
    one = Run(tmp_path / "elsewhere" / "run", cores=1)
    one.snakemake(PYTHONHASHSEED="4242")
    assert differences(undisturbed.results, one.results) == []


@pytest.mark.long
def test_the_whole_smoke_preset_gives_the_same_bytes_twice(tmp_path):
    runs = []
    for cores, seed in ((1, "1"), (2, "4242")):
        runs.append(Run(tmp_path / f"{cores}-cores" / "run", SMOKE, cores))
        runs[-1].snakemake("--quiet", "rules", PYTHONHASHSEED=seed)
    first, second = (run.results for run in runs)
    manifests = [name for name in results(first) if name.endswith("manifest.json")]
    assert len(manifests) == 2
    assert differences(first, second) == []
    print(f"{len(results(first))} files, {len(manifests)} manifests: same bytes on 1 and 2 cores")
