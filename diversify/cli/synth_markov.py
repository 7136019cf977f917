"""`diversify synth markov`."""

from pathlib import Path
from typing import Annotated

from diversify.cli.flags import AsJson, Flat, Out
from diversify.cli.output import summary_document, tell
from diversify.config.synth_markov import SynthMarkovOptions
from diversify.io.tables import write_table
from diversify.synth.traces import make_markov_data


def synth_markov(
    *,
    options: Annotated[SynthMarkovOptions, Flat] = SynthMarkovOptions(),
    out: Out = Path("markov"),
    as_json: AsJson = False,
) -> None:
    """Make random Markov algorithms and runs of them, step by step.

    Writes train.parquet, tests.parquet and summary.json into a folder.

    Example: diversify synth markov --rules 3 --answer result --out markov
    """
    data = make_markov_data(options)
    write_table(out / "train.parquet", data.train)
    write_table(out / "tests.parquet", data.tests)
    counts = {
        "rows_out": len(data.train),
        "tests": data.tests["source"].value_counts().to_dict(),
        "tokens_per_row": options.tokens_per_row,
    }
    document = summary_document("synth", counts, options, [], ["numpy"])
    line = f"{len(data.train)} runs of {options.algorithms} algorithms in {out}"
    tell(line, document, out / "summary.json", as_json)
