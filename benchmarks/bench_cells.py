"""Several cells of a grid at once on one device: examples a second in all, against one at a time.

    python benchmarks/bench_cells.py --cells 1 2 4 8 --size papers --batch 512 --steps 200

Each cell is a process of its own that trains the same small model, on one thread, and they start
together once all are warm. On a GPU the processes take turns unless NVIDIA's MPS daemon runs
(`nvidia-cuda-mps-control -d`); then their kernels run side by side.

The floating-point operations of a step are those of its matrix products, forward once and backward
twice: 6 x (weights of the layers) a token, 6 x width x vocabulary for each position whose logits
are made, and 12 x layers x width x length a token for attention. `share_of_peak` sets them against
the largest rate of a bf16 product of two square matrices measured on the same device just before.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from pathlib import Path

import torch
from timing import keep, line
from transformers import TrainerCallback

from diversify.config.sft import SftOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.hardware import has_bf16, usable_threads
from diversify.synth.rewrite import make_rewrite_data
from diversify.training.arguments import training_arguments
from diversify.training.batches import TrainingRows
from diversify.training.model import starting_model
from diversify.training.tokenizer import encode_rows
from diversify.training.trainer import AnswerTrainer

WARM_UP = 5
"""Steps before the clock starts."""
PATIENCE = 1800
"""Seconds after which a cell that died is no longer waited for."""
SIZES = {
    "laptop": (
        {"input_length": 12, "pattern_length": 3},
        {"layers": 2, "width": 128, "heads": 4, "max_length": 40},
    ),
    "papers": (
        {"input_length": 50, "pattern_length": 20},
        {"architecture": "gpt2", "layers": 6, "width": 256, "heads": 4, "max_length": 160},
    ),
}


def main() -> None:
    asked = arguments()
    gpu = torch.cuda.is_available()
    peak = product_peak()
    lines = []
    for cells in asked.cells:
        seconds, flop = together(cells, asked)
        examples = cells * asked.steps * asked.batch
        alone = lines[0]["examples_a_second"] * lines[0]["cells"] if lines else None
        rate = examples / seconds
        lines.append(
            line(
                f"{cells} at once",
                [round(seconds, 3)],
                cells=cells,
                examples_a_second=round(rate, 1),
                against_the_first=round(rate / alone, 3) if alone else 1.0,
                teraflops=round(cells * flop / seconds / 1e12, 3),
                share_of_peak=round(cells * flop / seconds / peak, 4),
            )
        )
    keep(
        "cells_gpu" if gpu else "cells",
        lines,
        ["torch", "transformers", "trl"],
        device=torch.cuda.get_device_name() if gpu else "processor",
        bf16=has_bf16(),
        peak_teraflops=round(peak / 1e12, 3),
        **{name: getattr(asked, name) for name in ("size", "batch", "steps")},
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--size", choices=SIZES, default="laptop")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=100)
    return parser.parse_args()


def product_peak() -> float:
    """Operations a second of the best of five bf16 products, on all threads or the GPU."""
    gpu = torch.cuda.is_available()
    torch.set_num_threads(usable_threads())
    side = 8192 if gpu else 2048
    one = torch.randn(side, side, device="cuda" if gpu else "cpu").bfloat16()
    wait = torch.cuda.synchronize if gpu else lambda: None
    best = float("inf")
    for _ in range(6):
        wait()
        start = time.perf_counter()
        one @ one
        wait()
        best = min(best, time.perf_counter() - start)
    return 2 * side**3 / best


def together(cells: int, asked: argparse.Namespace) -> tuple[float, float]:
    """Seconds from the first timed step of any cell to the last of all, and a cell's operations."""
    spawning = multiprocessing.get_context("spawn")
    warm, done = spawning.Barrier(cells), spawning.Queue()
    processes = [
        spawning.Process(target=one_cell, args=(seed, asked, warm, done), daemon=True)
        for seed in range(cells)
    ]
    for process in processes:
        process.start()
    spans = [done.get(timeout=PATIENCE) for _ in processes]
    for process in processes:
        process.join()
    return max(end for _, end, _ in spans) - min(start for start, _, _ in spans), spans[0][2]


def one_cell(seed: int, asked: argparse.Namespace, warm, done) -> None:
    torch.set_num_threads(1)
    task, sizes = SIZES[asked.size]
    steps = asked.steps + WARM_UP
    options = SftOptions(
        **sizes, seed=seed, max_steps=steps, per_device_train_batch_size=asked.batch
    )
    rows = make_rewrite_data(
        SynthRewriteOptions(instructions=500, examples=20_000, tests=1, seed=seed, **task)
    ).train
    model, tokenizer = starting_model(options, rows)
    taken = TrainingRows(encode_rows(tokenizer, rows), options.max_length, tokenizer.pad_token_id)
    with tempfile.TemporaryDirectory() as folder:
        settings = training_arguments(options, len(taken), Path(folder))
        trainer = AnswerTrainer(model, tokenizer, taken, settings)
        clock = Clock(warm)
        trainer.add_callback(clock)
        trainer.train()
    done.put((clock.started, clock.stopped, asked.steps * step_flop(model, taken, asked.batch)))


def step_flop(model, rows: TrainingRows, batch: int) -> float:
    """Operations of a step, by the formula at the head of this file."""
    config = model.config
    length, width = int(rows.lengths[0]), config.hidden_size
    in_tables = sum(weight.numel() for name, weight in model.named_parameters() if table(name))
    in_layers = sum(weight.numel() for weight in model.parameters()) - in_tables
    projected = length - int(rows.encoded.prompt_lengths[0]) + 1
    of_row = (
        6 * in_layers * length
        + 6 * width * config.vocab_size * projected
        + 12 * config.num_hidden_layers * width * length**2
    )
    return float(batch * of_row)


def table(name: str) -> bool:
    """Say whether a weight is looked up, or makes logits, and lies in no layer."""
    return any(part in name for part in ("embed_tokens", "wte", "wpe", "lm_head"))


class Clock(TrainerCallback):
    def __init__(self, warm):
        self.warm = warm

    def on_step_end(self, args, state, control, **_):
        if state.global_step == WARM_UP:
            settle()
            self.warm.wait(PATIENCE)
            self.started = time.time()

    def on_train_end(self, args, state, control, **_):
        settle()
        self.stopped = time.time()


def settle() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main()
