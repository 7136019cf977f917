import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STAGES = [
    "ingest", "dedup", "decontaminate", "embed", "cluster", "mix", "sft", "evaluate", "generate",
    "score", "lm-eval", "tabulate", "verify", "measure", "benchmarks", "threshold",
]  # fmt: skip
COMMANDS = [
    *([stage] for stage in [*STAGES, "map", "report"]),
    ["synth", "rewrite"],
    ["synth", "editing"],
    ["config", "check"],
    ["config", "schema"],
]


def test_help_lists_every_command_with_one_line(run):
    _, out, _ = run("--help")
    for command in [*STAGES, "synth", "map", "report", "config"]:
        lines = [line for line in out.splitlines() if line.startswith(f"│ {command} ")]
        assert len(lines) == 1, command
        assert lines[0].rstrip("│ ").endswith("."), lines[0]


@pytest.fixture(scope="module")
def helps():
    """What `--help` has said so far, by command."""
    return {}


@pytest.fixture
def help_of(run, helps):
    """Ask a command for its help, once for all tests."""

    def ask(*words):
        if words not in helps:
            helps[words] = run(*words, "--help")[1]
        return helps[words]

    return ask


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_has_an_example(help_of, words):
    out = help_of(*words)
    assert f"Example: diversify {' '.join(words)}" in " ".join(out.split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_flag_has_its_sentence(help_of, words):
    out = help_of(*words)
    for line in out.split("Parameters")[-1].splitlines():
        if line.startswith("│ --") and "--help" not in line:
            assert len(line.strip("│ ").split("  ")) > 1, line


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = (
        "import sys\nfrom diversify.cli.app import main\nmain(['--help'])\n"
        "heavy = {'torch', 'pandas', 'sklearn', 'transformers'} & sys.modules.keys()\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_a_misspelt_command_is_one_line(run):
    code, _, err = run("mxi")
    assert code == 2
    assert err.count("\n") == 1
    assert 'Did you mean "mix"?' in err


def test_a_bug_keeps_its_traceback(run, monkeypatch):
    monkeypatch.setattr("diversify.cli.config.settings_from", lambda raw: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("config", "check", ROOT / "config.yaml")


def test_an_interrupted_command_says_so_in_one_line(run, monkeypatch):
    def interrupted(raw):
        raise KeyboardInterrupt

    monkeypatch.setattr("diversify.cli.config.settings_from", interrupted)
    assert run("config", "check", ROOT / "config.yaml") == (130, "", "diversify: interrupted\n")


def test_sentences_of_options_are_broken_by_the_help_alone(help_of):
    out = help_of("ingest")
    said = " ".join(out.split("--most")[1].split("--draw-seed")[0].replace("│", " ").split())
    width = max(len(line) for line in out.splitlines())
    lines = [line for line in out.splitlines() if "hash of" in line or "that of files" in line]
    assert "drawn over all its files by the hash of their content" in said
    assert lines and all(len(line.rstrip("│ ")) > width - 15 for line in lines)


def test_config_check_names_the_experiments(run):
    code, out, _ = run("config", "check", ROOT / "config.yaml")
    assert (code, out) == (
        0,
        "rewrite-threshold: rewrite track, 5 cells\nsweetspot: data track, 5 cells\n",
    )


def test_config_check_lists_all_faults(run, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("experiments: {rewrite-threshold: {sft: {layrs: 1, heads: 0}}}\n")
    code, _, err = run("config", "check", ROOT / "config.yaml", wrong)
    assert code == 2
    assert len(err.splitlines()) == 2


def test_the_schema_that_is_kept_is_the_schema_of_the_code(run):
    _, out, _ = run("config", "schema")
    assert out == (ROOT / "workflow/schemas/config.schema.json").read_text(), "run `make schema`"


def test_the_command_is_installed_under_its_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"diversify": "diversify.cli.app:main"}
    assert project["name"] != "diversify", "that name is taken on the package index"
