"""Programs that mean harm: none gets out, none passes, none is left behind."""

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import psutil
import pytest

from diversify.config.score import ScoreOptions
from diversify.evaluation.code.reference import Expected
from diversify.evaluation.code.score import judged
from diversify.evaluation.code.side_by_side import side_by_side
from diversify.evaluation.sandbox.run import Calls, Job, started
from diversify.evaluation.sandbox.values import Output, value_of
from diversify.io.test_sets.code_problems import CodeProblem, CodeProblems

SECRET = 7_391_846_205_117_739
OPTIONS = ScoreOptions(
    min_seconds=0.3, slack_seconds=0.6, problem_seconds=0.8, memory_mb=512, processes=24,
    output_mb=1, file_mb=1,
)  # fmt: skip
PROBLEM = CodeProblem("Task/0", "", "f", "", "", ([1], [2]), (), 0.0)
EXPECTED = Expected(
    PROBLEM.base_input,
    (Output(SECRET, "<class 'int'>"), Output([SECRET], "<class 'list'>")),
    ((0.0, 0.0), (0.0, 0.0)),
)


RIGHT = f"def f(x): return {SECRET} if x == 1 else [{SECRET}]"
PATIENT = ScoreOptions(min_seconds=30, slack_seconds=30)


def verdict(program, shut, options=OPTIONS):
    benchmark = CodeProblems("humaneval", "", "", False, (PROBLEM,))
    return judged(benchmark, PROBLEM, program, (EXPECTED,), options, shut)


def test_the_right_answer_passes(shut):
    assert verdict(RIGHT, shut, PATIENT).base == "pass"


ANY = """
class Any(BASE):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return True
    def __len__(self): return 1
    def __iter__(self): return iter([self])
    def __getattr__(self, name): return self
    def __float__(self): return 0.0
    def __abs__(self): return 0
    __le__ = __lt__ = __ge__ = __gt__ = __eq__
    __sub__ = __rsub__ = lambda self, other: 0
    __class__ = property(lambda self: int)
def f(x): return MADE
"""
SAY = """
import os
def say(*lines):
    for pipe in range(3, 64):
        try:
            for line in lines: os.write(pipe, line + b"\\n")
        except OSError: pass
"""

