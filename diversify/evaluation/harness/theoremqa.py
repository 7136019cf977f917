"""How an answer to TheoremQA is judged: by its kind, and numbers by value.

The rules are those of Chen et al. 2023, "TheoremQA: a theorem-driven question answering dataset",
section 4 and its released scorer: an integer is right when rounding gives it, a real number within
4 %, a list when its sorted values are. Their scorer runs what a model wrote as Python; here an
expression is read as arithmetic and nothing is executed.
"""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

TOLERANCE = 0.04
LONGEST = 200
"""Characters of an expression that is still read."""
SAID = re.compile(r"answer is:?", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
YES, NO = ("true", "yes"), ("false", "no")
SPELLINGS = (
    (r"\\(?:left|right|displaystyle|[,;!() \[\]])|[$`°~]", " "),
    (r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)"),
    (r"\\(?:times|cdot)|×|·|(?<=\d) x (?=\d)", "*"),
    (r"\\?π|\\pi", " pi "),
    (r"\\(ln|log|exp|sin|cos|tan)", r"\1"),
    (r"\^\s*\{([^{}]*)\}", r"**(\1)"),
    (r"\^", "**"),
    (r"(?<=\d),(?=\d{3}(?!\d))", ""),
    (r"(?<=[\d)])\s*(?=pi\b|sqrt)", "*"),
    ("−", "-"),
)  # fmt: skip
"""Pattern -> how arithmetic spells it."""
OPERATORS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
NAMES = {"pi": math.pi, "e": math.e, "inf": math.inf}
FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "sqrt": math.sqrt, "ln": math.log, "log": math.log, "exp": math.exp,
    "sin": math.sin, "cos": math.cos, "tan": math.tan,
}  # fmt: skip


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, int]:
    """Judge a written answer, as the harness asks it of a task."""
    return {"acc": int(is_right(results[0], str(doc["Answer"]), str(doc["Answer_type"])))}


def is_right(written: str, answer: str, kind: str) -> bool:
    """Say whether a response gives the answer, of one of TheoremQA's kinds."""
    said = said_answer(written)
    if kind.lower() == "bool":
        return truth(said) is not None and truth(said) == truth(answer)
    if kind.lower() == "option":
        return option(said) is not None and option(said) == option(answer)
    exact = kind.endswith("integer")
    found, wanted = (values(said), values(answer)) if "list" in kind else (
        [value(said)], [value(answer)]
    )  # fmt: skip
    if None in found or None in wanted or len(found) != len(wanted):
        return False
    pairs = zip(sorted(map(float, found)), sorted(map(float, wanted)), strict=True)  # type: ignore[arg-type]
    return all(_close(one, other, exact) for one, other in pairs)


def said_answer(written: str) -> str:
    """Give what follows the last "answer is", else the last line."""
    parts = SAID.split(written)
    lines = [line.strip() for line in parts[-1].splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[0 if len(parts) > 1 else -1].rstrip(". ")


def truth(said: str) -> bool | None:
    """Read a yes or no."""
    words = re.findall(r"[a-z]+", said.lower())
    return next((word in YES for word in words if word in YES + NO), None)


def option(said: str) -> str | None:
    """Read the letter of an option, in brackets or by itself."""
    found = re.search(r"\(([a-f])\)|^([a-f])\b", said.lower())
    return (found[1] or found[2]) if found else None


def values(said: str) -> list[float | None]:
    """Read a list of numbers, in any brackets or none."""
    inside = re.search(r"[\[({](.*)[\])}]", said)
    text = (inside[1] if inside else said).replace(" and ", ", ")
    return [value(part) for part in re.split(r"[,;]\s*", text) if part.strip()]


def value(said: str) -> float | None:
    """Read a number: what arithmetic gives behind the last equals sign, else the first number."""
    text = re.split(r"[=≈]|approximately|\\approx", said)[-1][:LONGEST]
    for pattern, spelling in SPELLINGS:
        text = re.sub(pattern, spelling, text)
    with suppress(SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return _finite(_calculated(_parsed(text)))
    found = NUMBER.search(text)
    with suppress(ValueError, OverflowError):
        return _finite(float(found[0].replace(",", ""))) if found else None
    return None


def _parsed(text: str) -> ast.expr:
    with warnings.catch_warnings(action="ignore"):  # of code that looks odd, such as 3or
        return ast.parse(text.strip(), mode="eval").body


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("no finite number")
    return number


def _calculated(node: ast.expr) -> float:
    """Work out an expression of numbers, known names and known functions.

    Raises:
        ValueError: there is anything else in it.
        ArithmeticError: it has no value.
    """
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_calculated(inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _calculated(inner)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](_calculated(left), _calculated(right))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_calculated(inner))
    raise ValueError("not arithmetic")


def _close(found: float, wanted: float, exact: bool) -> bool:
    if exact:
        return round(found) == wanted
    slack = TOLERANCE * abs(wanted)
    return wanted - slack <= found <= wanted + slack
