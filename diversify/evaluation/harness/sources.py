"""Where the harness' items come from: files as published, or the Hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diversify.errors import ConfigError, DataError
from diversify.evaluation.harness.published import PICTURE, Row, read_published
from diversify.evaluation.harness.suite import known
from diversify.io.test_sets.benchmarks import named_benchmarks
from diversify.io.test_sets.hub_benchmarks import COMMIT


@dataclass(frozen=True)
class TaskFiles:
    """What a user names for a task."""

    path: str = ""
    """File, archive or folder of the items; empty for the Hub."""
    examples: str = ""
    """File of solved examples."""


@dataclass(frozen=True)
class TaskData:
    """Items of a benchmark, part by part, as `datasets.Dataset`."""

    tests: Mapping[str, Any]
    """Part -> items; a benchmark of one part has the part ""."""
    shots: Mapping[str, Any]
    """Part -> solved examples, where the data hold some."""
    source: dict[str, str]
    """Where they come from and in which version, for the summary."""

    def pictures(self, limit: int) -> int:
        """Count items that refer to a picture, of the first `limit` of each part, 0 for all."""
        marked = [items for items in self.tests.values() if PICTURE in items.column_names]
        return sum(sum(items[PICTURE][: limit or None]) for items in marked)

    def shown(self) -> int:
        """Count solved examples that are test items themselves, and so give answers away."""
        count = 0
        for part in self.shots.keys() & self.tests.keys():
            tests = {repr(row) for row in self.tests[part].to_list()}
            count += sum(repr(row) in tests for row in self.shots[part].to_list())
        return count


def named_tasks(words: list[str], examples: list[str]) -> dict[str, TaskFiles]:
    """Read NAME=PATH and NAME as tasks, and NAME=PATH as their solved examples.

    Raises:
        ConfigError: a name stands there twice, is none of the suite, or has no use for examples.
    """
    paths = named_benchmarks(words, "--task", "task")
    shown = named_benchmarks(examples, "--examples", "task")
    for name in (*paths, *shown):
        known(name)
    for name, path in shown.items():
        if not paths.get(name) or not path:
            raise ConfigError(f"--examples {name}: expected NAME=PATH of a --task {name}=PATH")
        if not known(name).examples:
            raise ConfigError(f"--examples {name}: the examples of {name} come with the harness")
    return {name: TaskFiles(path, shown.get(name, "")) for name, path in paths.items()}


def local_data(task: str, files: TaskFiles) -> TaskData:
    """Read a task's items and solved examples out of files.

    Raises:
        DataError: a file cannot be read, or holds no items.
    """
    items = read_published(task, files.path)
    shots = dict(items.shots)
    source = {"from": files.path, "revision": items.revision}
    if files.examples:
        solved = read_published(task, files.examples)
        shots = {part: solved.shots.get(part) or rows for part, rows in solved.tests.items()}
        shots |= solved.shots
        source |= {"examples": files.examples, "examples_revision": solved.revision}
    if not items.tests:
        raise DataError(f"{files.path}: holds examples of {task} and no test items")
    return TaskData(
        _datasets(items.tests, files.path), _datasets(shots, files.examples or files.path), source
    )


def _datasets(parts: Mapping[str, list[Row]], path: str) -> dict[str, Any]:
    from datasets import Dataset
    from pyarrow import ArrowException

    try:
        return {part: Dataset.from_list(rows) for part, rows in parts.items()}
    except ArrowException as error:
        raise DataError(f"{path}: a field is of several types ({error})") from error


def hub_data(task: str, configs: Mapping[str, dict[str, Any]]) -> TaskData:
    """Load a task's items from where the harness' task files say that the Hub has them.

    Raises:
        DataError: a dataset can neither be reached nor is it in the cache.
    """
    tests: dict[str, Any] = {}
    shots: dict[str, Any] = {}
    commits: set[str] = set()
    for part, config in configs.items():
        splits = _hub_splits(task, config)
        tests[part] = _without_pictures(splits[config["test_split"]])
        if known(task).examples:
            shots[part] = splits[config["fewshot_split"]]
        commits |= set(COMMIT.findall(" ".join(tests[part].info.download_checksums or {})))
    path = next(iter(configs.values()))["dataset_path"]
    source = {"from": f"hf://datasets/{path}", "revision": ", ".join(sorted(commits))}
    return TaskData(tests, shots, source)


def _hub_splits(task: str, config: dict[str, Any]) -> Any:
    import datasets

    path, name = config["dataset_path"], config.get("dataset_name")
    try:
        return datasets.load_dataset(path, name)
    except Exception as error:  # the Hub's clients raise faults that share no class
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"hf://datasets/{path}: cannot be loaded ({reason}); give its file: --task {task}=PATH"
        ) from error


def _without_pictures(items: Any) -> Any:
    """Put in the place of pictures, which stay where they are, whether there is one."""
    import datasets

    names = [name for name, kind in items.features.items() if isinstance(kind, datasets.Image)]
    for name in names:
        there = items.data.column(name).is_valid().to_pylist()
        items = items.remove_columns(name).add_column(PICTURE, there)
    return items
