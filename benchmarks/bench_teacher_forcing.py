"""Exact match by teacher forcing against exact match by `generate`, in rows a second.

    python benchmarks/bench_teacher_forcing.py

`generate` runs with its cache, on random prompts of one length so that it needs no padding, in
batches of 1, of 8 (what transformers' Trainer evaluates in unless told otherwise) and of 256. Both
must say the same of every row. The demo's model is half trained; the papers' (6 layers, 256 wide,
input 50, pattern 20) has random weights, and every second row asks for what it would write.
"""

import tempfile
from functools import partial
from pathlib import Path

import torch
from timing import keep, line, repeated

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.evaluation.teacher_forcing import score_rows
from diversify.hardware import usable_threads
from diversify.synth.rewrite import make_rewrite_data
from diversify.training.encoded import EncodedRows, join_rows
from diversify.training.model import load_model, starting_model
from diversify.training.sft import train
from diversify.training.tokenizer import encode_rows

ROWS = {
    "demo": {1: 100, 8: 800, 256: 2048},
    "papers": {1: 8, 8: 64, 256: 256},
}
"""Rows that `generate` writes, by size and batch."""


def main() -> None:
    torch.set_num_threads(usable_threads())
    lines = compared("demo", *demo()) + compared("papers", *papers())
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "processor"
    keep("teacher_forcing", lines, ["torch", "transformers"], device=device)


def compared(name: str, model, tokenizer, encoded: EncodedRows) -> list[dict]:
    options = EvaluateOptions()
    forced, our_seconds = repeated(lambda: score_rows(model, encoded, options).exact.tolist())
    ours = line("teacher forcing", our_seconds, size=name, rows=len(encoded))
    our_rate = len(encoded) / ours["median"]
    accuracy = sum(forced) / len(forced)
    lines = [{**ours, "accuracy": accuracy, "rows_a_second": round(our_rate, 1)}]
    for batch, rows in ROWS[name].items():
        greedy, seconds = repeated(
            partial(generated, model, tokenizer, encoded, rows=rows, batch=batch)
        )
        assert forced[:rows] == greedy, "not the same rows"
        theirs = line("generate", seconds, size=name, batch=batch, rows=rows)
        rate = rows / theirs["median"]
        times = round(our_rate / rate, 2)
        lines.append({**theirs, "rows_a_second": round(rate, 1), "times_slower": times})
    return lines


def demo() -> tuple[object, object, EncodedRows]:
    """The demo's model, right on some rows and wrong on others."""
    task = SynthRewriteOptions(
        instructions=20, examples=30_000, tests=10, alphabet=8, input_length=12, pattern_length=3
    )
    rows = make_rewrite_data(task).train
    options = SftOptions(max_steps=220, max_length=40, learning_rate=2e-3)
    with tempfile.TemporaryDirectory() as folder:
        train(rows, rows, options, Path(folder) / "model", usable_threads())
        model, tokenizer = load_model(Path(folder) / "model")
    return model, tokenizer, encode_rows(tokenizer, rows.head(2048))


def papers() -> tuple[object, object, EncodedRows]:
    """The papers' model; half of the answers asked for are its own."""
    task = SynthRewriteOptions(
        instructions=256, examples=256, tests=1, input_length=50, pattern_length=20
    )
    options = SftOptions(architecture="gpt2", layers=6, width=256, heads=4, max_length=160)
    rows = make_rewrite_data(task).train
    model, tokenizer = starting_model(options, rows)
    model.set_attn_implementation("sdpa")  # as a saved model loads
    model.eval()
    encoded = encode_rows(tokenizer, rows)
    own = answers(model, tokenizer, encoded.prompts, len(encoded.completions[0]))
    asked = [own[i] if i % 2 else one for i, one in enumerate(encoded.completions)]
    return model, tokenizer, join_rows(encoded.prompts, asked)


def generated(model, tokenizer, encoded: EncodedRows, rows: int, batch: int) -> list[bool]:
    """Say of the first rows whether greedy decoding writes what is asked."""
    prompts, wanted = encoded.prompts[:rows], encoded.completions[:rows]
    exact = []
    for start in range(0, rows, batch):
        asked = wanted[start : start + batch]
        given = answers(model, tokenizer, prompts[start : start + batch], len(asked[0]))
        exact += [answer == one for answer, one in zip(given, asked, strict=True)]
    return exact


def answers(model, tokenizer, prompts: list[list[int]], length: int) -> list[list[int]]:
    ids = torch.tensor(prompts, device=model.device)
    with torch.inference_mode():
        out = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=length,
            do_sample=False,
            pad_token_id=tokenizer.pad_token_id,
        )
    return out[:, ids.shape[1] :].tolist()


if __name__ == "__main__":
    main()
