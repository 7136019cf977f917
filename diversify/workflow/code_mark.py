"""A mark of the code behind a stage: it changes when the stage may give other results.

Snakemake sees a shell line, not the package behind it. The mark hashes the syntax tree, without
comments and docstrings, of a stage's module and of every module of the package that it imports,
so that an edited algorithm reruns its stage and what follows, and an edited comment nothing.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = "diversify"
ROOT = Path(__file__).parents[2]


def code_mark(*modules: str, root: Path = ROOT) -> str:
    """Give 12 hexadecimal digits for some modules and all that they import from the package.

    Raises:
        ModuleNotFoundError: a rule names a module that is not there.
    """
    missing = [name for name in modules if _file_of(name, root) is None]
    if missing:
        raise ModuleNotFoundError(f"no module to mark: {', '.join(missing)}")
    files = imported(*modules, root=root)
    marks = [f"{name}:{_tree_hash(path)}" for name, path in sorted(files.items())]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:12]


def imported(*modules: str, root: Path = ROOT) -> dict[str, Path]:
    """Give the package's modules that these import, themselves included, at any depth, by name."""
    found: dict[str, Path] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        path = _file_of(name, root)
        if path is None or name in found:
            continue
        found[name] = path
        waiting.extend(_imports(path))
    return found


def _file_of(module: str, root: Path) -> Path | None:
    """Find a module's file; a name imported from a module is none."""
    path = root.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


@cache
def _imports(path: Path) -> tuple[str, ...]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return tuple(name for name in names if name.split(".")[0] == PACKAGE)


@cache
def _tree_hash(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_text(part)]  # type: ignore[attr-defined]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _is_text(node: ast.AST) -> bool:
    """Tell a docstring: an expression that is a string and nothing else."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
