"""`diversify report`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import Flat
from diversify.config.report import ReportOptions
from diversify.report.documents import read_experiments
from diversify.report.gallery import write_figures
from diversify.report.page import write_page


def report(
    files: Annotated[list[Path], Parameter(name="FILE", negative=(), help="JSON documents.")],
    /,
    *,
    options: Annotated[ReportOptions, Flat] = ReportOptions(),
    out: Annotated[Path, Parameter(help="The page: one file that opens without network.")] = Path(
        "report.html"
    ),
    figures: Annotated[
        Path | None, Parameter(help="Folder for the figures as SVG files of their own.")
    ] = None,
) -> None:
    """Show on one page what was run and what came of it.

    From the JSON documents that the stages left, told apart by their folders:
    EXPERIMENT/STAGE/[CELL/]NAME.json.

    Example: diversify report results/*/evaluate/*/scores.json --out report.html
    """
    experiments = read_experiments(files)
    write_page(out, experiments, options)
    if figures:
        for experiment in experiments:
            write_figures(experiment, figures, options.confidence)
    print(f"report of {len(experiments)} experiments in {out}")
