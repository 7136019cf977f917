"""The pins agree wherever they stand, and the rules are whole sentences."""

import re
import shutil
import tomllib
from importlib.metadata import packages_distributions, requires, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec
from rattler.exceptions import InvalidMatchSpecError

from diversify.workflow.environments import (
    ABOUT,
    EXTRAS,
    LEFT_TO_THE_USER,
    NOT_OURS,
    PYTHON,
    TARGET,
    modules_imported,
    spec,
)

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
RULE_FILES = sorted((ROOT / "rules").glob("*.smk"))

of_each_environment = pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)


def locked():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = dict(line.split("==") for line in lines)
    return {canonicalize_name(name): version for name, version in pins.items()}


def test_every_requirement_is_locked_inside_its_range():
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *extras["minilm"], *extras["test"]]
    for requirement in map(Requirement, asked):
        assert locked()[canonicalize_name(requirement.name)] in requirement.specifier


def test_torch_and_transformers_reach_down_to_what_people_have():
    ranges = {Requirement(one).name: Requirement(one).specifier for one in PROJECT["dependencies"]}
    assert "2.11.0" in ranges["torch"]
    assert "5.17.0" in ranges["transformers"]
    assert locked()["torch"] == "2.13.0"
    assert locked()["transformers"].startswith("5.23.")


def test_the_lock_names_no_registry_and_no_file():
    assert not re.search(r"https?:|file:|@|\+cpu", (ROOT / "requirements.lock").read_text())


def conda_packages(path):
    return [one for one in yaml.safe_load(path.read_text())["dependencies"] if isinstance(one, str)]


def pip_pins(path):
    """The lines of the `pip:` section, by package."""
    lines = yaml.safe_load(path.read_text())["dependencies"][-1]["pip"]
    return {canonicalize_name(line.partition("==")[0]): line for line in lines}


def test_each_kind_of_work_has_its_environment():
    assert {path.stem for path in ENVIRONMENTS} == set(ABOUT)


@of_each_environment
def test_an_environment_is_what_make_envs_writes(path):
    assert path.read_text() == spec(path.stem), "run `make envs`"


@of_each_environment
def test_a_pin_is_the_lock_s_and_what_these_tests_run_with(path):
    assert len(pip_pins(path)) > 20
    for name, line in pip_pins(path).items():
        pinned = Version(line.partition("==")[2])
        assert str(pinned) == str(Version(locked()[name]))
        # a build of torch for the processor says so behind a plus sign
        assert Version(version(name)).public == pinned.public, f"{name} is not what was tested"


@of_each_environment
def test_a_pin_is_inside_the_range_that_pyproject_asks_for(path):
    wanted = [
        *PROJECT["dependencies"],
        *(r for e in PROJECT["optional-dependencies"].values() for r in e),
    ]
    checked = set()
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        if name in pip_pins(path):
            checked.add(name)
            assert pip_pins(path)[name].partition("==")[2] in requirement.specifier, name
    assert len(checked) >= 7


@of_each_environment
def test_all_that_the_code_imports_is_in_its_environment(path):
    """Every import statement of the rules' code marks and commands, those inside functions too."""
    provided = pip_pins(path).keys()
    providers = packages_distributions()
    modules = modules_imported(path.stem) - LEFT_TO_THE_USER
    assert {"cyclopts", "numpy", "pandas", "pydantic"} <= modules
    lacking = {m for m in modules if not {canonicalize_name(d) for d in providers[m]} & provided}
    assert not lacking


@of_each_environment
def test_all_that_a_pinned_package_needs_is_pinned_too(path):
    """Requirements as the metadata here has them: nothing is left for pip to choose."""
    provided = pip_pins(path).keys()
    for name in provided:
        for requirement in map(Requirement, requires(name) or ()):
            needed = canonicalize_name(requirement.name)
            wanted = requirement.marker is None or requirement.marker.evaluate(
                {**TARGET, "extra": ""}
            )
            if wanted and not needed.startswith(NOT_OURS):
                assert needed in provided, f"{name} needs {needed}"


