"""Where the files of an experiment lie, in one piece or in shards."""

from diversify.config.base import Options
from diversify.config.curated import CuratedExperiment
from diversify.config.shards import Shard, shards

Files = dict[str, str | list[str]]
"""What a rule calls its inputs, and the paths."""
STAGES = ("ingest", "dedup", "decontaminate", "embed", "cluster")
"""Stages that work on each shard by itself."""


def in_shards(experiment: Options) -> bool:
    """Say whether an experiment has several shards."""
    return isinstance(experiment, CuratedExperiment) and experiment.shards > 1


def folders(experiment: CuratedExperiment) -> list[str]:
    """Name the folders below a stage's: one for each shard, or none."""
    if not in_shards(experiment):
        return [""]
    return [f"/{shard}" for shard in shards(experiment.shards)]


def summaries(experiment: CuratedExperiment) -> list[str]:
    """Name the documents that tell what each stage did."""
    if in_shards(experiment):
        return [f"{stage}/shards" for stage in STAGES]
    return ["ingest/rows", *(f"{stage}/summary" for stage in STAGES[1:])]


def file_groups(
    experiment: CuratedExperiment, files: dict[str, list[str]]
) -> dict[str, dict[str, list[str]]]:
    """Divide files over at most as many jobs as there are shards: part -> source -> files.

    The files of a source that rows are drawn from stay together, for it is one draw.
    """
    drawn = experiment.ingest.most
    units = [
        (source, unit)
        for source, paths in files.items()
        for unit in ([paths] if source in drawn else [[path] for path in paths])
    ]
    count = min(experiment.shards, len(units))
    groups: dict[str, dict[str, list[str]]] = {}
    for number in range(count):
        group = groups.setdefault(f"files-{Shard(number, count)}", {})
        for source, unit in units[number::count]:
            group.setdefault(source, []).extend(unit)
    return groups


def drawn_from(name: str, experiment: CuratedExperiment, cell: str) -> Files:
    """Give what a mix is drawn from: all rows, or the candidates of each shard."""
    if not in_shards(experiment):
        return _whole(name)
    places = [f"results/{name}/mix/{cell}{folder}" for folder in folders(experiment)]
    files = {
        "rows": "rows.parquet",
        "embeddings": "rows.npy",
        "labels": "labels.npy",
        "population": "population.parquet",
    }
    return {what: [f"{place}/{file}" for place in places] for what, file in files.items()}


def measured_on(name: str, experiment: CuratedExperiment, cell: str) -> Files:
    """Give what a mix is held against: all rows, or a sample with the rows of the mix among it."""
    if not in_shards(experiment):
        return _whole(name)
    place = f"results/{name}/gather/{cell}"
    files = {"rows": "rows.parquet", "embeddings": "rows.npy", "labels": "labels.npy"}
    return {what: f"{place}/{file}" for what, file in files.items()}


def _whole(name: str) -> Files:
    return {
        "rows": f"results/{name}/decontaminate/rows.parquet",
        "embeddings": f"results/{name}/embed/rows.npy",
        "labels": f"results/{name}/cluster/labels.npy",
    }
