"""Programs that mean no harm: called as EvalPlus calls them."""

from dataclasses import replace
from pathlib import Path

import pytest

from diversify.config.score import ScoreOptions
from diversify.errors import ConfigError
from diversify.evaluation.sandbox.jail import jail
from diversify.evaluation.sandbox.run import Calls, Job, started
from diversify.evaluation.sandbox.values import value_of


def words(messages):
    return [message.word for message in messages]


def values(messages):
    return [value_of(message.value) for message in messages if message.word == "returned"]


def test_each_call_is_told_in_its_order(listen):
    told = listen("def f(a, b): return a, [b]", (1, "x"), ((2,), {3}))
    assert words(told) == ["loaded", "returned", "returned", "finished", "end"]
    assert values(told) == [(1, ["x"]), ((2,), [{3}])]
    assert [message.call for message in told[1:3]] == [0, 1]
    assert all(0 <= message.seconds < 5 for message in told)


def test_what_one_call_does_to_its_input_spoils_no_other(listen):
    shared = [3, 1, 2]
    told = listen("def f(x):\n x.sort()\n x.append(0)\n return x", (shared,), (shared,))
    assert values(told) == [[1, 2, 3, 0]] * 2
    assert shared == [3, 1, 2]


def test_what_a_call_returns_is_told_before_the_next_one_can_change_it(listen):
    told = listen("many = []\ndef f(x):\n many.append(x)\n return many", (1,), (2,))
    assert values(told) == [[1], [1, 2]]


def test_each_set_of_calls_finds_the_program_new(shut):
    calls = Calls(([],), 30.0)
    program = "seen = []\ndef f():\n seen.append(1)\n return len(seen)"
    with started(shut, Job(program, "f", (calls, calls))) as messages:
        assert values(messages) == [1, 1]


PECULIAR = {
    "prints": "import sys\nprint('x')\nprint('y', file=sys.stderr)\ndef f(): print(1); return 1",
    "writes to a descriptor": "import os\ndef f(): return os.write(1, b'x')",
    "defines our names": "def check(c): assert 0\ndef main(): pass\nsend = 0\ndef f(): return 1",
    "has a main part": "def f(): return 1\nif __name__ == '__main__': raise ValueError",
    "patches print": "import builtins\nbuiltins.print = builtins.len = None\ndef f(): return 1",
    "puts a stream of its own": "import sys\nsys.stdout = None\ndef f(): print(2); return 1",
    "computes with NumPy": "import numpy as np\ndef f(): return int(np.ones(3).sum()) - 2",
    "uses the standard library": "import collections, heapq, re, math, hashlib, decimal, random, "
    "statistics, itertools, tempfile, datetime, unittest, ctypes, sqlite3\ndef f(): return 1",
    "works in threads": "from concurrent.futures import ThreadPoolExecutor as T\n"
    "def f():\n with T(4) as pool: return sum(pool.map(int, '1000'))",
    "keeps a file of its own": "import pathlib\ndef f(): p = pathlib.Path('a'); "
    "return p.write_text('x')",
    "wants to read": "def f():\n try: input()\n except OSError: return 1",
    "leaves with a finally": "def f():\n try: return 1\n finally: pass",
}  # fmt: skip


@pytest.mark.parametrize("program", PECULIAR.values(), ids=PECULIAR)
def test_a_program_may_do_what_it_may_do_under_evalplus(listen, program):
    assert values(listen(program)) == [1]


FAILING = {
    "def f(): return 1 / 0": "ZeroDivisionError: division by zero",
    "def g(): pass": "KeyError: 'f'",
    "def f(:": "SyntaxError: invalid syntax (<string>, line 1)",
    "def f(): raise SystemExit": "SystemExit: ",
    "import sys\ndef f(): sys.exit(0)": "SystemExit: 0",
    "def f(): exit()": "TypeError: 'NoneType' object is not callable",
    "def f(): open('a', 'w')": "TypeError: 'NoneType' object is not callable",
    "import torch\ndef f(): pass": "ModuleNotFoundError: No module named 'torch'",
    "def f(): return f()": "RecursionError: maximum recursion depth exceeded",
    "def f(): raise ValueError('\x1b[2J' + 'a' * 999)": "ValueError: ?[2J" + "a" * 184 + "...",
}  # fmt: skip


@pytest.mark.parametrize(("program", "reason"), FAILING.items(), ids=FAILING.values())
def test_an_exception_ends_the_calls_and_is_told_in_one_line(listen, program, reason):
    told = [message for message in listen(program, [], []) if message.word != "loaded"]
    assert words(told) == ["raised", "end"]
    assert told[0].words == reason


def test_the_order_of_a_set_is_the_same_in_every_run(listen):
    program = "def f(): return list({'a', 'b', 'c', 'd', 'e', 'f'})"
    assert values(listen(program)) == values(listen(program))


def test_a_call_that_is_too_slow_is_told_and_the_next_one_is_not_made(listen):
    told = listen("import time\ndef f(): time.sleep(9)", [], [], limits=(0.1, 0.1))
    assert words(told) == ["loaded", "late", "end"]


def test_a_generator_is_told_as_a_list_where_that_is_asked_for(shut):
    job = Job("def f(): return (n for n in (1, 2))", "f", (Calls(([],), 30.0),), listed=True)
    with started(shut, job) as messages:
        assert values(messages) == [[1, 2]]


def test_all_sandboxes_can_be_ended_at_once(shut):
    job = Job("def f():\n while True: pass", "f", (Calls(([],), 60.0),))
    with started(shut, job) as messages:
        assert next(messages).word == "loaded"
        shut.end_all()
        assert words(messages) == ["broken"]


def test_without_bubblewrap_the_run_refuses_and_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(ConfigError, match=r"install it .* or .*--unsafe-exec"),
        jail(ScoreOptions()),
    ):
        pass


def test_a_sandbox_that_does_not_start_is_no_failure_of_the_program(shut):
    command = tuple(word if word != "--remount-ro" else "--no-such" for word in shut.command)
    job = Job("def f(): return 1", "f", (Calls(([],), 1.0),))
    with (
        pytest.raises(ConfigError, match=r"does not start \(.*no-such"),
        started(replace(shut, command=command), job) as messages,
    ):
        list(messages)


def test_with_unsafe_exec_a_program_runs_with_limits_alone(listen):
    with jail(ScoreOptions(unsafe_exec=True, memory_mb=512)) as free:
        assert not free.is_safe
        told = listen("import os\nimport numpy\ndef f(): return os.listdir('/')", where=free)
        assert sorted(values(told)[0]) == sorted(path.name for path in Path("/").iterdir())
        assert words(listen("def f(): return [0] * 10**9", where=free)) == [
            "loaded",
            "raised",
            "end",
        ]
        assert free.folder.is_dir()
    assert not free.folder.exists()
