"""Small made documents, laid out as an experiment leaves them."""

import json
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from diversify.report.scored import Score

HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'></script>"
HOSTILE_SOURCE = "<img src=x onerror=window.hacked=3></script><script>window.hacked = 4</script>"
VERSIONS = {"diversify": "0.1.0", "torch": "2.13.0"}


def put(path: Path, document: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def counted(exact: int, rows: int = 200) -> dict[str, Any]:
    return {"rows": rows, "exact": exact, "accuracy": exact / rows, "loss": 0.3, "tokens": 9}


def score(cell: dict[str, Any], **exact: int) -> dict[str, Any]:
    sets = {name: counted(count) for name, count in exact.items()}
    return {"stage": "evaluate", "cell": cell, "sets": sets, "versions": VERSIONS,
            "inputs": {"model.safetensors": "ab" * 32}, "new_key": [1]}  # fmt: skip


def lab(
    axes: dict[str, list[Any]], right: Callable[..., dict[str, float]], seeds: int = 3
) -> list[Score]:
    """Scores of every cell of a grid: right answers in a thousand, by set, for its values."""
    found = []
    for values in product(*axes.values()):
        for seed in range(seeds):
            cell = dict(zip(axes, values, strict=True))
            sets = {
                name: {"rows": 1000, "exact": min(round(1000 * share) + 2 * seed, 1000)}
                for name, share in right(**cell).items()
            }
            found.append(Score.model_validate({"cell": cell | {"seed": seed}, "sets": sets}))
    return found


def write_rewrite(root: Path, seeds: int = 2) -> None:
    for rules, unseen in ((100, 0), (1000, 20), (10000, 170)):
        for seed in range(seeds):
            cell = {"instructions": rules, "examples": 100000, "seed": seed}
            name = f"i{rules}-s{seed}"
            document = score(cell, unseen=unseen + 2 * seed, train=190 - seed)
            put(root / "rewrite" / "evaluate" / name / "scores.json", document)


def write_data(root: Path, seeds: int = 3) -> None:
    for share, unseen, seen in ((0.0, 8, 160), (0.5, 140, 165), (0.75, 80, 130)):
        for seed in range(seeds):
            cell = {"share": share, "budget": 20000, "seed": seed}
            name = f"share{share}-s{seed}"
            document = score(cell, unseen=unseen + seed, seen=seen - seed, other=100)
            put(root / "edits" / "evaluate" / name / "scores.json", document)
            put(root / "edits" / "mix" / name / "summary.json", mix_summary(cell, share))
            put(root / "edits" / "sft" / name / "summary.json", training_summary(cell))


def mix_summary(cell: dict[str, Any], share: float) -> dict[str, Any]:
    picked = round(20000 * share)
    return {
        "stage": "mix", "cell": cell, "budget": 20000, "rows_in": 50000, "rows_out": 20000,
        "sources": {"replace": {"have": 30000, "picked": 20000 - picked},
                    HOSTILE_SOURCE: {"have": 20000, "picked": picked}},
        "cluster_sizes": {"before": [30000, 15000, 5000], "after": [9000, 6000, 5000]},
        "options": {"core_share": 1 - share, "seed": cell["seed"]}, "versions": VERSIONS,
    }  # fmt: skip


def training_summary(cell: dict[str, Any]) -> dict[str, Any]:
    loss = [[step, 3 / (1 + step / 100)] for step in range(0, 801, 10)]
    return {"stage": "sft", "cell": cell, "steps": 800, "rows": 20000, "seconds": 75.31,
            "loss": loss, "options": {"lr": 0.001}, "versions": VERSIONS}  # fmt: skip


def write_stages(root: Path) -> None:
    put(root / "edits" / "ingest" / "summary.json",
        {"stage": "ingest", "rows_in": 60500, "rows_out": 60000,
         "dropped": {"missing_response": 400, "too_long": 100}})  # fmt: skip
    put(root / "edits" / "dedup" / "summary.json",
        {"stage": "dedup", "rows_in": 60000, "rows_out": 50000, "dropped": 10000,
         "options": {"threshold": 0.8}})  # fmt: skip


def map_document(count: int = 60) -> dict[str, Any]:
    rows = range(count)
    return {
        "stage": "map",
        "points": {
            "x": [float(i % 10) for i in rows], "y": [float(i // 10) for i in rows],
            "source": [HOSTILE_SOURCE if i % 2 else "replace" for i in rows],
            "cluster": [i % 7 for i in rows], "picked": [i % 3 == 0 for i in rows],
            "text": [f"{HOSTILE} {i}" for i in rows],
        },
        "tests": {HOSTILE_SOURCE: {"x": [2.5, 7.5], "y": [2.5, 3.5], "text": [HOSTILE] * 2}},
        "method": "t-SNE of 60 rows",
    }  # fmt: skip


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """The makers of documents, for tests that write their own."""
    return SimpleNamespace(**globals())


@cache
def everything() -> dict[str, list[Score]]:
    """Believable scores of every kind of experiment, by its name."""
    jump = {500: 0.0, 1000: 0.1, 3000: 0.7, 10000: 0.9}
    return {
        "threshold": lab({"instructions": [*jump], "examples": [100000]},
            lambda instructions, examples: {"unseen": jump[instructions], "train": 0.95}),
        "no-ops": lab({"instructions": [*jump], "noop_share": [0.1, 0.3, 0.5]},
            lambda instructions, noop_share: {
                "unseen": (jump[instructions] + 0.95) / 2, "unseen_noop": 0.95,
                "unseen_hasop": jump[instructions] + noop_share / 20, "train": 0.95}),
        "long tail": lab(
            {"shape": ["uniform", 1, 0.2, 0.05], "instructions": [1000, 10000],
             "examples": [100000]},
            lambda shape, instructions, examples: {
                "unseen": 0.9 if shape == "uniform" or instructions > 1000 else shape / 2}),
        "restricted semantics": lab(
            {"families": ["repeated", "mirrored", "repeated+periodic+mirrored"],
             "k_max": [4, 6], "instructions": [500, 5000]},
            lambda families, k_max, instructions: {
                "unseen": 0.01 if "+" not in families or instructions < 1000 else 1 - k_max / 10,
                "unseen_k1": 0.1, "within": 0.9, "train": 0.95}),
        "occurrences": lab({"occurrences": [1, 10, "1+5+10"], "instructions": [500, 1000, 2000]},
            lambda occurrences, instructions: {
                "unseen": jump.get(instructions, 0.5) + 0.1 * len(str(occurrences)) / 6,
                "unseen_x1": 0.3, "train": 0.9}),
        "encrypted": lab(
            {"instructions": [3000], "examples": [20000, 40000], "shape": [0.2, "uniform"],
             "key_length": [3]},
            lambda instructions, examples, shape, key_length: {
                "unseen": 0.9, "unseen_noop": 0.95,
                "unseen_hasop": 0.85 if shape == "uniform" else 0.4}),
        "algebra generalist": lab({"rules": [10, 20, 40]},
            lambda rules: {"unseen": rules / 50, "other": 0.2, "train": 0.95}),
        "algebra specialist": lab(
            {"diversify_share": [0.02, 0.1, 0.2], "diversify_rules": [20, 40]},
            lambda diversify_share, diversify_rules: {
                "unseen": 0.4 if diversify_share == 0.1 else 0.2, "other": 0.3, "train": 0.95}),
        "Markov algorithms": lab({"answer": ["trace", "result"]},
            lambda answer: {"unseen": 0.5, "train": 0.9}
            | {f"unseen_steps{step}": 0.9 if answer == "trace" else 0.9 / step
               for step in range(1, 6)}),
        "sweet spot": lab({"share": [0.0, 0.5, 0.75], "budget": [20000]},
            lambda share, budget: {"unseen": share, "seen": 0.9, "other": 0.5}),
    }  # fmt: skip


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return written_results(tmp_path / "results")


@pytest.fixture(scope="session")
def shared_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, for tests that only read."""
    return written_results(tmp_path_factory.mktemp("shared") / "results")


def written_results(root: Path) -> Path:
    write_rewrite(root)
    write_data(root)
    write_stages(root)
    put(root / "edits" / "map" / "map.json", map_document())
    return root
