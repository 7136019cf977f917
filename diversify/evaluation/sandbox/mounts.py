"""What the sandbox shows of this machine: the interpreter, its standard library, and NumPy."""

import functools
import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

LIBRARY = re.compile(r"(?:(\S+) => )?(/\S+) \(0x[0-9a-f]+\)")
"""A line of `ldd`: the name that is asked for, where there is one, and the file."""
WINDOWS = ("_tkinter", "_curses")
"""Beginnings of extension modules that draw windows; EvalPlus takes tkinter away, too."""
OWN_FOLDER = "/program"
PACKAGES = "/packages"


@dataclass(frozen=True)
class Mounts:
    """Files and folders of this machine, each with the place where the sandbox has it."""

    executable: str
    standard_library: str
    hidden: tuple[str, ...]
    """Folders in the standard library's that hold other people's packages."""
    libraries: tuple[tuple[str, str], ...]
    """Shared libraries that all this needs."""
    own: tuple[tuple[str, str], ...]
    """The program that runs inside."""
    packages: tuple[tuple[str, str], ...]
    """NumPy, because programs find it under EvalPlus as well; no other package."""


@functools.cache
def mounts() -> Mounts:
    """Find what a program needs to run here; asks `ldd` once.

    The interpreter is the one that runs us, without its virtual environment.
    """
    # a virtual environment's interpreter is a link to this one
    executable = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    standard = Path(sysconfig.get_path("stdlib"))
    numpy = _numpy()
    extensions = [
        file
        for file in sorted((standard / "lib-dynload").glob("*.so"))
        if not file.name.startswith(WINDOWS)
    ]
    extensions += [file for folder in numpy for file in sorted(folder.rglob("*.so*"))]
    inside = tuple(map(str, (standard, *numpy)))
    return Mounts(
        executable=executable,
        standard_library=str(standard),
        hidden=tuple(
            str(standard / name)
            for name in ("site-packages", "dist-packages")
            if (standard / name).is_dir()
        ),
        libraries=tuple(
            (os.path.realpath(file), file)
            for file in _needed([executable, *map(str, extensions)])
            if not os.path.realpath(file).startswith(inside)
        ),
        own=((str(Path(__file__).parent), f"{OWN_FOLDER}/diversify/evaluation/sandbox"),),
        packages=tuple((str(folder), f"{PACKAGES}/{folder.name}") for folder in numpy),
    )


def _numpy() -> list[Path]:
    """Give the folders of NumPy: the package, and the libraries that its wheel brings."""
    found = importlib.util.find_spec("numpy")
    if not found or not found.origin:
        return []
    package = Path(found.origin).parent
    brought = package.with_name("numpy.libs")
    return [package, *([brought] if brought.is_dir() else [])]


def _needed(files: list[str]) -> list[str]:
    """Give the shared libraries that files are linked to, under the names that are asked for."""
    try:
        told = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return []  # not a Linux, so there is no bubblewrap either
    return sorted({match[2] for match in LIBRARY.finditer(told)})