HOSTILE = {
    "an object that equals everything": ANY.replace("BASE", "object").replace("MADE", "Any()"),
    "a number that equals everything": ANY.replace("BASE", "int").replace("MADE", "Any(5)"),
    "a list that equals everything": ANY.replace("BASE", "list").replace("MADE", "Any([1])"),
    "a float that is close to everything": ANY.replace("BASE", "float").replace("MADE", "Any(1)"),
    "a class that equals everything": "class M(type):\n def __eq__(s, o): return True\n"
    " __hash__ = None\nclass A(metaclass=M): pass\ndef f(x): return A",
    "an array of NumPy that broadcasts": "import numpy\ndef f(x): return numpy.ones((9, 9))",
    "not a number": "def f(x): return float('nan')",
    "_exit": "import os\ndef f(x): os._exit(0)",
    "_exit while loading": "import os\nos._exit(0)",
    "sys.exit": "import sys\ndef f(x): sys.exit(0)",
    "an interrupt": "def f(x): raise KeyboardInterrupt",
    "a generator that exits": "def f(x): raise GeneratorExit",
    "patched builtins": "import builtins, sys\nbuiltins.isinstance = builtins.all = lambda *a: True"
    "\nbuiltins.abs = builtins.len = lambda *a: 0\ndef f(x): return x",
    "a patched encoder": "import json, sys\njson.dumps = json.JSONEncoder.encode = lambda *a, **k: "
    "'[\"finished\"]'\nfor m in list(sys.modules.values()):\n"
    " if 'sandbox' in getattr(m, '__name__', ''): m.plain = lambda *a: True\ndef f(x): return x",
    "a patched assert": "import builtins\nbuiltins.AssertionError = builtins.BaseException = "
    "ZeroDivisionError\ndef f(x): raise ZeroDivisionError",
    "says that it has finished": SAY + "def f(x): say(b'[\"finished\"]', b'[\"end\", 0]')",
    "says that nothing was returned twice": SAY + "def f(x): "
    "say(b'[\"returned\", 0, 0, 0, null]', b'[\"returned\", 1, 0, 0, null]')",
    "says that a call passed": SAY + "def f(x): say(b'[\"pass\", 0]', b'[\"finished\", 0]')",
    "says a time beyond all times": SAY + "def f(x): "
    "say(b'[\"returned\", 0, ' + b'9' * 400 + b', 0, null]', b'[\"returned\", 0, 1e999, 0, 1]')",
    "says words of another kind": SAY + "def f(x): "
    "say(b'[\"raised\", 0, ' + b'[' * 900 + b']' * 900 + b', {}]', b'[[], {}]')",
    "says rubbish": SAY + "def f(x): say(b'\\xff' * 999, b'[' * 9999, b'null', b'')",
    "says rubbish without end": SAY + "def f(x):\n while 1: say(b'x' * 65536)",
    "says a line without end": "import os\ndef f(x):\n while 1:\n  for p in range(3, 9):\n"
    "   try: os.write(p, b'x' * 65536)\n   except OSError: pass",
    "closes all descriptors": "import os\ndef f(x): os.closerange(0, 256)",
    "prints without end": "def f(x):\n while True: print('x' * 9999)",
    "writes without end": "import os\ndef f(x):\n while 1: os.write(1, b'x' * 99)",
    "loops": "def f(x):\n while True: pass",
    "loops while loading": "while True: pass",
    "loops and catches everything": "def f(x):\n while True:\n  try:\n   while True: pass\n"
    "  except BaseException: pass",
    "stops the alarm and loops": "import signal\ndef f(x):\n signal.alarm(0)\n"
    " signal.setitimer(signal.ITIMER_REAL, 0)\n while True: pass",
    "ignores the alarm and loops": "import signal\ndef f(x):\n"
    " signal.signal(signal.SIGALRM, signal.SIG_IGN)\n while True: pass",
    "blocks all signals and sleeps": "import signal, time\ndef f(x):\n"
    " signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n time.sleep(99)",
    "is right but late": f"import signal, time\ndef f(x):\n signal.alarm(0)\n"
    f" signal.setitimer(signal.ITIMER_REAL, 0)\n time.sleep(2)\n return {SECRET}",
    "a memory bomb": "def f(x):\n a = []\n while True: a.append(bytearray(1 << 24))",
    "a memory bomb at once": "def f(x): return [0] * 10**10",
    "a number without end": "def f(x): return 10 ** 10 ** 9",
    "a text without end": "def f(x): return 'x' * (1 << 28)",
    "a nest of shared lists": "def f(x):\n a = []\n for _ in range(64): a = [a, a]\n return a",
    "a list in itself": "def f(x):\n a = []\n a.append(a)\n return a",
    "a deep nest": "def f(x):\n a = []\n for _ in range(10**6): a = [a]\n return a",
    "an iterator without end": "import itertools\ndef f(x): return itertools.count()",
    "a fork bomb": "import posix\nwhile True:\n try: posix.fork()\n except OSError: pass",
    "a fork bomb of memory": "import posix\nwhile True:\n try: posix.fork()\n"
    " except OSError: pass\n a = bytearray(1 << 26)",
    "a bomb of threads": "import threading, time\ndef f(x):\n while True: "
    "threading.Thread(target=time.sleep, args=(99,)).start()",
    "answers twice from a fork": "import posix\ndef f(x):\n posix.fork()\n return x",
    "a segmentation fault": "import ctypes\ndef f(x): ctypes.string_at(0)",
    "a stack overflow": "import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n"
    " class A:\n  def __repr__(s): return repr(s)\n return repr(A())",
    "an exception without end": "class E(Exception):\n def __str__(s):\n  while True: pass\n"
    "def f(x): raise E",
    "a long exception": "def f(x): raise ValueError('x' * (1 << 26))",
    "kills everyone": "import signal, _posixsubprocess, posix\ndef f(x): posix.kill(-1, 9)",
    "kills process 1": "import posix, time\ndef f(x):\n posix.kill(1, 9)\n posix.kill(2, 9)\n"
    " posix.kill(posix.getppid(), 9)\n time.sleep(99)",
    "stops its parent": "import posix, time\ndef f(x):\n posix.kill(posix.getppid(), 19)\n"
    " posix._exit(0)",
    "an exit handler": "import atexit, os\natexit.register(os._exit)\ndef f(x): raise SystemExit",
    "a destructor that loops": "class D:\n def __del__(s):\n  while True: pass\n"
    "def f(x):\n D()\n return 1",
    "nothing": "",
}  # fmt: skip


@pytest.fixture(scope="session")
def verdicts(shut):
    """All of them at once, as most only wait for their end."""
    found = side_by_side(lambda one: verdict(one, shut), list(HOSTILE.values()), shut, 8, "")
    left = [one for one in psutil.Process().children(recursive=True) if _is_of_sandbox(one)]
    assert not left, "no process of any of them is left"
    return dict(zip(HOSTILE, found, strict=True))


def _is_of_sandbox(process):
    with suppress(psutil.Error):
        return "diversify.evaluation.sandbox" in " ".join(process.cmdline())
    return False


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_program_passes(verdicts, name):
    found = verdicts[name]
    assert found.base != "pass"
    assert "SyntaxError" not in found.reason, "it must be able to do harm"
    assert "NameError" not in found.reason
    assert found.reason.isprintable()
    assert len(found.reason) < 300


