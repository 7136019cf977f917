"""Training in examples a second: ours, TRL's SFTTrainer as it comes, and a bare PyTorch loop.

    OMP_NUM_THREADS=1 python benchmarks/bench_training.py

The same weights, rows, order, AdamW, schedule, clipping and autocast for all, on one thread; the
tools take turns. The bare loop is written twice: plainly, with the model's own loss, and with the
logits of the answers alone. `nothing` is a model so small that a step is all overhead. Ours must
have the bare loop's losses.
"""

import statistics
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from datasets import Dataset, disable_progress_bars
from timing import keep, line
from transformers import PrinterCallback, TrainerCallback, get_scheduler
from trl import SFTConfig, SFTTrainer

from diversify.config.sft import SftOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.hardware import has_bf16
from diversify.synth.rewrite import make_rewrite_data
from diversify.training.arguments import training_arguments
from diversify.training.batches import IGNORED, TrainingRows
from diversify.training.encoded import EncodedRows
from diversify.training.model import starting_model
from diversify.training.tokenizer import encode_rows
from diversify.training.trainer import AnswerTrainer

WARM_UP = 5
"""Steps that are not timed."""
TIMES = 5


@dataclass(frozen=True)
class Size:
    steps: int
    task: SynthRewriteOptions
    options: SftOptions


SHORT = {"instructions": 1000, "examples": 8000, "tests": 1, "input_length": 12}
SIZES = {
    "laptop": Size(
        60,
        SynthRewriteOptions(**SHORT, pattern_length=3),
        SftOptions(layers=2, width=128, heads=4, max_length=40, per_device_train_batch_size=64),
    ),
    "papers": Size(
        10,
        SynthRewriteOptions(
            instructions=500, examples=1000, tests=1, input_length=50, pattern_length=20
        ),
        SftOptions(
            architecture="gpt2",
            layers=4,
            width=256,
            heads=4,
            max_length=160,
            per_device_train_batch_size=64,
        ),
    ),
    "nothing": Size(
        400,
        SynthRewriteOptions(**SHORT, pattern_length=3),
        SftOptions(
            layers=1,
            width=8,
            heads=2,
            max_length=40,
            per_device_train_batch_size=1,
            precision="fp32",
        ),
    ),
}


def main() -> None:
    torch.set_num_threads(1)
    disable_progress_bars()
    lines = []
    for name, size in SIZES.items():
        rows = make_rewrite_data(size.task).train
        model, tokenizer = starting_model(size.options, rows)
        encoded = encode_rows(tokenizer, rows)
        seconds: dict[str, list[float]] = {tool: [] for tool in TOOLS}
        losses = {}
        for _ in range(TIMES):
            for tool, train in TOOLS.items():
                model, _ = starting_model(size.options, rows)
                taken, losses[tool] = train(model, tokenizer, encoded, size)
                seconds[tool].append(round(taken, 4))
        check(losses)
        lines += summed_up(name, size, encoded, seconds)
    keep("training", lines, ["torch", "transformers", "trl", "accelerate"], bf16=has_bf16())


def summed_up(
    name: str, size: Size, encoded: EncodedRows, seconds: dict[str, list[float]]
) -> list[dict]:
    timed = size.steps - WARM_UP
    bare = seconds["bare loop"]
    return [
        line(
            tool,
            taken,
            size=name,
            tokens=int(encoded.lengths()[0]),
            batch=size.options.per_device_train_batch_size,
            ms_a_step=round(1000 * statistics.median(taken) / timed, 2),
            examples_a_second=round(
                timed * size.options.per_device_train_batch_size / statistics.median(taken), 1
            ),
            # turn by turn, so that a busy minute weighs on both
            share_of_bare=round(
                statistics.median(one / other for one, other in zip(bare, taken, strict=True)), 3
            ),
        )
        for tool, taken in seconds.items()
    ]


def check(losses: dict[str, list[float]]) -> None:
    """The first step to rounding; later ones to what bf16 makes of the difference."""
    ours, bare = losses["diversify"], losses["bare loop"]
    assert abs(ours[0] - bare[0]) < 2e-3, (ours[0], bare[0])
    assert max(abs(a - b) for a, b in zip(ours, bare, strict=True)) < 0.05, (ours, bare)


