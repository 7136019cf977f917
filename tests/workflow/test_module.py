"""The workflow as a module of another one: from a path, and from a repository."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.workflow

OUTER = """
configfile: "config.yaml"


module diversify:
    snakefile:
        {snakefile!r}
    config:
        config["diversify"]


use rule * from diversify as diversify_*


rule all:
    default_target: True
    input:
        rules.diversify_all.input,
        "counted.txt",


rule counted:
    input:
        "results/smoke-rewrite/synth/instructions20-examples2000-seed0/train.parquet",
    output:
        "counted.txt",
    shell:
        "wc -c {{input}} > {{output}}"
"""


def snakemake(folder, *words, **env):
    """Run Snakemake in a folder; gives everything it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *words],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


@pytest.fixture
def outer(bare, tmp_path):
    """Another workflow, whose config has ours under a key of its own."""

    def make(snakefile):
        (tmp_path / "Snakefile").write_text(OUTER.format(snakefile=str(snakefile)))
        smoke = yaml.safe_load((bare.folder / "workflow/presets/smoke.yaml").read_text())
        # the order of a grid's axes is that of its cells' names
        text = yaml.safe_dump(smoke, sort_keys=False)
        (tmp_path / "config.yaml").write_text("diversify:\n" + textwrap.indent(text, "  "))
        return tmp_path

    return make


def jobs(said):
    """Count the jobs of a dry run, by rule."""
    table = said.split("Job stats:")[1].split("total")[0].splitlines()[3:]
    return {line.split()[0]: int(line.split()[1]) for line in table if line.strip()}


def expected(bare):
    ours = jobs(bare.snakemake("--dry-run"))
    inner = {f"diversify_{name}": count for name, count in ours.items() if name != "all"}
    return {**inner, "all": 1, "counted": 1}


def test_another_workflow_uses_all_rules_under_names_of_its_own(bare, outer):
    folder = outer(bare.folder / "Snakefile")
    assert jobs(snakemake(folder, "--dry-run")) == expected(bare)
    snakemake(folder, "counted.txt")
    assert "train.parquet" in (folder / "counted.txt").read_text()
    assert not (bare.folder / "results").exists()


def test_the_catalog_s_entry_is_a_module_as_well(bare, outer):
    folder = outer(bare.folder / "workflow" / "Snakefile")
    assert jobs(snakemake(folder, "--dry-run")) == expected(bare)


def test_rules_out_of_a_repository_use_the_installed_package(bare, outer, tmp_path_factory):
    """As from a host, rules lie in no folder; Snakemake 9.27 finds none at a repository's top."""
    repository = tmp_path_factory.mktemp("repository")
    shutil.copytree(bare.folder, repository / "copy")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*author, "commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=repository, check=True)
    folder = outer(f"git+file://{repository}/copy/Snakefile@main")
    said = snakemake(folder, "--dry-run", PYTHONPATH=str(bare.folder))
    assert jobs(said) == expected(bare)


def test_a_fault_of_the_inner_config_is_a_line_each(bare, outer):
    folder = outer(bare.folder / "Snakefile")
    (folder / "config.yaml").write_text("diversify: {run: [nothing], experiments: {}}\n")
    with pytest.raises(AssertionError) as caught:
        snakemake(folder, "--dry-run")
    assert "config: run: no such experiment: nothing" in str(caught.value)
