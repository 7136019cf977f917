import shlex

import pytest
from accelerate.commands.launch import launch_command_parser

from diversify.training import launch
from diversify.training.launch import launcher


def read(words):
    """Read launcher words as accelerate itself does."""
    parts = shlex.split(words)
    assert parts[:3] == ["python", "-m", "accelerate.commands.launch"]
    return launch_command_parser().parse_args([*parts[3:], "sft", "rows.jsonl"])


def test_one_gpu_of_one_machine_needs_no_launcher():
    assert launcher(1, 1) == "python -m diversify"


def test_every_gpu_of_a_machine_gets_a_process():
    asked = read(launcher(4, 1))
    assert (asked.num_processes, asked.num_machines, asked.multi_gpu) == (4, 1, True)
    assert (asked.module, asked.training_script) == (True, "diversify")
    assert asked.training_script_args == ["sft", "rows.jsonl"]
    assert asked.main_process_port == 0


def test_several_machines_meet_at_the_first_of_the_job():
    words = launcher(8, 2)
    before, _, rest = words.partition(" python ")
    assert before == "srun --nodes 2 --ntasks-per-node 1"
    asked = read(f"python {rest}")
    assert (asked.num_processes, asked.num_machines, asked.machine_rank) == (16, 2, 0)
    assert (asked.rdzv_backend, asked.main_process_port) == ("c10d", 29500)
    assert asked.main_process_ip.startswith("$(scontrol show hostnames")
    assert not asked.same_network


def test_machines_of_one_gpu_are_launched_too():
    assert read(launcher(1, 3).partition("node 1 ")[2]).num_processes == 3


@pytest.mark.parametrize(("gpus", "nodes"), [(0, 1), (1, 0), (-1, 2)])
def test_no_process_and_no_machine_are_refused(gpus, nodes):
    with pytest.raises(ValueError, match="needs a process and a machine"):
        launcher(gpus, nodes)


def test_a_process_knows_its_place_from_what_the_launcher_left(monkeypatch):
    for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    assert launch.is_main_process()
    assert (launch.process_count(), launch.processes_here(), launch.local_rank()) == (1, 1, 0)
    left = {"RANK": 5, "LOCAL_RANK": 1, "WORLD_SIZE": 8, "LOCAL_WORLD_SIZE": 4}
    for name, number in left.items():
        monkeypatch.setenv(name, str(number))
    assert not launch.is_main_process()
    assert (launch.process_count(), launch.processes_here(), launch.local_rank()) == (8, 4, 1)
