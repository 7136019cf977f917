"""Rows of training data, good and bad, whose fate is known where it can be known."""

import json
import random
from dataclasses import dataclass, replace
from typing import Any

Texts = tuple[str, str, str, str, str]
"""System text, instruction, input, response and later turns, as they must be read."""

PIECES = (
    *"aZ09 .,;:!?'\"\\/|<>&%$#@^~`=+-*_()[]{}\t",
    *("\n", "\r\n", "\r", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad", "\ufeff"),
    *("\u2028", "\u2029", "\u202e", "\u200b", "\u200d", "\ufffd", "\uffff", "\ud7ff", "\ue000"),
    *("é", "e\u0301", "ß", "Ω", "你好", "مرحبا", "😀", "👨\u200d👩\u200d👧", "🇩🇪", "\U0010ffff"),
    *("<script>alert(1)</script>", "<b onload=x>", "&lt;", "{{7*7}}", "${HOME}", "`id`", "%s%n"),
    *("=1+1", "@SUM(A1)", "'; DROP TABLE rows;--", "../../etc/passwd", "file:///etc/passwd"),
    *("null", "NaN", "1e999", "-0", "True", "\\n", "\\u0000", "\\ud83d", '\\"', "]}", "[{", "```"),
    *("!!python/object/apply:os.system ['id']", "__import__('os')", "\n\n###", "<|endoftext|>"),
)
"""What texts are made of: everything that some reader somewhere takes for something else."""
WORDS = ("Add", "Sort", "Say", "Write a poem about", "2", "and", "the list", "to", "français")
SPEAKERS = {"messages": ("user", "assistant"), "sharegpt": ("human", "gpt")}


@dataclass(frozen=True)
class Row:
    """A row as its file will hold it."""

    value: Any
    """A dict, or something that is no row."""
    texts: Texts | None
    """What must be read; None where nothing is claimed."""
    raw: str | None = None
    """JSON in other words than the value's own."""

    def json(self) -> str:
        """Give the row as JSON on one line."""
        return self.raw if self.raw is not None else json.dumps(self.value, ensure_ascii=False)


def text(rng: random.Random, blank: bool = False) -> str:
    """Make a text, which may be blank only if so allowed."""
    if blank and rng.random() < 0.4:
        return ""
    made = "".join(
        rng.choice(PIECES) if rng.random() < 0.5 else f"{rng.choice(WORDS)} "
        for _ in range(rng.randint(1, 9))
    )
    return made if made.strip() or blank else made + rng.choice(WORDS)


def more(rng: random.Random, layout: str) -> tuple[list[dict[str, str]], str]:
    """Make later turns: as the layout has them, and as they must be read."""
    turns = [text(rng) for _ in range(2 * rng.choice((0, 0, 1, 2)))]
    role, content = ("from", "value") if layout == "sharegpt" else ("role", "content")
    roles = [SPEAKERS[layout][place % 2] for place in range(len(turns))]
    names = [SPEAKERS["messages"][place % 2] for place in range(len(turns))]
    given = [{role: r, content: t} for r, t in zip(roles, turns, strict=True)]
    read = [{"role": n, "content": t} for n, t in zip(names, turns, strict=True)]
    return given, json.dumps(read, ensure_ascii=False) if read else ""


def alpaca(rng: random.Random) -> Row:
    system, i, n, o = text(rng, True), text(rng), text(rng, True), text(rng)
    value = {"instruction": i, "input": n, "output": o, "system": system}
    return Row(value, (system, i, n, o, ""))


def question(rng: random.Random) -> Row:
    i, o = text(rng), text(rng)
    return Row({"id": "7", "question": i, "answer": o}, ("", i, "", o, ""))


def prompt(rng: random.Random) -> Row:
    i, o = text(rng), text(rng)
    return Row({"prompt": i, "completion": o}, ("", i, "", o, ""))


def named(rng: random.Random) -> Row:
    i, o = text(rng), text(rng)
    return Row({"q": i, "label": "x", "a": o}, ("", i, "", o, ""))


def messages(rng: random.Random) -> Row:
    later, read = more(rng, "messages")
    i, o, system = text(rng), text(rng), text(rng, True)
    turns = [{"role": "system", "content": system}] * bool(system)
    turns += [{"role": "user", "content": i}, {"role": "assistant", "content": o}]
    return Row({"messages": turns + later}, (system, i, "", o, read))


def sharegpt(rng: random.Random) -> Row:
    later, read = more(rng, "sharegpt")
    i, o = text(rng), text(rng)
    turns = [{"from": "human", "value": i}, {"from": "gpt", "value": o}]
    return Row({"id": 3, "conversations": turns + later}, ("", i, "", o, read))


def two_chats(rng: random.Random) -> Row:
    i, o = text(rng), text(rng)
    first, second = ({"role": "user", "content": i}, {"role": "assistant", "content": o})
    return Row({"prompt": [first], "completion": [second]}, ("", i, "", o, ""))


def instances(rng: random.Random) -> Row:
    i, n, o = text(rng), text(rng, True), text(rng)
    return Row({"instruction": i, "instances": [{"input": n, "output": o}]}, ("", i, n, o, ""))


FLAT = (alpaca, question, prompt, named)
LAYOUTS = (*FLAT, messages, sharegpt, two_chats, instances)
COLUMNS = {"instruction": "q", "response": "a"}
"""How the layout without known names is read."""


def good_rows(rng: random.Random, layout: Any, count: int) -> list[Row]:
    """Make rows of one layout."""
    return [layout(rng) for _ in range(count)]


def spoil(row: Row, rng: random.Random) -> tuple[str, Row]:
    """Do one of many things to a row; some of them must leave its texts as they are."""
    how = rng.choice(tuple(SPOILED))
    return how, SPOILED[how](row, rng)


def with_field(row: Row, rng: random.Random, value: Any) -> Row:
    """Put something else into one of a row's fields."""
    name = rng.choice(list(row.value))
    return Row(row.value | {name: value}, None)


def without_field(row: Row, rng: random.Random) -> Row:
    name = rng.choice(list(row.value))
    return Row({key: value for key, value in row.value.items() if key != name}, None)


def deep(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def raw_deep(row: Row, rng: random.Random) -> Row:
    depth = rng.choice((500, 900, 980, 1100, 5000))
    inside = "[" * depth + "]" * depth
    return Row(row.value, None, row.json()[:-1] + f', "deep": {inside}}}')


def twice(row: Row, rng: random.Random) -> Row:
    name = json.dumps(rng.choice(list(row.value)))
    return Row(row.value, None, row.json()[:-1] + f', {name}: "again"}}')


def number(row: Row, rng: random.Random) -> Row:
    name = json.dumps(rng.choice([*row.value, "score"]))
    digits = rng.choice(("NaN", "-Infinity", "1e999", "9" * 400, "9" * 5000, "-0.0", "1e-400"))
    others = {key: value for key, value in row.value.items() if json.dumps(key) != name}
    return Row(
        row.value, None, json.dumps(others)[:-1] + f"{', ' * bool(others)}{name}: {digits}}}"
    )


def escaped(row: Row, rng: random.Random) -> Row:
    """Write the very same row in ASCII."""
    return replace(row, raw=json.dumps(row.value))


def extra(row: Row, rng: random.Random) -> Row:
    """Add a field that no layout knows; where it must be a text, so that every format holds it."""
    return replace(row, value=row.value | {"note": text(rng, True)}, raw=None)


def wide(row: Row, rng: random.Random) -> Row:
    fields = {f"column {place}": "" for place in range(rng.choice((50, 2000)))}
    return replace(row, value=row.value | fields, raw=None)


def long(row: Row, rng: random.Random) -> Row:
    return replace(row, value=row.value | {"note": "long " * rng.choice((300, 5000))}, raw=None)


SPOILED = {
    "null field": lambda row, rng: with_field(row, rng, None),
    "number field": lambda row, rng: with_field(row, rng, rng.choice((0, 5, 2.5, -1))),
    "true field": lambda row, rng: with_field(row, rng, True),
    "list field": lambda row, rng: with_field(row, rng, [[], {}, None, "x"]),
    "object field": lambda row, rng: with_field(row, rng, {"content": None, "": {"a": []}}),
    "blank field": lambda row, rng: with_field(row, rng, rng.choice(("", " \n\t", "\u2003"))),
    "half a surrogate pair": lambda row, rng: with_field(
        row, rng, rng.choice(("\ud83d", "x\udc00"))
    ),
    "odd turns": lambda row, rng: with_field(
        row, rng, [{"role": "tool", "content": "x"}, {"from": "gpt"}, 3, None]
    ),
    "deep field": lambda row, rng: with_field(row, rng, deep(rng.choice((5, 60)))),
    "missing field": without_field,
    "empty object": lambda row, rng: Row({}, None),
    "other schema": lambda row, rng: replace(rng.choice(LAYOUTS)(rng), texts=None),
    "no object": lambda row, rng: Row(rng.choice((None, [], ["x"], 3, "x", True, [[{}]])), None),
    "odd name": lambda row, rng: Row(
        row.value | {rng.choice(("", "\x00", "\n", "\u2028", "\ud83d", "id" * 500)): "x"}, None
    ),
    "same name in capitals": lambda row, rng: Row(
        row.value | {rng.choice(list(row.value)).upper(): "x"}, None
    ),
    "nested too deeply": raw_deep,
    "key twice": twice,
    "odd number": number,
    "escaped": escaped,
    "extra field": extra,
    "many fields": wide,
    "long field": long,
}
"""What can happen to a row -> how."""
