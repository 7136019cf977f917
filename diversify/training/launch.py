"""A run on several GPUs or machines: how it is started, and which of its processes this is.

`accelerate launch` starts one process for each GPU; each takes its share of every batch, and the
gradients are averaged over all (data parallel: the model must fit on one GPU).
"""

import os

ALONE = "python -m diversify"
PORT = 29500
"""Where the processes of several machines meet; on one machine a free port is sought."""


def launcher(gpus: int, nodes: int = 1) -> str:
    """Give the words that start `diversify` on so many GPUs of each of so many machines.

    Several machines are those of a Slurm job: `srun` starts a launcher on each, and they meet at
    the first one (untried on a real cluster).
    """
    if gpus < 1 or nodes < 1:
        raise ValueError(f"a run needs a process and a machine: gpus {gpus}, nodes {nodes}")
    if gpus == nodes == 1:
        return ALONE
    words = (
        "python -m accelerate.commands.launch --multi_gpu"
        f" --num_processes {gpus * nodes} --num_machines {nodes}"
        # what training needs of these, it says itself
        " --mixed_precision no --dynamo_backend no"
    )
    if nodes == 1:
        return f"{words} --main_process_port 0 -m diversify"
    return (
        f"srun --nodes {nodes} --ntasks-per-node 1 {words}"
        # the machines number themselves when they meet, so that all get the same words
        " --machine_rank 0 --rdzv_backend c10d"
        ' --main_process_ip "$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"'
        f" --main_process_port {PORT} -m diversify"
    )


def process_count() -> int:
    """Processes of this run, on all machines."""
    return _told("WORLD_SIZE", 1)


def processes_here() -> int:
    """Processes of this run on this machine, which share its processors."""
    return _told("LOCAL_WORLD_SIZE", 1)


def local_rank() -> int:
    """Number of this process among those of this machine: that of its GPU."""
    return _told("LOCAL_RANK", 0)


def is_main_process() -> bool:
    """Say whether this is the process that writes and speaks; alone, it is."""
    return _told("RANK", 0) == 0


def _told(name: str, otherwise: int) -> int:
    """Read what the launcher left in the environment."""
    word = os.environ.get(name, "")
    return int(word) if word.isdecimal() else otherwise
