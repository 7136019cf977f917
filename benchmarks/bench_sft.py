"""Fine-tuning on rows of all lengths: our path and TRL's own, in real tokens a second.

    OMP_NUM_THREADS=1 python benchmarks/bench_sft.py
    DATA=alpaca.json ROWS=1600 CHECKPOINTING=1 python benchmarks/bench_sft.py

A llama of 4 layers, 256 wide, with a bpe vocabulary of 4096; the same weights, rows, AdamW,
schedule, precision and checkpointing for all. TRL gets the rows as text and turns them into batches
by itself, padded or packed; its options are ours, and the model has the attention that it comes
with. Each run is a process of its own, and the tools take turns; padding is no token. Packed
batches hold about as many tokens as padded ones.

The tools whose steps hold the same rows must have the same losses; all are scored on held-out rows
after the same rows. `DATA` is any file of instruction rows; without it rows of random words are
drawn whose lengths are lognormal, as those of real sets nearly are.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from datasets import Dataset, disable_progress_bars
from timing import keep, line
from transformers import PrinterCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.evaluation.teacher_forcing import score_rows
from diversify.hardware import usable_threads
from diversify.io.training_rows import read_training_rows
from diversify.records import prompt_text
from diversify.training.arguments import training_arguments
from diversify.training.budget import order_of
from diversify.training.model import starting_model
from diversify.training.packing import pack
from diversify.training.taking import take_rows
from diversify.training.tokenizer import encode_rows
from diversify.training.trainer import AnswerTrainer

ROWS = int(os.environ.get("ROWS", "1600"))
TIMES = int(os.environ.get("TIMES", "3"))
CHECKPOINTING = os.environ.get("CHECKPOINTING", "") == "1"
HELD_OUT = 200
BATCH = 16
WARM_UP = 3
"""Steps that are not timed."""
OPTIONS = SftOptions(
    layers=4,
    width=256,
    heads=4,
    tokenizer="bpe",
    vocabulary=4096,
    max_length=512,
    per_device_train_batch_size=BATCH,
    gradient_checkpointing=CHECKPOINTING,
)


def main() -> None:
    found: dict[str, list[dict]] = {tool: [] for tool in TOOLS}
    for _ in range(TIMES):
        for tool, runs in found.items():
            runs.append(in_a_process(tool))
    check({tool: runs[0]["losses"] for tool, runs in found.items()})
    lines = [summed_up(tool, runs, found["TRL padded"]) for tool, runs in found.items()]
    rows, tokenizer = data()[0], starting_model(OPTIONS, data()[0])[1]
    lengths = np.minimum(encode_rows(tokenizer, rows).lengths(), OPTIONS.max_length)
    spread = {f"{share}%": int(np.percentile(lengths, share)) for share in (5, 50, 95)}
    name = "sft-checkpointing" if CHECKPOINTING else "sft"
    keep(
        name,
        lines,
        ["torch", "transformers", "trl", "accelerate"],
        data=Path(os.environ["DATA"]).name if "DATA" in os.environ else "random words",
        rows=len(rows),
        tokens_of_a_row=spread,
        bf16=bool(found["ours padded"][0]["bf16"]),
        checkpointing=CHECKPOINTING,
    )


def in_a_process(tool: str) -> dict:
    """Run one tool by itself, so that its peak of memory is its own."""
    words = [sys.executable, __file__, tool]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    run = json.loads(done.stdout.splitlines()[-1])
    print(tool, {name: value for name, value in run.items() if name != "losses"}, flush=True)
    return run


def summed_up(tool: str, runs: list[dict], padded: list[dict]) -> dict:
    speeds = [run["tokens"] / run["seconds"] for run in runs]
    ratios = [
        speed * other["seconds"] / other["tokens"]
        for speed, other in zip(speeds, padded, strict=True)
    ]
    return line(
        tool,
        [run["seconds"] for run in runs],
        tokens_a_second=round(float(np.median(speeds))),
        # turn by turn, so that a busy minute weighs on both
        times_trl_padded=round(float(np.median(ratios)), 2),
        start_up_seconds=float(np.median([run["start_up"] for run in runs])),
        peak_mib=int(np.median([run["peak_mib"] for run in runs])),
        steps=runs[0]["steps"],
        padding=runs[0]["padding"],
        held_out_loss=runs[0]["held_out"],
    )


def check(losses: dict[str, list[float]]) -> None:
    """The first step to rounding; later ones to what bf16 makes of the difference."""
    theirs = losses["TRL padded"]
    for tool in ("ours padded", "ours padding-free"):
        apart = [abs(a - b) for a, b in zip(losses[tool], theirs, strict=True)]
        assert apart[0] < 5e-3, (tool, losses[tool][0], theirs[0])
        assert max(apart) < 0.05, (tool, max(apart))


def run_alone(tool: str) -> None:
    """Train by one tool and print what was measured, as JSON."""
    torch.set_num_threads(usable_threads())
    disable_progress_bars()
    rows, held_out = data()
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        trainer, lengths, tokenizer = TOOLS[tool](rows, Path(folder), clock)
        trainer.add_callback(clock)
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    order = order_of(len(lengths), OPTIONS.seed, 0)
    starts = np.arange(0, len(lengths), trainer.args.per_device_train_batch_size)
    by_step = np.add.reduceat(lengths[order], starts)
    widest = np.maximum.reduceat(lengths[order], starts)
    area = (widest * np.diff([*starts, len(lengths)])).sum()
    end_to_end = "position_ids" in next(iter(trainer.get_train_dataloader()))
    scores = score_rows(
        trainer.model, encode_rows(tokenizer, held_out), EvaluateOptions(max_length=512)
    )
    measured = {
        "seconds": clock.stopped - clock.started,
        "tokens": int(by_step[WARM_UP:].sum()),
        "start_up": round(clock.ready - clock.begun, 2),
        "peak_mib": clock.peak,
        "steps": trainer.state.global_step,
        "padding": 0.0 if end_to_end else round(1 - float(by_step.sum() / area), 3),
        "held_out": scores.summary()["loss"],
        "losses": [log["loss"] for log in trainer.state.log_history if "loss" in log],
        "bf16": trainer.args.bf16,
    }
    print(json.dumps(measured))


class Clock(TrainerCallback):
    def on_step_begin(self, args, state, control, **_):
        if state.global_step == 0:
            self.ready = time.perf_counter()

    def on_step_end(self, args, state, control, **_):
        if state.global_step == WARM_UP:
            self.started = time.perf_counter()
        self.stopped = time.perf_counter()
        self.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def ours(rows: pd.DataFrame, folder: Path, clock: Clock, **how) -> tuple:
    options = OPTIONS.model_copy(update=how)
    model, tokenizer = starting_model(OPTIONS, rows)
    clock.begun = time.perf_counter()
    taken = take_rows(tokenizer, rows, options)
    args = training_arguments(options, len(taken), folder)
    args.logging_steps = 1
    trainer = AnswerTrainer(model, tokenizer, taken, args)
    return trainer, taken.lengths, tokenizer


def as_it_comes(rows: pd.DataFrame, folder: Path, clock: Clock, **how) -> tuple:
    """SFTTrainer on text; what lays our plain rows out is written into it."""
    options = OPTIONS.model_copy(update=how)
    model, tokenizer = starting_model(OPTIONS, rows)
    model.set_attn_implementation("sdpa")
    clock.begun = time.perf_counter()
    texts = {
        "prompt": [
            f"<s>{prompt_text(instruction, more)}<sep>"
            for instruction, more in zip(rows["instruction"], rows["input"], strict=True)
        ],
        "completion": list(rows["response"]),
    }
    blocks = len(rows)
    if options.packing:  # to know the number of steps, and so the schedule
        lengths = np.minimum(encode_rows(tokenizer, rows).lengths(), options.max_length)
        blocks = len(pack(lengths, options.max_length, 0))
        tokenizer.backend_tokenizer.encode_special_tokens = False
        clock.begun = time.perf_counter()
    equal = training_arguments(options, blocks, folder)
    names = [
        "output_dir", "per_device_train_batch_size", "learning_rate", "weight_decay",
        "warmup_steps", "lr_scheduler_type", "lr_scheduler_kwargs", "seed", "bf16", "use_cpu",
        "max_length", "save_strategy", "report_to", "disable_tqdm", "gradient_checkpointing",
    ]  # fmt: skip
    args = SFTConfig(
        **{name: getattr(equal, name) for name in names},
        num_train_epochs=1,
        packing=options.packing,
        logging_steps=1,
    )
    trainer = SFTTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=Dataset.from_dict(texts),
        args=args,
    )
    lengths = np.array([len(ids) for ids in trainer.train_dataset["input_ids"]])
    return trainer, lengths, tokenizer


def packed(tool) -> tuple:
    """Pack in batches of about as many tokens as padded ones have without the padding."""

    def train(rows: pd.DataFrame, folder: Path, clock: Clock) -> tuple:
        _, tokenizer = starting_model(OPTIONS, rows)
        lengths = np.minimum(encode_rows(tokenizer, rows).lengths(), OPTIONS.max_length)
        blocks = max(1, round(BATCH * float(lengths.mean()) / OPTIONS.max_length))
        return tool(rows, folder, clock, packing=True, per_device_train_batch_size=blocks)

    return train


def padding_free(rows: pd.DataFrame, folder: Path, clock: Clock) -> tuple:
    return ours(rows, folder, clock, padding_free=True)


def data() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows to train on, and held-out ones."""
    if "DATA" in os.environ:
        rows = read_training_rows(Path(os.environ["DATA"])).sample(frac=1, random_state=0)
    else:
        rows = random_words(ROWS + HELD_OUT)
    rows = rows.head(ROWS + HELD_OUT).reset_index(drop=True)
    return rows.head(len(rows) - HELD_OUT), rows.tail(HELD_OUT).reset_index(drop=True)


def random_words(count: int) -> pd.DataFrame:
    """Rows whose answers are words of their prompts, so that there is something to learn."""
    rng = np.random.default_rng(0)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    words = np.array(["".join(rng.choice(letters, rng.integers(2, 9))) for _ in range(3000)])
    often = 1 / np.arange(1, 3001)
    prompts = [rng.choice(words, 6 + int(rng.lognormal(2.5, 0.7)), p=often / often.sum())
               for _ in range(count)]  # fmt: skip
    answers = [rng.choice(prompt, 1 + int(rng.lognormal(3.6, 0.9))) for prompt in prompts]
    return pd.DataFrame(
        {
            "instruction": [" ".join(prompt) for prompt in prompts],
            "input": "",
            "response": [" ".join(answer) for answer in answers],
        }
    )


TOOLS = {
    "TRL padded": as_it_comes,
    "TRL packed": packed(as_it_comes),
    "ours padded": ours,
    "ours padding-free": padding_free,
    "ours packed": packed(ours),
}


if __name__ == "__main__":
    run_alone(sys.argv[1]) if len(sys.argv) > 1 else main()
