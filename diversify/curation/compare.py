"""What changed between two mixes, and why, as far as their manifests tell."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Manifest = Mapping[str, Any]

NOT_DECIDING = ("threads", "batch_size")
"""Options that change no picks."""


@dataclass(frozen=True)
class MixDiff:
    """The differences of two manifests, A first."""

    options: dict[str, tuple[Any, Any]]
    """Options that differ, of the mix and of the steps before it, as stage.option."""
    inputs: dict[str, str]
    """Input files that differ: `only in A`, `only in B` or `changed`."""
    versions: dict[str, tuple[str | None, str | None]]
    """Packages of other versions."""
    vectors: str
    """Whether both were drawn on the same stored vectors: same, other or unknown."""
    both: int
    """Rows in both mixes."""
    gone: dict[str, int]
    """Rows of A alone, by why."""
    new: dict[str, int]
    """Rows of B alone, by why."""
    sources: dict[str, tuple[int, int]]
    """Rows of each source in A and in B."""

    def document(self) -> dict[str, Any]:
        """Give the differences as a JSON object."""
        return {"stage": "diff", **asdict(self)}

    def lines(self) -> list[str]:
        """Say the differences in words, a line each."""
        told = [
            f"{self.both} rows in both, {_sum(self.gone)} only in A, {_sum(self.new)} only in B"
        ]
        told += [f"only in A: {count} rows: {why}" for why, count in self.gone.items()]
        told += [f"only in B: {count} rows: {why}" for why, count in self.new.items()]
        told += [f"option {name}: {a} -> {b}" for name, (a, b) in self.options.items()]
        told += [f"input {name}: {what}" for name, what in self.inputs.items()]
        told += [f"version of {name}: {a} -> {b}" for name, (a, b) in self.versions.items()]
        told += [f"vectors: {self.vectors}"] if self.vectors != "same" else []
        told += [
            f"source {name}: {a} -> {b} rows" for name, (a, b) in self.sources.items() if a != b
        ]
        return told


def compare(a: Manifest, b: Manifest) -> MixDiff:
    """Compare two manifests: what was asked for, what was read, and which rows came out."""
    ids = [{row["id"] for row in manifest["rows"]} for manifest in (a, b)]
    options = _differing(_options(a), _options(b))
    inputs = _inputs(a, b)
    vectors = _vectors(a, b)
    reasons = [*(f"{name}" for name in options), *(["vectors"] if vectors == "other" else [])]
    return MixDiff(
        options=options,
        inputs=inputs,
        versions=_differing(a.get("versions", {}), b.get("versions", {})),
        vectors=vectors,
        both=len(ids[0] & ids[1]),
        gone=_why(a, b, ids[1], reasons),
        new=_why(b, a, ids[0], reasons),
        sources=_sources(a, b),
    )


def _why(own: Manifest, other: Manifest, others: set[str], reasons: list[str]) -> dict[str, int]:
    """Say of the rows that the other mix lacks why it does, the surest reason first."""
    files = {row["file"] for row in other["rows"]}
    sources = {row["source"] for row in other["rows"]}
    inputs = other.get("inputs", {})
    budget = len(other["rows"])
    chosen = f"picked otherwise ({', '.join(reasons)})" if reasons else "picked otherwise"
    counts: Counter[str] = Counter()
    for row in own["rows"]:
        if row["id"] in others:
            continue
        if row["source"] not in sources and row["file"] not in inputs:
            counts[f"the other mix has no source {row['source']}"] += 1
        elif row["file"] not in files and row["file"] not in inputs:
            counts[f"the other mix does not read {row['file']}"] += 1
        elif _hash_of(own, row["file"]) != _hash_of(other, row["file"]):
            counts[f"{row['file']} has changed"] += 1
        elif row["order"] >= budget:
            counts[f"beyond the other's budget of {budget} rows"] += 1
        else:
            counts[chosen] += 1
    return dict(counts.most_common())


def _hash_of(manifest: Manifest, file: str) -> Any:
    return manifest.get("inputs", {}).get(file)


def _options(manifest: Manifest) -> dict[str, Any]:
    """List every option that decides picks, by stage."""
    recipe = manifest.get("recipe") or {"mix": manifest.get("options", {})}
    return {
        f"{stage}.{name}": value
        for stage, options in recipe.items()
        if isinstance(options, Mapping)
        for name, value in options.items()
        if name not in NOT_DECIDING
    }


def _differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = sorted({*a, *b})
    return {name: (a.get(name), b.get(name)) for name in names if a.get(name) != b.get(name)}


def _inputs(a: Manifest, b: Manifest) -> dict[str, str]:
    one, other = a.get("inputs", {}), b.get("inputs", {})
    words = {(True, False): "only in A", (False, True): "only in B", (True, True): "changed"}
    return {
        name: words[name in one, name in other]
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    }


def _vectors(a: Manifest, b: Manifest) -> str:
    hashes = [m.get("steps", {}).get("embed", {}).get("sha256") for m in (a, b)]
    if None in hashes:
        return "same" if hashes[0] == hashes[1] else "unknown"
    return "same" if hashes[0] == hashes[1] else "other"


def _sources(a: Manifest, b: Manifest) -> dict[str, tuple[int, int]]:
    counts = [Counter(row["source"] for row in manifest["rows"]) for manifest in (a, b)]
    return {name: (counts[0][name], counts[1][name]) for name in sorted({*counts[0], *counts[1]})}


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())
