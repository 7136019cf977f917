"""The wheel and the sdist: built, installed where no checkout is, and used from an empty folder."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build")
pytestmark = pytest.mark.workflow

ROOT = Path(__file__).parents[2]


def git(*words):
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The tracked files, as a clone has them."""
    folder = tmp_path_factory.mktemp("source")
    subprocess.run(["tar", "x", "-C", folder], input=git("archive", "HEAD"), check=True)
    return folder


def build(source, out, *words):
    # without hatchling here, build fetches it into an environment of its own
    here = ["--no-isolation"] * (importlib.util.find_spec("hatchling") is not None)
    words = ["-m", "build", "--outdir", str(out), *here, *words, str(source)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(source, tmp_path_factory):
    """The sdist, and the wheel that is built from it."""
    out = tmp_path_factory.mktemp("dist")
    build(source, out)
    [wheel], [sdist] = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, sdist


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(built):
    tracked = git("ls-files", "diversify").decode().splitlines()
    presets = git("ls-files", "workflow/presets").decode().splitlines()
    expected = {*tracked, *(f"diversify/presets/{Path(one).name}" for one in presets)}
    assert len(expected) > 400
    held = {name for name in contents(built[0]) if ".dist-info/" not in name}
    assert held == expected


def test_a_wheel_from_the_sdist_is_the_wheel_from_the_checkout(built, source, tmp_path):
    build(source, tmp_path, "--wheel")
    [direct] = tmp_path.glob("*.whl")
    assert contents(direct) == contents(built[0])


def test_the_sdist_is_the_checkout(built):
    """Workflow, tests and docs included: from it one runs everything that a clone runs."""
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tracked = set(git("ls-files").decode().splitlines())
    assert names - {"PKG-INFO"} == tracked
    assert {"Snakefile", "config.yaml", "rules/common.smk", "workflow/Snakefile"} <= names


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A fresh environment with the wheel; what it depends on is taken from the one of the tests."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    # a .pth file inside it is not read, so that an editable install does not come along
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install"]
    subprocess.run([*pip, "--quiet", "--no-deps", built[0]], check=True)
    return folder


@pytest.fixture
def run(installed, tmp_path):
    def call(*words, code=0):
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [installed / "bin" / "diversify", *words],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return call


def test_it_is_the_installed_package_that_runs(installed, tmp_path):
    words = [installed / "bin" / "python", "-c", "import diversify; print(diversify.__file__)"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    said = subprocess.check_output(words, cwd=tmp_path, env=env, text=True)
    assert Path(said.strip()).is_relative_to(installed)


def test_two_files_are_mixed_and_verified(run, tmp_path):
    for name in "ab":
        rows = [{"instruction": f"{name} asks {n}", "output": f"says {n}"} for n in range(40)]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines)
    run("mix", "a.jsonl", "b.jsonl", "--budget", "20", "--strategy", "random")
    assert len((tmp_path / "mix.jsonl").read_text().splitlines()) == 20
    assert "mix.jsonl: same bytes, 20 rows" in run("verify", "mix.manifest.json")
    mixed = ["mix", "a.jsonl", "b.jsonl", "--budget", "20", "--strategy", "k-center"]
    run(*mixed, "--backend", "lsa", "--dimensions", "4", "--out", "centres.jsonl")
    assert len((tmp_path / "centres.jsonl").read_text().splitlines()) == 20


def test_what_comes_with_the_package_is_found(run):
    assert "oss19-alpaca1" in run("recipe", "show", "code-specialist")
    assert "abbbba" in run("rewrite", "run", "append-reverse", "abb", "--trace")
    assert json.loads(run("config", "schema"))["title"]


def test_a_config_is_checked(run, tmp_path):
    (tmp_path / "config.yaml").write_bytes((ROOT / "config.yaml").read_bytes())
    run("config", "check")
    (tmp_path / "config.yaml").write_text("run: [nothing]\nexperiments: {}\n")
    assert "run: no such experiment: nothing" in run("config", "check", code=2)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["threshold", "rewrite-threshold"], "there is no Snakefile here: run this in a checkout"),
        (["mix", "--budget", "5"], "no FILE is given and there is no config.yaml here"),
        (["config", "check"], "config.yaml: No such file or directory"),
    ],
)
def test_what_needs_a_checkout_says_so_in_one_line(run, words, line):
    said = run(*words, code=2)
    assert line in said and "Traceback" not in said


def test_pages_find_their_templates(run, tmp_path):
    (tmp_path / "scores.json").write_text(
        json.dumps({"stage": "evaluate", "cell": {"instructions": 9, "seed": 0}, "sets": {}})
    )
    run("report", "scores.json", "--out", "page.html")
    assert "<style>" in (tmp_path / "page.html").read_text()
