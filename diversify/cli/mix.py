"""`diversify mix`: exactly the budget, out of files or out of the stages before."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.configured import configured_sources
from diversify.cli.diff import tell_difference
from diversify.cli.flags import AsJson, Files, Flat, Labels, Sources, Summary, Threads
from diversify.cli.forecast import tell_forecast
from diversify.cli.output import cell_of, say, tell
from diversify.cli.pool_from_files import pool_from_files
from diversify.cli.recipes import GivenMix, in_force
from diversify.cli.stored_pool import stored_pool
from diversify.cli.written import check_outputs, line, write_mixes
from diversify.config.base import RowFormat
from diversify.config.cluster import ClusterSearch
from diversify.config.embed import EmbedOptions
from diversify.config.ingest import IngestOptions
from diversify.errors import ConfigError
from diversify.hardware import usable_threads
from diversify.io.manifest import beside
from diversify.io.places.sources import local_files, named_sources
from diversify.io.readers import Place
from diversify.io.trainers.snippets import Trainer


def mix(
    files: Files = [],
    /,
    *,
    recipe: Annotated[
        str, Parameter(help="code-specialist, generalist, or a YAML file; flags outrank it.")
    ] = "",
    options: Annotated[GivenMix, Flat] = GivenMix(),
    source: Sources = [],
    benchmark: Annotated[
        list[str],
        Parameter(negative=(), help="NAME=FILE: a test set to keep out of the mix; repeatable."),
    ] = [],
    reading: Annotated[IngestOptions, Flat] = IngestOptions(),
    embedding: Annotated[EmbedOptions, Flat] = EmbedOptions(),
    grouping: Annotated[ClusterSearch, Flat] = ClusterSearch(),
    embeddings: Annotated[
        list[Path],
        Parameter(
            negative=(),
            consume_multiple=True,
            help="Array that `embed` wrote of each FILE, which are row tables.",
        ),
    ] = [],
    labels: Annotated[
        list[Path],
        Parameter(negative=(), consume_multiple=True, help="Array that `cluster` wrote of each."),
    ] = [],
    population: Annotated[
        list[Path],
        Parameter(
            negative=(),
            consume_multiple=True,
            help="What `shard candidates` counted in "
            "each shard, of which FILEs are the candidates.",
        ),
    ] = [],
    out: Annotated[
        Path, Parameter(help="The mix; its ending chooses JSONL, JSON, CSV, TSV or Parquet.")
    ] = Path("mix.jsonl"),
    format: Annotated[
        RowFormat, Parameter(help="Layout of the rows that are written.")
    ] = "messages",
    snippet: Annotated[
        list[Trainer],
        Parameter(negative=(), help="Write beside the mix how this trainer loads it; repeatable."),
    ] = [],
    config: Annotated[
        Path, Parameter(help="Whose sources are taken when no FILE is given.")
    ] = Path("config.yaml"),
    dry_run: Annotated[
        bool, Parameter(negative=(), help="Say what each step will take, and stop.")
    ] = False,
    diff: Annotated[
        tuple[Path, Path] | None,
        Parameter(negative=(), help="Say what changed between two manifests, and stop."),
    ] = None,
    label: Labels = [],
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Draw a mix of exactly the budget.

    Reads, drops duplicates, embeds, clusters, picks and writes. The file is in a seeded random
    order, ready to train on; the manifest beside it says of each row where it came from, its
    cluster and when it was picked. A strategy that needs no vectors (random) computes none.

    Example: diversify mix code.jsonl general.json.gz --budget 20000 --core code --core-share 0.9

    Example: diversify mix *.jsonl --budget 1000,5000 --source-max chat=30% --strategy k-center

    Example: diversify mix code.jsonl chat.jsonl --rows-of code=19k,chat=1k --strategy-of chat=mmr
    """
    if diff:
        tell_difference(*diff, summary, as_json)
        return
    made = in_force(
        recipe, benchmark, mix=options, ingest=reading, embed=embedding, cluster=grouping
    )
    outs = check_outputs(out, format, snippet, made.mix)
    cell, count = cell_of(label), usable_threads(threads)
    if embeddings or labels or population:
        _check_tables(files, population)
        if dry_run:
            raise ConfigError("--dry-run is of a mix from files: leave out --embeddings, --labels")
        tables = [Path(file) for file in files]
        pool = stored_pool(tables, embeddings, labels, population, made.mix)
    else:
        sources = named_sources(files, source) if files or source else configured_sources(config)
        _check_apart(outs, sources)
        if dry_run:
            if made.mix.strategy_of:
                say(f"dry run: every source is taken to be ranked by {made.mix.strategy}")
            tell_forecast(sources, made, count, as_json)
            return
        pool = pool_from_files(sources, beside(out, "rejects.jsonl"), made, count)
    result = pool.draw(made.mix)
    document = write_mixes(outs, format, result, pool, made, cell, snippet)
    for warning in document["warnings"]:
        say(f"warning: {warning}")
    tell(line(document, outs), document, summary, as_json)


def _check_tables(files: list[str], population: list[Path]) -> None:
    """Make sure that arrays come with a row table, and several tables with what there is in all."""
    if not files:
        raise ConfigError("--embeddings and --labels belong to a FILE, the row table of each")
    if len(files) > 1 and len(population) != len(files):
        raise ConfigError(
            "--embeddings and --labels of several FILEs are those of candidates: give the "
            "--population of each too, or one FILE"
        )


def _check_apart(outs: list[Path], sources: list[tuple[str, Place]]) -> None:
    """Make sure that no mix takes the place of a file that is read."""
    read = [path.resolve() for path in local_files(place for _, place in sources)]
    for out in outs:
        if out.resolve() in read:
            raise ConfigError(f"{out} is one of the files to read: name another --out")
