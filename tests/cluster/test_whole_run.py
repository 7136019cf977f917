"""The workflow through the profile on a real Slurm, and the same on this machine: equal bytes."""

import pytest

from ..workflow.same import differences
from .conftest import MINIATURE, Run

pytestmark = pytest.mark.cluster
SEEDS = "experiments: {mini: {grid: {seeds: [0, 1, 2]}, sft: {max_steps: 1}}}"
CURATION = ("synth_editing", "ingest", "dedup", "decontaminate", "embed", "cluster", "mix", "map")
STAGES = {"synth_rewrite": 1, "synth_editing": 1, "ingest": 2, "sft": 2, "evaluate": 2, "report": 1}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """Run some configs on this machine, once each, and give the results."""
    done = {}

    def results(*configs):
        if configs not in done:
            local = Run(tmp_path_factory.mktemp("quiet") / "run", *configs)
            local.start("--cores", "2")
            local.end()
            done[configs] = local.folder / "results"
        return done[configs]

    return results


def test_both_tracks_end_alike_with_a_node_drained_between(slurm, quiet, run_of):
    """Curation shares a job, as docs/cluster.md says for small data."""
    cut = "tests/cluster/cut.yaml"
    run = run_of(cut)
    run.start_on_slurm("--groups", *(f"{rule}=curate" for rule in (*CURATION, "measure")))
    run.wait_for("results/smoke-data/dedup/summary.json")
    slurm.set_node("drain")
    run.wait_for("results/smoke-data/map/map.json")
    slurm.set_node("resume")
    said = run.end()
    for rule, count in STAGES.items():
        assert said.count(f"(Rule: {rule})") == count, rule
    jobs = slurm.jobs_named(run.name())
    assert [job.state for job in jobs] == ["COMPLETED"] * len(jobs)
    assert len(jobs) == 4
    assert differences(run.folder / "results", quiet(cut)) == []


@pytest.mark.long
def test_the_smoke_preset_ends_alike(slurm, quiet, run_of):
    run = run_of()
    run.start_on_slurm()
    run.end()
    jobs = slurm.jobs_named(run.name())
    assert [job.state for job in jobs] == ["COMPLETED"] * len(jobs)
    assert len(jobs) < 33, "the cells share no job"
    assert differences(run.folder / "results", quiet()) == []


@pytest.mark.long
def test_a_gpu_is_handed_out_by_slurm_for_both_ways_to_ask(slurm, run_of, tmp_path):
    """The node's two GPUs are none; that they are counted and handed out is Slurm's own work."""
    (tmp_path / "gpus.yaml").write_text("experiments: {mini: {gpus: 1}}")
    run = run_of(MINIATURE, str(tmp_path / "gpus.yaml"))
    run.start_on_slurm(
        "--set-resources", "evaluate:gpu=0", "evaluate:gres='gpu:1'",
    )  # fmt: skip
    run.end()
    jobs = slurm.jobs_named(run.name())
    given = {job.comment.split("_")[1]: slurm.gpus(job) for job in jobs}
    assert given == {"synth": 0, "sft": 1, "evaluate": 1, "report": 0}


@pytest.mark.long
def test_cells_of_a_grid_share_a_job_that_asks_for_one_of_them_at_a_time(slurm, run_of, tmp_path):
    (tmp_path / "seeds.yaml").write_text(SEEDS)
    run = run_of(MINIATURE, str(tmp_path / "seeds.yaml"))
    run.start_on_slurm()
    said = run.end()
    assert said.count("(Rule: sft)") == 3
    batch, _ = slurm.jobs_named(run.name())
    minutes = 3 * (20 + 60 + 30)
    assert batch.limit == f"{minutes // 60}:{minutes % 60:02}:00"
    assert (batch.cpus, batch.memory) == ("1", "4000M")
