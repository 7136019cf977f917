"""A conda channel in a folder, with two packages: this Python, and its pip.

`python` holds links to the interpreter that runs the tests, laid out as a virtual environment, so
that an environment made of it has packages of its own. `pip` is the pip installed here, whole.
"""

import bz2
import hashlib
import io
import json
import platform
import sys
import tarfile
from importlib.metadata import distribution
from pathlib import Path

SITE_PACKAGES = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
MADE = 1_700_000_000  # a date for all, so that a channel's bytes depend on what it holds alone


def make_channel(folder: Path) -> str:
    """Write the channel and give its address."""
    packages = [python_package(), pip_package()]
    records = {}
    (folder / "noarch").mkdir(parents=True)
    for about, files in packages:
        name = f"{about['name']}-{about['version']}-{about['build']}.tar.bz2"
        content = packed(about, files)
        (folder / "noarch" / name).write_bytes(content)
        sums = {kind: hashlib.new(kind, content).hexdigest() for kind in ("md5", "sha256")}
        records[name] = {**about, **sums, "size": len(content)}
    repodata = {"info": {"subdir": "noarch"}, "packages": records, "repodata_version": 1}
    (folder / "noarch" / "repodata.json").write_text(json.dumps(repodata))
    return folder.as_uri()


def python_package() -> tuple[dict, dict[str, bytes | Path]]:
    """Links to the base interpreter, and the file that makes their folder an environment."""
    base = Path(sys._base_executable).resolve()
    home = f"home = {base.parent}\ninclude-system-site-packages = false\n"
    minor = f"bin/python{sys.version_info.major}.{sys.version_info.minor}"
    links = dict.fromkeys(["bin/python", "bin/python3", minor], base)
    return described("python", platform.python_version()), {"pyvenv.cfg": home.encode(), **links}


def pip_package() -> tuple[dict, dict[str, bytes | Path]]:
    """The pip of this environment, as it is installed."""
    installed = distribution("pip")
    files = {
        f"{SITE_PACKAGES}/{file}": Path(installed.locate_file(file)).read_bytes()
        for file in installed.files
        if file.suffix != ".pyc" and ".." not in file.parts
    }
    return described("pip", installed.version, "python"), files


def described(name: str, version: str, *depends: str) -> dict:
    """What a channel says of a package."""
    return {
        "name": name, "version": version, "build": "0", "build_number": 0,
        "depends": list(depends), "subdir": "noarch", "noarch": "generic", "timestamp": MADE * 1000,
    }  # fmt: skip


def packed(about: dict, files: dict[str, bytes | Path]) -> bytes:
    """Pack files, and links to where a path leads, as conda does."""
    listed = [
        {
            "_path": name,
            "path_type": "softlink" if isinstance(held, Path) else "hardlink",
            "sha256": hashlib.sha256(b"" if isinstance(held, Path) else held).hexdigest(),
            "size_in_bytes": 0 if isinstance(held, Path) else len(held),
        }
        for name, held in files.items()
    ]
    info = {
        "info/index.json": json.dumps(about).encode(),
        "info/paths.json": json.dumps({"paths": listed, "paths_version": 1}).encode(),
        "info/files": "\n".join(files).encode(),
    }
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, held in {**info, **files}.items():
            member = tarfile.TarInfo(name)
            member.mtime = MADE
            if isinstance(held, Path):
                member.type, member.linkname = tarfile.SYMTYPE, str(held)
                archive.addfile(member)
            else:
                member.size = len(held)
                archive.addfile(member, io.BytesIO(held))
    return bz2.compress(plain.getvalue(), 1)
