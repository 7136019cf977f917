"""Whether two runs of the workflow came to the same results, byte by byte.

Logs and benchmarks are no results. What the clock and the folder decide is left out: in JSON how
long a step took, whether a killed one went on from a checkpoint, and the seal over both; in pages
the column of such seconds; and the run's own folder, which an adapter names as the place of its
base.
"""

import json
import re
from pathlib import Path
from typing import Any

from diversify.io.seals import SUMS

CLOCK = {"seconds", "resumed_from", "seal"}
TIMED_TABLE = re.compile(r"seconds</th></tr></thead>.*?</table>", re.DOTALL)
LAST_CELL = re.compile(r"<td[^>]*>[^<]*</td></tr>")
TEXTS = {".json", ".html", ".md", ".csv"}


def differences(one: Path, other: Path) -> list[str]:
    """Name the files under two results folders that differ, or that only one of them has."""
    first, second = results(one), results(other)
    assert first, f"{one} holds no results"
    lone = [f"{name}: only in {one}" for name in first.keys() - second.keys()]
    lone += [f"{name}: only in {other}" for name in second.keys() - first.keys()]
    common = first.keys() & second.keys()
    return sorted(lone) + sorted(name for name in common if first[name] != second[name])


def results(folder: Path) -> dict[str, bytes]:
    """Read every file of a results folder by name, without what clock and folder decide."""
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(name): lasting(folder / name, folder) for name in names if not _is_mark(name)}


def lasting(path: Path, folder: Path) -> bytes:
    """Give what a result in a results folder says, whatever the clock and the folder."""
    content = path.read_bytes()
    if path.suffix not in TEXTS:
        return content
    text = content.decode().replace(str(folder.parent.resolve()), "")
    if path.suffix == ".json":
        text = json.dumps(_without_clock(json.loads(text)))
    if path.suffix == ".html":
        text = TIMED_TABLE.sub(lambda table: LAST_CELL.sub("</tr>", table[0]), text)
    return text.encode()


def _without_clock(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_clock(one) for key, one in value.items() if key not in CLOCK}
        case list():
            return [_without_clock(one) for one in value]
    return value


def _is_mark(name: Path) -> bool:
    """Snakemake's own, such as .snakemake_timestamp, and a model's sums, which seal its folder."""
    return name.name == SUMS or any(part.startswith(".snakemake") for part in name.parts)
