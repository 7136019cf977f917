"""Rules of a Markov algorithm: by name, from a file, or spelled out."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from diversify.errors import ConfigError, DataError
from diversify.synth.markov import ARROW, Rule, parse_rule

FOLDER = files("diversify") / "algorithms"
ENDING = ".rules"
COMMENT = "#"


def read_rules(given: str) -> list[Rule]:
    """Read rules: `ab -> ba; b ->. c` as it stands, else an algorithm of the package, or a file.

    A file holds a rule in each line; blank lines and lines that begin with # are passed over.

    Raises:
        ConfigError: there is no such algorithm or file, or rules spelled out are malformed.
        DataError: a file cannot be read, or a line of it is no rule; it is named.
    """
    if ARROW in given:
        return _spelled_out(given)
    known = algorithm_names()
    if given in known:
        return _parsed((FOLDER / f"{given}{ENDING}").read_text("utf-8").split("\n"), given)
    path = Path(given)
    if not path.exists():
        raise ConfigError(
            f"{given!r}: no such file: give a file of rules, one of {', '.join(known)}, "
            "or rules such as 'ab -> ba; b -> c'"
        )
    try:
        return _parsed(path.read_text("utf-8-sig").split("\n"), str(path))
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error


def algorithm_names() -> list[str]:
    """Name the algorithms that come with the package."""
    return sorted(
        entry.name.removesuffix(ENDING) for entry in FOLDER.iterdir() if entry.name.endswith(ENDING)
    )


def _spelled_out(given: str) -> list[Rule]:
    rules = []
    for number, text in enumerate(given.removesuffix(";").split(";"), start=1):
        if text.lstrip().startswith(COMMENT):
            raise ConfigError(f"rule {number}: # begins a comment in files: take another symbol")
        try:
            rules.append(parse_rule(text))
        except ValueError as error:
            raise ConfigError(f"rule {number}: {error}") from error
    return rules


def _parsed(lines: Iterable[str], name: str) -> list[Rule]:
    rules = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text and not text.startswith(COMMENT):
            try:
                rules.append(parse_rule(text))
            except ValueError as error:
                raise DataError(f"{name}:{number}: {error}") from error
    if not rules:
        raise DataError(f"{name}: holds no rule: write one a line, such as `ab -> ba`")
    return rules
