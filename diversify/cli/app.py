"""`diversify`: the commands by name, and how a user's mistake is shown."""

import ast
import os
import sys
from pathlib import Path
from typing import NoReturn

from cyclopts import App, CycloptsError
from cyclopts import ValidationError as CycloptsValidationError
from pydantic import ValidationError

from diversify import __version__
from diversify.cli.output import say
from diversify.config.settings import faults
from diversify.errors import UserError
from diversify.io.orphan import stop_with_its_run
from diversify.io.whole import cannot_write

FOLDER = Path(__file__).parent
BAD_INPUT = UserError.code
INTERRUPTED = 130
OUT_OF_MEMORY = (
    "out of memory: take fewer rows or a larger machine; `diversify mix --dry-run` says beforehand "
    "what a mix will take"
)

app = App(
    name="diversify",
    help="With a fixed number of training rows, which rows?",
    version=f"diversify {__version__}",
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # `main` says that it was interrupted
)
rewrite = App(name="rewrite", help="Rewrite strings by hand, rule by rule.", sort_key=98)
synth = App(name="synth", help="Make a corpus on the spot, with every answer known.", sort_key=0)
shard = App(name="shard", help="The steps of an experiment in shards.", sort_key=96)
recipe = App(name="recipe", help="Show the arms and recipes that come with it.", sort_key=97)
config = App(name="config", help="Check a config file, or print its schema.", sort_key=99)

STAGES = (
    "ingest", "dedup", "decontaminate", "embed", "cluster", "mix", "sft", "evaluate", "generate",
    "score", "lm-eval", "tabulate", "verify", "measure", "map", "benchmarks", "threshold", "report",
)  # fmt: skip


def add(to: App, name: str, module: str, function: str) -> None:
    """Add a command that is imported when it is called; its help is read, not imported."""
    source = (FOLDER / f"{module}.py").read_text(encoding="utf-8")
    defined = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    text = next(ast.get_docstring(node) for node in defined if node.name == function)
    paragraphs = [" ".join(part.split()) for part in (text or "").split("\n\n")]
    place = len(list(to))  # commands are listed in the order of the stages
    to.command(
        f"diversify.cli.{module}:{function}",
        name=name,
        help="\n\n".join(paragraphs),
        sort_key=place,
    )


app.command(synth)
for stage in STAGES:
    add(app, stage, stage.replace("-", "_"), stage.replace("-", "_"))
app.command(config)
app.command(shard)
app.command(rewrite)
app.command(recipe)
add(recipe, "show", "recipe_show", "recipe_show")
add(rewrite, "run", "rewrite_run", "rewrite_run")
for corpus in ("rewrite", "algebra", "markov", "editing"):
    add(synth, corpus, f"synth_{corpus}", f"synth_{corpus}")
for step in ("rows", "keys", "twins", "summary"):
    add(shard, step, "shard", step)
for step in ("gather", "space", "candidates"):
    add(shard, step, "shard_pool", step)
for question in ("check", "schema"):
    add(config, question, "config", question)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in one line on stderr and exit code 2."""
    stop_with_its_run()
    try:
        app(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except UserError as error:
        _fail(str(error), error.code)
    except CycloptsValidationError as error:
        _fail(_of_options(error))
    except CycloptsError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        print("diversify: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # whoever read our output has gone, as `head` does; do not complain again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except MemoryError:
        _fail(OUT_OF_MEMORY)
    except OSError as error:
        line = cannot_write(Path(error.filename or "."), error)
        if line is None:
            raise
        _fail(line)


def _fail(message: str, code: int = BAD_INPUT) -> NoReturn:
    for line in message.splitlines():
        say(f"diversify: {line}")
    sys.exit(code)


def _of_options(error: CycloptsValidationError) -> str:
    """Name options as flags: `--core-share: ...`."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return str(error)
    return "\n".join(_as_flag(line) for line in faults(cause))


def _as_flag(line: str) -> str:
    name, colon, rest = line.partition(": ")
    return f"--{name.replace('_', '-')}{colon}{rest}" if name.isidentifier() else line
