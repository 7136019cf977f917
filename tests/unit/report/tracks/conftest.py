"""Made verdicts, as `tabulate` writes them, and the summaries beside them."""

import json
from types import SimpleNamespace

import pytest

from diversify.report.documents import read_experiments
from diversify.report.tracks.documents import Verdicts

CODE = ("humaneval", "humaneval+", "mbpp", "mbpp+")
HOSTILE = "<script>window.hacked = 1</script>$\\frac{"


def score(arm, task, value, seeds=1, **more):
    average = task.startswith(("average", "overall"))
    return {
        "experiment": "exp", "arm": arm, "harness": "" if average else "score", "task": task,
        "metric": "mean" if average else "pass@1", "average": average, "share": True,
        "seeds": list(range(seeds)), "n": 164, "value": value, "low": value - 0.05,
        "high": value + 0.05, **more,
    }  # fmt: skip


def comparison(arm, reference, task, value, than, verdict="no significant difference", **more):
    return score(arm, task, value) | {
        "reference": reference, "reference_value": than, "difference": value - than,
        "low": value - than - 0.06, "high": value - than + 0.06, "less_is_better": False,
        "test": "McNemar's exact test", "p": 0.2, "p_corrected": 0.9, "verdict": verdict,
        "smallest_difference": 0.097, "smallest_difference_corrected": 0.13, **more,
    }  # fmt: skip


def document(scores, reference, differing=None, **more):
    """Verdicts on arms' scores by task; `differing` names arm and task of significant ones."""
    given = differing or {}
    return {
        "stage": "tabulate",
        "arms": [score(arm, task, one) for arm, tasks in scores.items()
                 for task, one in tasks.items()],
        "comparisons": [
            comparison(arm, reference, task, one, scores[reference][task],
                       given.get((arm, task), "no significant difference"))
            for arm, tasks in scores.items() if arm != reference for task, one in tasks.items()
        ],
        "options": {"confidence": 0.95, "power": 0.8, "correction": "holm"}, **more,
    }  # fmt: skip


def code_scores(average):
    """Four scores and their average."""
    return dict.fromkeys(CODE, average) | {"average": average}


def verdicts(*args, **more):
    return Verdicts.model_validate(document(*args, **more))


def write(root, told, mixes, base="deepseek-ai/deepseek-coder-6.7b-base", tokens=None, name="exp"):
    """An experiment's folder: verdicts, and mix and sft of each arm."""
    put(root / name / "tabulate" / "verdicts.json", told)
    for arm, sources in mixes.items():
        cell, rows = {"arm": arm, "seed": 0}, sum(sources.values())
        folder = "cell" + str(list(mixes).index(arm))
        picked = {source: {"have": 99999, "picked": count} for source, count in sources.items()}
        put(root / name / "mix" / folder / "summary.json",
            {"stage": "mix", "cell": cell, "sources": picked})  # fmt: skip
        put(root / name / "sft" / folder / "summary.json",
            {"stage": "sft", "cell": cell, "rows": rows, "steps": rows // 4,
             "tokens_trained": (tokens or {}).get(arm, 100 * rows),
             "options": {"model": base}})  # fmt: skip
    (found,) = read_experiments(sorted((root / name).rglob("*.json")))
    return found


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


@pytest.fixture(scope="session")
def track():
    """The makers of verdicts and experiments."""
    return SimpleNamespace(**globals())
