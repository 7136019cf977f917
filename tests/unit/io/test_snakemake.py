import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from diversify.errors import ConfigError, DataError
from diversify.io.snakemake import Snakemake, alone, write_overlay

FILES = [Path("results/a/scores.json"), Path("results/b/scores.json")]


def call(cores=0, words=()):
    configs = (Path("config.yaml"), Path("mine.yaml"))
    return Snakemake(Path("Snakefile"), configs, cores, words).call(FILES, Path("round.yaml"))


def test_the_overlay_is_laid_over_every_other_config():
    words = call()
    assert words[:3] == [sys.executable, "-m", "snakemake"]
    assert words[3:5] == ["results/a/scores.json", "results/b/scores.json"]
    at = words.index("--configfile")
    assert words[at + 1 : at + 4] == ["config.yaml", "mine.yaml", "round.yaml"]


def test_files_that_a_kill_left_half_made_are_made_again():
    assert "--rerun-incomplete" in call()


@pytest.mark.parametrize(
    ("cores", "words", "expected"),
    [
        (0, (), ["--cores", "all"]),
        (4, (), ["--cores", "4"]),
        (0, ("--workflow-profile", "slurm"), ["--workflow-profile", "slurm"]),
        (0, ("--profile=slurm",), ["--profile=slurm"]),
        (0, ("-j8",), ["-j8"]),
        (2, ("--profile", "gpu"), ["--cores", "2", "--profile", "gpu"]),
        (0, ("--keep-going", "--use-conda"), ["--cores", "all", "--keep-going", "--use-conda"]),
    ],
)
def test_a_profile_says_where_jobs_run_unless_cores_are_named(cores, words, expected, monkeypatch):
    monkeypatch.delenv("SNAKEMAKE_PROFILE", raising=False)
    said = call(cores, words)
    assert said[said.index("--rerun-incomplete") + 1 :] == expected


@pytest.mark.workflow
def test_a_call_that_fails_is_one_line_that_names_the_log(tmp_path):
    missing = Snakemake(tmp_path / "nowhere", (), 1)
    log = tmp_path / "logs" / "round.log"
    with alone(tmp_path) as held, pytest.raises(DataError, match="round.log says why"):
        missing.make(FILES, tmp_path / "round.yaml", log, held)
    assert "round.yaml" in log.read_text()


def test_an_interrupted_call_waits_until_snakemake_has_ended_its_jobs(tmp_path):
    ours = (
        "import sys; from pathlib import Path; from diversify.io.snakemake import _wait, alone\n"
        "with alone(Path('held')) as held: _wait([sys.executable, '-c', sys.argv[1]], 2, held)"
    )
    snakemake = (
        "import signal, sys, time\n"
        "def end(*_):\n    time.sleep(0.3); open('ended', 'w').close(); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "open('begun', 'w').close()\n"
        "time.sleep(60)"
    )
    search = subprocess.Popen(
        [sys.executable, "-c", ours, snakemake],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        # a shell has what it runs in the background pass over interrupts, and that is inherited
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (tmp_path / "begun").exists():
        assert search.poll() is None
        time.sleep(0.02)
    time.sleep(0.3)  # until it waits; before that there is nothing yet that it could end
    search.send_signal(signal.SIGINT)
    assert search.wait(timeout=30) != 0
    assert (tmp_path / "ended").exists()


def test_one_search_at_a_time(tmp_path):
    with (
        alone(tmp_path / "new"),
        pytest.raises(ConfigError, match="another search is at work here"),
        alone(tmp_path / "new"),
    ):
        pass
    with alone(tmp_path / "new"):
        pass  # free again


def test_what_a_killed_search_left_running_still_counts(tmp_path):
    with alone(tmp_path) as held:
        left = subprocess.Popen(["sleep", "60"], pass_fds=[held])
    with pytest.raises(ConfigError, match="still running"), alone(tmp_path):
        pass
    left.kill()
    left.wait()
    with alone(tmp_path):
        pass


def test_an_overlay_reads_back_as_it_was(tmp_path):
    overlay = {"run": ["b", "a"], "experiments": {"b": {"grid": {"share": [0.1, 0.3125]}}}}
    write_overlay(tmp_path / "rounds" / "round-01.yaml", overlay)
    assert yaml.safe_load((tmp_path / "rounds" / "round-01.yaml").read_text()) == overlay
