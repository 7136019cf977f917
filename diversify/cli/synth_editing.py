"""`diversify synth editing`."""

from pathlib import Path
from typing import Annotated

from diversify.cli.flags import AsJson, Flat, Out
from diversify.cli.output import summary_document, tell
from diversify.config.synth_editing import SynthEditingOptions
from diversify.io.corpus import write_editing_corpus


def synth_editing(
    *,
    options: Annotated[SynthEditingOptions, Flat] = SynthEditingOptions(),
    out: Out = Path("editing"),
    as_json: AsJson = False,
) -> None:
    """Make a corpus of string editing in plain words.

    Writes a file per operation, one per test set, and summary.json.

    Example: diversify synth editing --core-rules 1000 --out editing
    """
    counts = write_editing_corpus(out, options)
    document = summary_document("synth", counts, options, [], ["numpy"])
    line = f"{counts['rows_out']} lines of {len(counts['sources'])} operations in {out}"
    tell(line, document, out / "summary.json", as_json)
