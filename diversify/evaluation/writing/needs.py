"""Which statements of a program a function needs, by the names in them."""

import ast
import symtable
import warnings
from collections.abc import Iterator

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def needed_lines(text: str, body: list[ast.stmt], entry_point: str) -> str:
    """Drop the lines of statements that run at top level and give the function asked for nothing.

    `body` is the parsed text. Where the function is not defined in it, nothing is dropped. Of a
    name that is defined again the first definition counts, but for a stub. O(statements^2).
    """
    statements = _once_defined(body)
    bound = [_bound(statement) for statement in statements]
    if not any(entry_point in names for names in bound):
        return text
    needed, wanted = {entry_point}, [entry_point]
    while wanted:
        name = wanted.pop()
        for statement, names in zip(statements, bound, strict=True):
            if name in names:
                more = _used(statement) - needed
                needed |= more
                wanted += more
    kept = [
        statement
        for statement, names in zip(statements, bound, strict=True)
        if names & needed or _is_harmless(statement)
    ]
    return _without(text, [one for one in body if one not in kept], kept)


def _is_harmless(statement: ast.stmt) -> bool:
    """Say whether a statement defines, imports, or is only a text, such as the problem's."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, Definition | ast.Import | ast.ImportFrom)


def _once_defined(body: list[ast.stmt]) -> list[ast.stmt]:
    """Leave out later definitions of a name, unless the first is a stub that gives nothing."""
    chosen: dict[str, Definition] = {}
    for statement in body:
        if isinstance(statement, Definition):
            known = chosen.get(statement.name)
            if known is None or (_is_stub(known) and not _is_stub(statement)):
                chosen[statement.name] = statement
    return [
        statement
        for statement in body
        if not isinstance(statement, Definition) or chosen[statement.name] is statement
    ]


def _is_stub(statement: Definition) -> bool:
    answers = (ast.Return, ast.Yield, ast.YieldFrom)
    return not any(isinstance(node, answers) for node in ast.walk(statement))


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement at top level gives a meaning, or changes the inside of."""
    if isinstance(statement, Definition):
        return {statement.name}
    return set(_written_names(statement))


def _written_names(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, Definition):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            # the thing that is changed, as `table` in `table[0].size = 1`
            yield from (inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name))


def _used(statement: ast.stmt) -> set[str]:
    """Names that a statement takes from the top level, or from what Python has built in."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(ast.unparse(statement), "", "exec")
    except (SyntaxError, RecursionError):  # such as a name that is both argument and global
        return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return set(_global_names(table))


def _global_names(table: symtable.SymbolTable) -> Iterator[str]:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() if top else symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _global_names(inner)


def _without(text: str, dropped: list[ast.stmt], kept: list[ast.stmt]) -> str:
    """Drop the lines of statements, but those that a kept one shares."""
    gone = set[int]().union(*map(_lines_of, dropped)) - set[int]().union(*map(_lines_of, kept))
    return "\n".join(line for at, line in enumerate(text.split("\n"), start=1) if at not in gone)


def _lines_of(statement: ast.stmt) -> range:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(one.lineno for one in decorators)])
    return range(first, (statement.end_lineno or first) + 1)
