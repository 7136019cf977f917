"""Try many hostile files: `python -m tests.fuzz --cases 100000 --seed 0`."""

import argparse
import sys
import time

from .command_line import try_by_command_line
from .laws import try_case
from .trial import Trial, try_all

STEP = 5000
"""Cases after which the fuzzer says how far it is."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="seed of the first case")
    parser.add_argument("--command-line", action="store_true", help="through `diversify ingest`")
    given = parser.parse_args()
    attempt = try_by_command_line if given.command_line else try_case
    end = given.seed + given.cases
    trial, begun = Trial(), time.monotonic()
    for start in range(given.seed, end, STEP):
        known = len(trial.faults)
        try_all(range(start, min(start + STEP, end)), attempt, trial)
        for fault in trial.faults[known:]:
            print(fault, flush=True)
        print(f"to seed {min(start + STEP, end) - 1}: {trial}", file=sys.stderr, flush=True)
    print(f"{given.cases} cases in {time.monotonic() - begun:.0f} s: {trial}")
    sys.exit(1 if trial.faults else 0)


if __name__ == "__main__":
    main()
