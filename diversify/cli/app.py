"""`diversify`: the commands by name, and how a user's mistake is shown."""

import os
import sys
from typing import NoReturn

from cyclopts import App, CycloptsError
from cyclopts import ValidationError as CycloptsValidationError
from pydantic import ValidationError

from diversify import __version__
from diversify.config.settings import faults
from diversify.errors import UserError

BAD_INPUT = 2
INTERRUPTED = 130

app = App(
    name="diversify",
    help="With a fixed number of training rows, which rows?",
    version=f"diversify {__version__}",
    help_format="plaintext",
    result_action="return_value",
)
synth = App(name="synth", help="Make a corpus on the spot, with every answer known.")
config = App(name="config", help="Check a config file, or print its schema.")

# commands load when they are called; the lines stand here so that `--help` loads none of them
COMMANDS = {
    "ingest": "Read instruction files of any layout into one row table.",
    "dedup": "Keep one row of each group that asks the same.",
    "decontaminate": "Drop rows that give a test item away.",
    "embed": "Turn each row into a vector.",
    "cluster": "Group the embedded rows by k-means.",
    "mix": "Draw a mix of exactly the budget.",
    "sft": "Train a model on rows, from a checkpoint or from scratch.",
    "evaluate": "Score a trained model by exact match and loss.",
    "map": "Lay the embedded instructions out in a plane.",
    "report": "Show on one page what was run and what came of it.",
}
SYNTH = {
    "rewrite": "Make string-rewriting rules and examples of them.",
    "editing": "Make a corpus of string editing in plain words.",
}
CONFIG = {
    "check": "Check config files and list every fault.",
    "schema": "Print the JSON schema of config files.",
}

for name, line in COMMANDS.items():
    app.command(f"diversify.cli.{name}:{name}", name=name, help=line)
for name, line in SYNTH.items():
    synth.command(f"diversify.cli.synth_{name}:synth_{name}", name=name, help=line)
for name, line in CONFIG.items():
    config.command(f"diversify.cli.config:{name}", name=name, help=line)
app.command(synth)
app.command(config)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in one line on stderr and exit code 2."""
    try:
        app(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except UserError as error:
        _fail(str(error))
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


def _fail(message: str) -> NoReturn:
    for line in message.splitlines():
        print(f"diversify: {line}", file=sys.stderr)
    sys.exit(BAD_INPUT)


def _of_options(error: CycloptsValidationError) -> str:
    """Name options as flags: `--core-share: ...`."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return str(error)
    return "\n".join(_as_flag(line) for line in faults(cause))


def _as_flag(line: str) -> str:
    name, colon, rest = line.partition(": ")
    return f"--{name.replace('_', '-')}{colon}{rest}" if name.isidentifier() else line
