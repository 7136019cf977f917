"""The documents of an experiment: what its steps say of themselves, and the report reads."""

from diversify.config.curated import ArmsExperiment, CuratedExperiment
from diversify.workflow import shard_files
from diversify.workflow.arms import harnesses
from diversify.workflow.plan import Plan


def made(plan: Plan, name: str) -> list[str]:
    """List all documents of an experiment, and what stands between a model and its scores.

    They are what a finished run has left; a target that asks for them misses what a job that
    failed took away.
    """
    experiment = plan.experiment(name)
    between = ["generate/{}/summary"] * ("score" in harnesses(experiment))
    between += ["verify/{}/summary"] * isinstance(experiment, ArmsExperiment)
    kinds = [kind.format(cell) for kind in between for cell in plan.cells(name)]
    return [*documents(plan, name), *_paths(name, kinds)]


def documents(plan: Plan, name: str) -> list[str]:
    """List what the report reads: what an experiment did once, and what it did in each cell."""
    return _paths(name, [*_of_stages(plan, name), *_of_cells(plan, name)])


def _paths(name: str, kinds: list[str]) -> list[str]:
    return [f"results/{name}/{kind}.json" for kind in kinds]


def _of_stages(plan: Plan, name: str) -> list[str]:
    experiment = plan.experiment(name)
    if not isinstance(experiment, CuratedExperiment):
        return []
    made = ["synth/summary"] * (not experiment.sources)
    verdicts = ["tabulate/summary", "tabulate/verdicts"] * isinstance(experiment, ArmsExperiment)
    return [*made, *shard_files.summaries(experiment), *verdicts, "map/map"]


def _of_cells(plan: Plan, name: str) -> list[str]:
    experiment = plan.experiment(name)
    curated = isinstance(experiment, CuratedExperiment)
    wanted = [f"{'mix' if curated else 'synth'}/{{}}/summary", "sft/{}/summary"]
    wanted += [f"{harness}/{{}}/scores" for harness in harnesses(experiment)]
    wanted += ["measure/{}/summary"] * curated
    bases = [f"evaluate/{base}/scores" for base in plan.bases(name)]
    return [*(kind.format(cell) for kind in wanted for cell in plan.cells(name)), *bases]
