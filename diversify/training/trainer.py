"""TRL's SFTTrainer, less what a small model feels.

It imports the heavy libraries at its head: import it inside the function that trains.
"""

import inspect
from typing import Any

import torch
from datasets import Dataset
from transformers import PrinterCallback
from trl import SFTConfig, SFTTrainer

from diversify.training.attention import attention_words, rows_end_to_end
from diversify.training.batches import IGNORED, Batches, EndToEndRows

NARROW = 8192
"""Largest vocabulary whose logits are written out; a wider one goes through TRL's fused head."""
CAUSAL_ALONE = ("llama", "gpt2")
"""Kinds of models whose every layer attends to all earlier tokens, and that take a ready mask."""


class AnswerTrainer(SFTTrainer):
    """SFTTrainer on rows that are ids already, with the loss on their answers and nothing else.

    The loss is TRL's: the sum of -log p over the answers' tokens of an optimiser step, divided by
    their number. No step asks a tensor for its value, which on a GPU would make it wait (TRL asks
    five times). What is left out, and what each part costs where it is put back (a llama of
    2 layers, 128 wide, 64 rows of 35 tokens, bf16, one thread: 48.0 ms a step, a bare loop 45.4):

    ============================================================  =======
    TRL's loss: logits of prompts too, entropy, token accuracy    11.8 ms
    rows in an Arrow table, padded one by one                      1.3 ms
    a look for losses that are no number                           0.2 ms
    masks made, and packed rows searched, in each forward pass     0.2 ms
    counts of tokens and of floating-point operations              0.2 ms
    ============================================================  =======

    The last three cost the same whatever the model, and were measured on one so small that it
    costs nothing. It still takes 0.7 ms a step more than in a bare loop: accelerate's wrappers,
    callbacks, clipping.

    Rows that come end to end (packing, padding_free) have no padding in any layer, and no row sees
    another.
    """

    def __init__(self, model: Any, tokenizer: Any, rows: Batches, args: SFTConfig, **more: Any):
        """Take rows in place of a `datasets.Dataset`; what else SFTTrainer takes goes to it."""
        # SFTTrainer insists on a Dataset and looks at its first row alone
        stand_in = Dataset.from_dict({"input_ids": [[0]], "labels": [[0]]})
        super().__init__(
            model=model,
            processing_class=tokenizer,
            train_dataset=stand_in,
            data_collator=_as_it_is,
            args=args,
            **more,
        )
        self.remove_callback(PrinterCallback)  # the losses go into the summary
        self.train_dataset = rows
        self.tokens_seen = 0
        """Tokens, padding apart, of all batches so far."""
        self.tokens_trained = 0
        """Those of them with a loss."""
        whole: Any = self.model
        causal = whole.get_base_model() if more.get("peft_config") else whole
        self._causal, config = causal, causal.config.get_text_config()
        takes = inspect.signature(causal.forward).parameters
        self._narrow = config.vocab_size <= NARROW and "logits_to_keep" in takes
        alone = config.model_type in CAUSAL_ALONE
        self._mask = _CausalMask(config._attn_implementation) if alone else None

    def train(self, *words: Any, **more: Any) -> Any:
        """Train; where rows come end to end, with an attention that keeps them apart.

        Raises:
            ConfigError: rows come end to end, and the model's architecture cannot take them so.
        """
        if not isinstance(self.train_dataset, EndToEndRows):
            return super().train(*words, **more)
        precision = "bf16" if self.args.bf16 else "fp16" if self.args.fp16 else "fp32"
        with rows_end_to_end(self._causal, precision):
            return super().train(*words, **more)

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Give the loss of one batch, its part in that of the optimiser step."""
        labels = inputs["labels"]
        self.tokens_seen += inputs["tokens"]
        self.tokens_trained += inputs["trained"]
        if self.aux_loss_enabled:  # a mixture of experts, whose second loss TRL weighs
            trl: Any = super()
            batch = {**self._read(inputs), "labels": _everywhere(inputs)}
            if "position_ids" not in inputs:
                batch["attention_mask"] = torch.ones_like(inputs["input_ids"])
            return trl.compute_loss(model, batch, return_outputs, num_items_in_batch)
        outputs, loss = self._summed(model, inputs)
        count = (
            labels[:, 1:].ne(IGNORED).sum() if num_items_in_batch is None else num_items_in_batch
        )
        loss = loss / torch.as_tensor(count).clamp(min=1)
        # as TRL: the count is that of all devices, whose gradients are averaged
        if self.args.average_tokens_across_devices and num_items_in_batch is not None:
            loss = loss * (self.accelerator.num_processes // self.get_tp_size())
        return (loss, outputs) if return_outputs else loss

    def _read(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Give what the model reads: ids, and where rows lie end to end, where each is."""
        if "position_ids" not in inputs:
            return {"input_ids": inputs["input_ids"]}
        where = attention_words(self._causal, inputs["row_lengths"])
        return {"input_ids": inputs["input_ids"], "position_ids": inputs["position_ids"], **where}

    def _summed(self, model: Any, inputs: dict[str, Any]) -> tuple[Any, Any]:
        """Give the model's outputs, and the sum of -log p over the answers' tokens."""
        labels, more = inputs["labels"], {**self._read(inputs), "use_cache": False}
        if self._mask and "position_ids" not in inputs:
            more["attention_mask"] = self._mask(inputs["input_ids"])
        if not self._narrow:
            outputs = model(**more, labels=_everywhere(inputs), fused_lm_head=True)
            return outputs, -outputs.log_probs.sum()
        if "foretelling" in inputs:
            outputs = model(**more, logits_to_keep=inputs["foretelling"])
            logits = outputs.logits  # (1, n, V)
        else:
            outputs = model(**more, logits_to_keep=labels.shape[1])
            # what the last token foretells is not there: (B, K-1, V)
            logits = outputs.logits[:, :-1]
        losses = torch.nn.functional.cross_entropy(
            logits.float().flatten(0, 1),
            labels[:, 1:].flatten(),
            ignore_index=IGNORED,
            reduction="sum",
        )
        return outputs, losses

    def floating_point_ops(self, inputs: dict[str, Any]) -> int:
        """Count nothing: the trainer's count walks over all weights each step."""
        return 0


class _CausalMask:
    """The mask of a causal model, made once for each length: (1, 1, T, T).

    Without one, transformers makes it anew in each forward pass, after a look at the data.
    """

    def __init__(self, attention: str) -> None:
        self.additive = attention == "eager"
        self.made: dict[int, Any] = {}

    def __call__(self, ids: Any) -> Any:
        length = ids.shape[1]
        if length not in self.made:
            mask = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
            if self.additive:
                lowest = torch.finfo(torch.float32).min
                mask = torch.zeros(length, length, device=ids.device).masked_fill(~mask, lowest)
            self.made[length] = mask[None, None]
        return self.made[length]


def _everywhere(inputs: dict[str, Any]) -> Any:
    """Give labels for all positions: those without a loss are IGNORED."""
    ids, labels = inputs["input_ids"], inputs["labels"]
    if "foretelling" in inputs:
        everywhere = torch.full_like(ids, IGNORED)
        everywhere[0, inputs["foretelling"] + 1] = labels[0, 1:]
        return everywhere
    return torch.nn.functional.pad(labels, (ids.shape[1] - labels.shape[1], 0), value=IGNORED)


def _as_it_is(batch: Any) -> Any:
    return batch
