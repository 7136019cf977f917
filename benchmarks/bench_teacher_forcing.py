"""Exact match by teacher forcing against exact match by `generate`, on a half-trained model.

    python benchmarks/bench_teacher_forcing.py

Both must say the same of every row.
"""

import tempfile
from pathlib import Path

import torch
from timing import keep, line, repeated

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.evaluation.teacher_forcing import score_rows
from diversify.hardware import usable_threads
from diversify.synth.rewrite import make_rewrite_data
from diversify.training.model import load_model
from diversify.training.sft import train
from diversify.training.tokenizer import EncodedRows, encode_rows

ROWS = 2000
TASK = SynthRewriteOptions(
    instructions=20, examples=30_000, tests=10, alphabet=8, input_length=12, pattern_length=3
)
BATCH = 256


def main() -> None:
    torch.set_num_threads(usable_threads())
    rows = make_rewrite_data(TASK).train
    options = SftOptions(max_steps=220, max_length=40, learning_rate=2e-3)
    with tempfile.TemporaryDirectory() as folder:
        train(rows, rows, options, Path(folder) / "model", usable_threads())
        model, tokenizer = load_model(Path(folder) / "model")
    encoded = encode_rows(tokenizer, rows.head(ROWS))
    forced, our_seconds = repeated(
        lambda: score_rows(model, encoded, EvaluateOptions(batch_size=BATCH)).exact.tolist()
    )
    greedy, their_seconds = repeated(lambda: generated(model, tokenizer, encoded))
    assert forced == greedy, "not the same rows"
    accuracy = sum(forced) / ROWS
    lines = [
        line("teacher forcing", our_seconds, rows=ROWS, accuracy=accuracy),
        line("generate", their_seconds, rows=ROWS, accuracy=accuracy),
    ]
    keep("teacher_forcing", lines, ["torch", "transformers"], batch=BATCH)


def generated(model: object, tokenizer: object, encoded: EncodedRows) -> list[bool]:
    """All prompts have one length, so that `generate` needs no padding: its best case."""
    exact = []
    for start in range(0, len(encoded), BATCH):
        prompts = torch.tensor(encoded.prompts[start : start + BATCH])
        wanted = encoded.completions[start : start + BATCH]
        with torch.inference_mode():
            out = model.generate(
                prompts,
                attention_mask=torch.ones_like(prompts),
                max_new_tokens=len(wanted[0]),
                do_sample=False,
                pad_token_id=tokenizer.pad_token_id,
            )
        answers = out[:, prompts.shape[1] :].tolist()
        exact += [answer[: len(one)] == one for answer, one in zip(answers, wanted, strict=True)]
    return exact


if __name__ == "__main__":
    main()