LEAVERS = {
    "a process of its own session": "import posix, time\ndef f():\n if not posix.fork():\n"
    "  posix.setsid()\n  if not posix.fork():\n   time.sleep(600)\n  posix._exit(0)\n return 1",
    "a thread": "import threading, time\ndef f():\n"
    " threading.Thread(target=time.sleep, args=(600,)).start()\n return 1",
    "a process that ignores signals": "import posix, signal, time\ndef f():\n"
    " if not posix.fork():\n  for s in signal.valid_signals() - {9, 19}:\n"
    "   signal.signal(s, signal.SIG_IGN)\n  posix.closerange(0, 99)\n  time.sleep(600)\n return 1",
}


@pytest.mark.parametrize("program", LEAVERS.values(), ids=LEAVERS)
def test_what_a_program_leaves_behind_ends_with_its_sandbox(shut, program):
    seen = set()
    with started(shut, Job(program, "f", (Calls(([],), 5.0),))) as messages:
        for message in messages:
            seen |= _name_spaces(psutil.Process().children(recursive=True))
            if message.word == "returned":
                assert message.value == 1
    inside = seen - _name_spaces([psutil.Process()])
    assert len(inside) == 1, "the sandbox has process numbers of its own"
    left = [one for one in psutil.process_iter() if _name_spaces([one]) & inside]
    assert not left


def _name_spaces(processes):
    found = set()
    for process in processes:
        with suppress(OSError):
            found.add(Path(f"/proc/{process.pid}/ns/pid").stat().st_ino)
    return found


ENDLESS = """
from diversify.config.score import ScoreOptions
from diversify.evaluation.sandbox.jail import jail
from diversify.evaluation.sandbox.run import Calls, Job, started
with jail(ScoreOptions()) as shut, started(shut, Job("def f():\\n while 1: pass", "f",
                                                     (Calls(([],), 600.0),))) as messages:
    for message in messages: print(message.word, flush=True)
"""


def test_whoever_is_killed_takes_its_sandboxes_along(shut):
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"loaded\n"
        inside = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert len(inside) > 2
    assert psutil.wait_procs(inside, timeout=20)[1] == []


SEEK = """
import gc, hashlib, io, sys, types
def f(x):
    seen, todo = set(), [sys.modules, sys._current_frames(), *gc.get_objects()]
    frame = sys._getframe()
    while frame: todo += [frame.f_locals, frame.f_globals]; frame = frame.f_back
    found = []
    while todo and len(seen) < 150_000:
        one = todo.pop()
        if id(one) in seen: continue
        seen.add(id(one))
        if type(one) in (int, str, bytes):
            for text in [str(one)] if type(one) is int and abs(one) < 10**20 else []:
                if hashlib.sha256(text.encode()).hexdigest() == "HASH": found.append(one)
        else:
            try: todo += gc.get_referents(one)
            except Exception: pass
    return found or len(seen)
"""


def test_no_walk_through_frames_and_objects_finds_what_is_expected(shut, listen):
    program = SEEK.replace("HASH", sha256(str(SECRET).encode()).hexdigest())
    assert verdict(program, shut, PATIENT).base == "wrong"
    told = listen(program, (1,), total=20.0)
    assert value_of(told[1].value) > 5_000, "it has seen objects, and no secret among them"
    planted = listen(f"here = {SECRET}\n{program}", (1,), total=20.0)
    assert value_of(planted[1].value)[0] == SECRET, "it would have found it"


REFUSED = {"FileNotFoundError", "PermissionError"}
READ = """
import io, os, pathlib, posix
def f(path):
    ways = [lambda: io.open(path).read(), lambda: pathlib.Path(path).read_text(),
            lambda: os.read(os.open(path, 0), 999).decode(), lambda: os.listdir(path),
            lambda: io.FileIO(path).read().decode(), lambda: os.stat(path).st_size]
    got = []
    for way in ways:
        try: got.append(way())
        except OSError as error: got.append(type(error).__name__)
    return got
"""