def bare_loop(model, tokenizer, encoded: EncodedRows, size: Size, answers_alone: bool):
    """A loop as one would write it: nothing but the step."""
    options, steps = size.options, size.steps
    ids, labels = tensors(encoded)
    first = int(encoded.prompt_lengths[0])
    optimiser = torch.optim.AdamW(decayed(model, options), lr=options.learning_rate, fused=True)
    schedule = get_scheduler(
        "warmup_stable_decay",
        optimiser,
        num_warmup_steps=round(options.warmup_share * steps),
        num_training_steps=steps,
        scheduler_specific_kwargs={
            "num_decay_steps": round(options.decay_share * steps),
            "decay_type": "linear",
        },
    )
    bf16 = options.precision == "auto" and has_bf16()
    model.train()
    losses = []
    for step in range(steps):
        if step == WARM_UP:
            start = time.perf_counter()
        at = step * options.per_device_train_batch_size
        batch = slice(at, at + options.per_device_train_batch_size)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            if answers_alone:
                kept = ids.shape[1] - first + 1
                logits = model(ids[batch], logits_to_keep=kept, use_cache=False).logits[:, :-1]
                loss = torch.nn.functional.cross_entropy(
                    logits.float().flatten(0, 1), ids[batch, first:].flatten()
                )
            else:
                loss = model(ids[batch], labels=labels[batch], use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        losses.append(loss.detach())
    taken = time.perf_counter() - start
    return taken, logged([float(loss) for loss in losses])


def decayed(model, options: SftOptions) -> list[dict]:
    """Weight decay on matrices alone, as the trainers do."""
    matrices = [weight for weight in model.parameters() if weight.ndim > 1]
    others = [weight for weight in model.parameters() if weight.ndim < 2]
    return [
        {"params": matrices, "weight_decay": options.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def tensors(encoded: EncodedRows) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.tensor(encoded.ids.reshape(len(encoded), -1), dtype=torch.int64)
    labels = ids.clone()
    labels[:, : int(encoded.prompt_lengths[0])] = IGNORED
    return ids, labels


def logged(losses: list[float]) -> list[float]:
    """Means as the trainers log them."""
    every = max(1, len(losses) // 50)
    starts = range(0, len(losses) - every + 1, every)
    return [statistics.mean(losses[start : start + every]) for start in starts]


def ours(model, tokenizer, encoded: EncodedRows, size: Size):
    rows = TrainingRows(encoded, size.options.max_length, tokenizer.pad_token_id)
    with tempfile.TemporaryDirectory() as folder:
        trainer = AnswerTrainer(model, tokenizer, rows, arguments(size, rows, Path(folder)))
        return run(trainer)


def as_it_comes(model, tokenizer, encoded: EncodedRows, size: Size):
    """SFTTrainer with its own defaults, but for what the benchmark holds equal."""
    ids, labels = tensors(encoded)
    rows = Dataset.from_dict({"input_ids": ids.tolist(), "labels": labels.tolist()})
    with tempfile.TemporaryDirectory() as folder:
        equal = arguments(size, rows, Path(folder))
        names = [
            "output_dir", "max_steps", "per_device_train_batch_size", "learning_rate",
            "weight_decay", "warmup_steps", "lr_scheduler_type", "lr_scheduler_kwargs", "seed",
            "bf16", "use_cpu", "max_length", "save_strategy", "report_to", "disable_tqdm",
            "train_sampling_strategy", "gradient_checkpointing",
        ]  # fmt: skip
        args = SFTConfig(**{name: getattr(equal, name) for name in names}, logging_steps=1000)
        trainer = SFTTrainer(model=model, processing_class=tokenizer, train_dataset=rows, args=args)
        return run(trainer)


def arguments(size: Size, rows, folder: Path) -> SFTConfig:
    options = size.options.model_copy(update={"max_steps": size.steps})
    arguments = training_arguments(options, len(rows), folder)
    arguments.train_sampling_strategy = "sequential"
    return arguments


def run(trainer) -> tuple[float, list[float]]:
    clock = Clock()
    trainer.add_callback(clock)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    losses = [log["loss"] for log in trainer.state.log_history if "loss" in log]
    return clock.stopped - clock.started, losses


class Clock(TrainerCallback):
    def on_step_end(self, args, state, control, **_):
        if state.global_step == WARM_UP:
            self.started = time.perf_counter()
        self.stopped = time.perf_counter()


TOOLS = {
    "bare loop": partial(bare_loop, answers_alone=False),
    "bare loop, answers alone": partial(bare_loop, answers_alone=True),
    "diversify": ours,
    "TRL as it comes": as_it_comes,
}


if __name__ == "__main__":
    main()
