"""Cutting a program out of what a model wrote, by its syntax alone: nothing is run.

What is left is the longest head that parses, less what would run at top level though the function
asked for does not need it. So nothing that a model added below its solution, such as a call that
waits for input, can spoil it.
"""

import ast
import re
import warnings
from collections.abc import Sequence

from diversify.evaluation.writing.needs import needed_lines

TABS = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
FENCED = re.compile(r"^[ \t]*```[^\n]*\n(.*?)(?:^[ \t]*```|\Z)", re.MULTILINE | re.DOTALL)
START = re.compile(r"^(?:import|from|(?:async )?def|class) |^@", re.MULTILINE)


def before_stops(text: str, stops: Sequence[str]) -> str:
    """Cut a text at the first string that ends it."""
    return text[: min((at for stop in stops if (at := text.find(stop)) >= 0), default=len(text))]


def code_block(text: str, entry_point: str) -> str:
    """Give the fenced block that defines a name, else the first block.

    A block without an end goes to the end of the text. Where there is no block, the text is given
    from its first line on that looks like a program's.
    """
    blocks: list[str] = FENCED.findall(text)
    name = re.escape(entry_point)
    defining = re.compile(rf"^(?:async )?(?:def|class) {name}\b|^{name} *=", re.MULTILINE)
    if blocks:
        return next(filter(defining.search, blocks), blocks[0])
    start = START.search(text)
    return text[start.start() :] if start else text


def cut_program(text: str, entry_point: str) -> str:
    """Give the program in a text: its longest head that parses, less calls and tests below it.

    Tabs at the start of a line count as four spaces, which is how a model that mixes both means
    them. Where the function asked for is not there, the whole head is kept.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    head = longest_head(TABS.sub(lambda blank: blank[0].replace("\t", "    "), lines))
    program = needed_lines(head, _parsed(head).body, entry_point).strip("\n")
    return f"{program}\n" if program.strip() else ""


def longest_head(text: str) -> str:
    r"""Give the most lines, from the first on, that parse as Python; lines end with \n.

    Where a head does not parse, none parses that holds the place of the fault, so that few are
    tried: at worst one for each line, O(lines^2).
    """
    lines = text.split("\n")
    count = len(lines)
    while count > 0:
        fault = _fault("\n".join(lines[:count]))
        if fault is None:
            break
        count = min(count, max(fault, 1)) - 1
    return "\n".join(lines[:count])


def _fault(text: str) -> int | None:
    """Give the line at which parsing fails, counted from 1; None: it parses."""
    last = text.count("\n") + 1
    try:
        _parsed(text)
    except SyntaxError as error:
        return error.lineno or last  # it names no line where there is a null character
    except (ValueError, MemoryError, RecursionError):  # too deep for the parser
        return last
    return None


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it thinks of a model's escapes is no news
        return ast.parse(text)