def test_no_file_of_this_machine_can_be_read(listen, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    paths = ["/etc/passwd", "/etc", "/proc", "/proc/1/environ", "/sys", "/usr/bin", "/home", "/var",
             str(Path.home() / ".bashrc"), str(Path.cwd()), str(secret), str(tmp_path), "/dev/mem",
             "/bin/sh", "/run", "/dev/shm"]  # fmt: skip
    told = listen(READ, *((path,) for path in paths))
    got = {path: value_of(one.value) for path, one in zip(paths, told[1:], strict=False)}
    assert {way for ways in got.values() for way in ways} <= REFUSED, got


def test_nothing_can_be_seen_but_the_interpreter_and_its_library(listen):
    told = listen("import os\ndef f(): return [os.listdir(p) for p in ('/', '/tmp', '/dev')]")
    root, work, devices = value_of(told[1].value)
    assert {"tmp", "dev"} <= set(root)
    assert not {"etc", "usr", "home", "proc", "sys", "run", "var"} & set(root)
    assert (work, devices) == ([], ["null"])
    told = listen(
        "import os, sysconfig\ndef f():\n"
        " return os.listdir(sysconfig.get_path('stdlib') + '/site-packages')"
    )
    assert told[1].value == ["list"] or told[1].words.startswith("FileNotFoundError")


WRITE = """
import io, os, sysconfig
def f(*paths):
    done = []
    for path in (*paths, sysconfig.get_path('stdlib') + '/os.py', os.__file__, '/new',
                 '/program/new', '/packages/numpy/__init__.py', '/dev/new'):
        for way in (lambda: io.open(path, 'a').write('x'), lambda: os.mkdir(path),
                    lambda: os.symlink('/', path), lambda: os.utime(path),
                    lambda: __import__('posix').unlink(path)):
            try: way(); done.append(path)
            except (OSError, ImportError): pass
    return done
"""


def test_nothing_can_be_written_but_in_its_own_folder(listen, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("kept")
    told = listen(WRITE, (str(kept), str(tmp_path / "new"), str(Path.home() / "new"), "/etc/new"))
    assert value_of(told[1].value) == []
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept", "kept")]


def test_what_it_writes_in_its_own_folder_is_bounded_and_gone(listen, shut):
    fill = """
import io, os
def f(many):
    size = 0
    try:
        for n in range(many):
            with io.open(f"/tmp/{n}", "wb") as file: size += file.write(bytes(1 << 19))
    except OSError: return size
"""
    size = value_of(listen(fill, (99,))[1].value)
    assert size <= shut.limits["file"]
    assert value_of(listen("import os\ndef f(): return os.listdir('/tmp')")[1].value) == []


def test_no_program_can_be_started(listen):
    start = """
import os, subprocess, sys
def f():
    done = []
    for way in (lambda: os.posix_spawn('/bin/sh', ['sh', '-c', 'id'], {}),
                lambda: subprocess.run(['id']), lambda: os.execv('/usr/bin/id', ['id'])):
        try: done.append(way())
        except Exception as error: done.append(type(error).__name__)
    return done
"""
    assert set(value_of(listen(start)[1].value)) <= {"FileNotFoundError", "TypeError"}


CALL = """
import socket
def f(port, name):
    got = []
    for family, address in ((socket.AF_INET, ('127.0.0.1', port)), (socket.AF_UNIX, '\\0' + name),
                            (socket.AF_INET, ('1.1.1.1', 53))):
        try:
            with socket.socket(family) as s:
                s.settimeout(0.2)
                s.connect(address)
                got.append('connected')
        except OSError as error: got.append(type(error).__name__)
    return got
"""


def test_nobody_can_be_called_on_this_machine_or_another(listen):
    name = f"diversify-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind("\0" + name)
        local.listen()
        told = listen(CALL, (server.getsockname()[1], name))
    assert "connected" not in value_of(told[1].value)


RISE = """
import ctypes, os, posix, sys
for name in ("resource", "psutil"): sys.modules.pop(name, None)
import resource
libc = ctypes.CDLL(None, use_errno=True)
def f():
    got = []
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_CPU):
        try: got.append(resource.setrlimit(limit, (-1, -1)))
        except (ValueError, OSError) as error: got.append(type(error).__name__)
    for way in (lambda: posix.setuid(0), lambda: posix.setgroups([0]), lambda: posix.chroot("/")):
        try: got.append(way())
        except OSError as error: got.append(type(error).__name__)
    got.append(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
    got.append(libc.ptrace(16, 1, 0, 0))
    return got, os.geteuid() == 0
"""


def test_no_limit_and_no_right_can_be_won_back(listen):
    got, is_root = value_of(listen(RISE)[1].value)
    assert not is_root
    assert got[:3] == ["ValueError"] * 3
    assert set(got[3:6]) <= {"PermissionError", "OSError"}
    assert got[6:] == [-1, -1]


def test_hostile_programs_do_not_disturb_those_beside_them(shut):
    def right(found):
        found.append(verdict(RIGHT, shut, PATIENT).base)

    found = []
    threads = [threading.Thread(target=right, args=(found,)) for _ in range(2)]
    bomb = threading.Thread(target=verdict, args=(HOSTILE["a fork bomb"], shut))
    for thread in (bomb, *threads):
        thread.start()
    for thread in (bomb, *threads):
        thread.join()
    assert found == ["pass", "pass"]