def test_packages_behind_an_extra_are_pinned():
    pinned = pip_pins(ROOT / "envs/evaluation.yaml")
    assert {"langdetect", "immutabledict", "math-verify", "antlr4-python3-runtime"} <= pinned.keys()


def test_extras_are_those_that_pyproject_asks_for():
    asked = {
        canonicalize_name(one.name): one.extras
        for one in map(Requirement, PROJECT["optional-dependencies"]["test"])
    }
    for name, extras in EXTRAS.items():
        assert set(extras) == asked[name]


def test_the_report_needs_no_torch():
    assert "torch" not in pip_pins(ROOT / "envs/report.yaml")
    for kind in ("curation", "evaluation", "training"):
        assert "torch" in pip_pins(ROOT / f"envs/{kind}.yaml")


@pytest.mark.parametrize("build", ["2.13.0", "2.13.0+cpu", "2.13.0+cu130"])
def test_every_build_of_the_pinned_torch_is_let_in(build):
    pin = Requirement(pip_pins(ROOT / "envs/training.yaml")["torch"])
    assert build in pin.specifier
    # pip takes the higher of two: an index of builds beside the usual one decides
    assert Version("2.13.0+cpu") > Version("2.13.0")


@of_each_environment
def test_conda_gives_python_and_pip_and_reads_each_word_strictly(path):
    assert conda_packages(path) == [f"python={PYTHON}", "pip"]
    parsed = [MatchSpec(one, strict=True) for one in conda_packages(path)]
    assert [one.name.normalized for one in parsed] == ["python", "pip"]
    assert yaml.safe_load(path.read_text())["channels"] == ["conda-forge", "nodefaults"]
    for line in pip_pins(path).values():
        assert len(Requirement(line).specifier) == 1


def test_a_word_that_conda_would_not_read_is_seen():
    with pytest.raises(InvalidMatchSpecError):
        MatchSpec("python >=3.11,,<4", strict=True)


def test_the_python_of_the_environments_is_one_that_the_package_allows():
    assert PYTHON in SpecifierSet(PROJECT["requires-python"])


def test_a_package_that_the_lock_lacks_is_named(tmp_path):
    shutil.copytree(ROOT / "diversify", tmp_path / "diversify")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    kept = [line for line in lines if not line.startswith(("kiwisolver=", "six="))]
    (tmp_path / "requirements.lock").write_text("\n".join(kept))
    with pytest.raises(LookupError, match=r"report: requirements.lock .* kiwisolver, six"):
        spec("report", tmp_path)


def test_a_module_that_a_stage_comes_to_import_enters_its_environment(tmp_path):
    shutil.copytree(ROOT / "diversify", tmp_path / "diversify")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    page = tmp_path / "diversify/report/page.py"
    page.write_text(page.read_text() + "\n\ndef later():\n    import networkx\n")
    before, after = spec("report"), spec("report", tmp_path)
    assert set(after.splitlines()) - set(before.splitlines()) == {"      - networkx==3.6.1"}


def rules():
    found = {}
    for path in RULE_FILES:
        for name, body in re.findall(r"^rule (\w+):\n((?:    .*\n|\n)+)", path.read_text(), re.M):
            found[name] = body
    return found


def test_every_rule_is_a_sentence():
    assert len(rules()) == 34
    for name, body in rules().items():
        for word in ("output", "log", "benchmark", "conda", "threads", "resources", "params"):
            assert f"\n    {word}:" in f"\n{body}", f"rule {name} lacks {word}"
        command = "lm-eval" if name == "lm_eval" else name.split("_")[0]
        # training is started by accelerate where it has several GPUs
        start = "{params.launcher}" if name == "sft" else "python -m diversify"
        assert f'"{start} {command} ' in body, name
        assert "script:" not in body
        assert "run:" not in body
        assert "code=code_mark(" in body, f"rule {name} does not rerun when its code changes"


def test_every_environment_named_is_there():
    named = {env for body in rules().values() for env in re.findall(r"\.\./envs/(\w+)\.yaml", body)}
    assert named == {path.stem for path in ENVIRONMENTS}
