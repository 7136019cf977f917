"""`diversify mix --diff A B`: what changed between two mixes, and why."""

from pathlib import Path

from diversify.cli.output import printable, tell
from diversify.curation.compare import compare
from diversify.io.manifest import read_manifest


def tell_difference(a: Path, b: Path, summary: Path | None, as_json: bool) -> None:
    """Compare two manifests and print what differs, a line each."""
    difference = compare(read_manifest(a), read_manifest(b))
    lines = "\n".join(printable(line) for line in difference.lines())
    tell(lines, difference.document(), summary, as_json)
