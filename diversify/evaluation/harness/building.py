"""The harness' tasks, with our rows in place of what it would download."""

import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diversify.config.lm_eval import LmEvalOptions
from diversify.errors import ConfigError, DataError
from diversify.evaluation.harness.sources import TaskData, TaskFiles, hub_data, local_data
from diversify.evaluation.harness.suite import OURS, known

SHOTS = "shots"
"""Name of the split that holds solved examples."""
INSTALL = "pip install 'diversify-sft[evaluation]'"

Config = dict[str, Any]


@dataclass(frozen=True)
class BuiltTask:
    """A benchmark as the harness runs it."""

    name: str
    parts: Mapping[str, Any]
    """Part -> task of the harness."""
    group: Any
    """Group of the harness that puts the parts together; None where there is one part."""
    shots: int
    usual_shots: int
    """Solved examples that the harness shows where nothing else is asked."""
    data: TaskData


def build_task(name: str, files: TaskFiles, options: LmEvalOptions) -> BuiltTask:
    """Build a benchmark from its published file, or from the Hub where no path is given.

    Raises:
        ConfigError: more solved examples are asked for than there are, or a package lacks.
        DataError: the items cannot be read, or are of a part that the harness does not know.
    """
    configs = harness_configs(name, local=bool(files.path))
    data = local_data(name, files) if files.path else hub_data(name, configs)
    unknown = sorted(data.tests.keys() - configs.keys())
    if unknown:
        raise DataError(f"{files.path}: no part of {name} is called {unknown[0]!r}")
    configs = {part: config for part, config in configs.items() if part in data.tests}
    usual = int(next(iter(configs.values())).get("num_fewshot") or 0)
    shots = _shots(name, usual, data, options)
    parts = {
        part: _task(config, data.tests[part], data.shots.get(part), shots, options.seed)
        for part, config in configs.items()
    }
    _check_shots(name, parts, data, shots)
    if name == "ifeval":
        _check_instructions(data.tests[""], files.path)
    return BuiltTask(name, parts, _group(name, parts), shots, usual, data)


def harness_configs(name: str, local: bool) -> dict[str, Config]:
    """Read the harness' task files of a benchmark: part -> what the file says.

    Raises:
        ConfigError: a package lacks that the task needs.
    """
    benchmark = known(name)
    pattern = benchmark.local if local and benchmark.local else benchmark.files
    folder = Path(__file__).parent / "tasks" if pattern == OURS else _harness_folder()
    configs: dict[str, Config] = {}
    for file in sorted(folder.glob(pattern)):
        config = _read(name, file)
        whole = benchmark.whole or pattern == benchmark.local
        configs["" if whole else config["task"].removeprefix(benchmark.prefix)] = config
    if not configs:
        raise ConfigError(f"this lm-eval has no {name} ({pattern}): {INSTALL}")
    return configs


def _harness_folder() -> Path:
    import lm_eval.tasks

    return Path(lm_eval.tasks.__file__).parent


def _read(name: str, file: Path) -> Config:
    from lm_eval.tasks._yaml_loader import load_yaml

    try:
        return dict(load_yaml(file))
    # the harness asserts the version of a package that MATH needs
    except (ImportError, AssertionError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ConfigError(f"{name} needs another package ({reason}): {INSTALL}") from error


def _shots(name: str, usual: int, data: TaskData, options: LmEvalOptions) -> int:
    """Say how many solved examples are shown: none where they would have to come from rows."""
    lacking = known(name).examples and not data.shots
    return options.num_fewshot.get(name, 0 if lacking else usual)


def _check_shots(name: str, parts: Mapping[str, Any], data: TaskData, shots: int) -> None:
    """Check that each part has as many solved examples as are asked for."""
    for part, task in parts.items():
        if part in data.shots:
            there = len(data.shots[part])
        else:
            there = len(task.sampler.df) if task.fewshot_cfg.samples is not None else 0
        if shots > there:
            lack = f"--num-fewshot {name}={shots}: {part or name} has {there} solved examples"
            more = f"; give some as --examples {name}=PATH" if known(name).examples else ""
            raise ConfigError(lack + more)


def _check_instructions(items: Any, path: str) -> None:
    """Check that IFEval's checks know every instruction, before anything is written to it."""
    from lm_eval.tasks.ifeval.instructions_registry import INSTRUCTION_DICT

    for number, names in enumerate(items["instruction_id_list"], start=1):
        unknown = [name for name in names if name not in INSTRUCTION_DICT]
        if unknown:
            raise DataError(f"{path}: item {number}: no such instruction {unknown[0]!r}")


def _task(config: Config, tests: Any, examples: Any, shots: int, seed: int) -> Any:
    from datasets import DatasetDict
    from lm_eval.api.task import ConfigurableTask

    splits = DatasetDict({config["test_split"]: tests})
    if examples is not None:
        splits[SHOTS] = examples
    changed: Config = {
        "custom_dataset": lambda **_: splits,
        "training_split": None,
        "fewshot_split": SHOTS if examples is not None else None,
        "num_fewshot": shots,
    }
    judge = config.get("process_results")
    if judge is not None:
        changed["process_results"] = seeded(judge, seed)
    left = {key: value for key, value in config.items() if key not in ("tag", "group")}
    task = ConfigurableTask(config=left | changed)
    task.set_fewshot_seed(seed)
    return task


def seeded(judge: Callable[[Any, Any], Any], seed: int) -> Callable[[Any, Any], Any]:
    """Start a judge afresh for each item, so that its verdict hangs on nothing before.

    IFEval's checks draw what an item leaves open, and guess at languages with chance.
    """

    def judged(doc: Any, results: Any) -> Any:
        random.seed(seed)
        _seed_languages(seed)
        return judge(doc, results)

    return judged


def _seed_languages(seed: int) -> None:
    factory = sys.modules.get("langdetect.detector_factory")
    if factory is not None:  # else nothing asks for languages
        factory.DetectorFactory.seed = seed


def _group(name: str, parts: Mapping[str, Any]) -> Any:
    """Give the group by which the harness puts the scores of parts together."""
    if list(parts) == [""]:
        return None
    from lm_eval.api.group import Group

    config = _read(name, _harness_folder() / known(name).group)
    wanted = {"group": name, "aggregate_metric_list": config["aggregate_metric_list"]}
    group = Group.from_config(wanted)
    for task in parts.values():
        group.add(task)
    return group
