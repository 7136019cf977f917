"""The pins agree wherever they stand, and the rules are whole sentences."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
RULE_FILES = sorted((ROOT / "rules").glob("*.smk"))


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


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_environments_hold_the_locked_versions(path):
    pip = yaml.safe_load(path.read_text())["dependencies"][-1]["pip"]
    assert pip
    for line in pip:
        name, _, version = line.partition("==")
        assert locked()[canonicalize_name(name)] == version


def rules():
    found = {}
    for path in RULE_FILES:
        for name, body in re.findall(r"^rule (\w+):\n((?:    .*\n|\n)+)", path.read_text(), re.M):
            found[name] = body
    return found


def test_every_rule_is_a_sentence():
    assert len(rules()) == 23
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
