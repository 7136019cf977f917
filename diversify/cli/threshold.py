"""`diversify threshold`: where accuracy passes a level, by bisection instead of a grid."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.configured import read_config
from diversify.cli.flags import AsJson, Flat
from diversify.cli.output import say, summary_document, tell
from diversify.cli.threshold_findings import findings, line
from diversify.cli.threshold_records import Records
from diversify.cli.threshold_rounds import search
from diversify.cli.threshold_task import task_of
from diversify.config.threshold import ThresholdOptions
from diversify.errors import ConfigError
from diversify.io.snakemake import Snakemake


def threshold(
    experiment: Annotated[
        str, Parameter(name="EXPERIMENT", help="Experiment of the config whose axis is bisected.")
    ],
    /,
    *snakemake: Annotated[
        str,
        Parameter(
            name="SNAKEMAKE",
            allow_leading_hyphen=True,
            help="Words behind -- go to Snakemake as they are, such as a profile for a cluster.",
        ),
    ],
    options: Annotated[ThresholdOptions, Flat] = ThresholdOptions(),
    configfile: Annotated[
        list[Path],
        Parameter(
            negative=(),
            consume_multiple=True,
            help="Config files, each laid over those before it, as Snakemake takes them.",
        ),
    ] = [Path("config.yaml")],
    snakefile: Annotated[Path, Parameter(help="The workflow.")] = Path("Snakefile"),
    cores: Annotated[
        int, Parameter(help="Processors to use; 0 takes all, or what a profile says.")
    ] = 0,
    out: Annotated[
        Path | None, Parameter(help="Folder of the decisions; else results/EXPERIMENT-threshold.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find where accuracy passes a level, by bisection.

    Each seed halves the range by training one model at a time; seeds run side by side, and more
    are added until the interval of their mean is narrow enough. A round is one call of Snakemake,
    on this machine or a cluster, and leaves its decision in rounds/; started again, the search
    goes on where it was. The result, threshold.json, tells what a full grid would have cost.

    Example: diversify threshold rewrite-threshold --level 0.5 --resolution 0.15 --cores 2

    Example: diversify threshold rewrite-noops --axis noop_share --low 0 --high 0.9 --at
    instructions=1000 -- --workflow-profile workflow/profiles/slurm
    """
    if snakemake and not snakemake[0].startswith("-"):
        raise ConfigError(f"{snakemake[0]}: config files go behind --configfile")
    if not snakefile.is_file():
        raise ConfigError(f"there is no {snakefile} here: run this in a checkout, or name one")
    task = task_of(read_config(configfile), experiment, options)
    records = Records(out or Path("results", f"{experiment}-threshold"), task, options)
    result = records.folder / "threshold.json"
    outcome = search(records, Snakemake(snakefile, tuple(configfile), cores, snakemake))
    counts = findings(records, outcome)
    document = summary_document("threshold", counts, options, configfile, ["scipy", "snakemake"])
    for caution in document["cautions"]:
        say(f"caution: {caution}")
    tell(line(document, result), document, result, as_json)
