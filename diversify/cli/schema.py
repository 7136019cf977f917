"""What files were read as, in lines for a person who looks for a wrong column or name."""

from collections.abc import Iterator, Sequence

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import FileSummary, IngestSummary
from diversify.curation.reading.fields import one_line, some
from diversify.curation.reading.profile import TextProfile

SHOWN_FILES = 20
"""Files that are described; the summary holds them all."""


def describe(files: Sequence[FileSummary]) -> Iterator[str]:
    """Say of each file how it was read, what its texts look like and what was not read."""
    for file in files[:SHOWN_FILES]:
        yield from describe_file(file)
    if len(files) > SHOWN_FILES:
        yield f"and {len(files) - SHOWN_FILES} more files, all in the summary"


def describe_file(file: FileSummary) -> Iterator[str]:
    """Describe one file in a few lines."""
    licence = f", licence {one_line(file.licence, 40)}" if file.licence else ""
    rows = f"{file.kept} of {file.rows} rows"
    yield f"{file.source}: {rows} of {file.file} ({file.format}, {file.revision}{licence})"
    yield f"  layout       {file.layout.partition('; kept in meta')[0]}"
    for part, texts in (("instruction", file.instruction), ("response", file.response)):
        if texts:
            yield f"  {part:11}  {field_of(file, part)}{describe_texts(texts)}"
    counts = {
        "an input": file.with_input,
        "a system text": file.with_system,
        "several turns": file.several_turns,
    }
    yield "  rows with    " + ", ".join(f"{what}: {count}" for what, count in counts.items())
    if file.in_meta:
        yield f"  kept in meta {some(file.in_meta)}"
    for reason, count in sorted(file.rejected.items(), key=lambda pair: -pair[1]):
        yield f"  rejected     {count} row{'s' * (count > 1)}: {reason}"


def field_of(file: FileSummary, part: str) -> str:
    """Name the field that a part was read from; chats and the like have none of their own."""
    field = file.fields.get(part)
    return f"= {one_line(field, 40)}, " if field else ""


def strangers(read: IngestSummary, options: IngestOptions) -> list[str]:
    """Name sources that only an option knows: most likely misspelt."""
    known = {file.source for file in read.files}
    given = {
        "licences": [*options.licences],
        "revisions": [*options.revisions],
        "most": [*options.most],
    }
    return [
        f"--{flag}: no source {name!r} here (there are {', '.join(sorted(known))})"
        for flag, named in given.items()
        for name in named
        if name not in known
    ]


def describe_texts(texts: TextProfile) -> str:
    """Give lengths, the share of distinct texts and the first one."""
    lengths = f"{texts.shortest} to {texts.longest} characters, median {texts.median}"
    return f"{lengths}, {texts.distinct:.0%} distinct: {texts.example}"
