"""One batch of a causal model under greedy decoding."""

import inspect
from collections.abc import Sequence
from typing import Any


class GreedyBatch:
    """Rows that a model reads and goes on with, one token a step, its keys and values kept."""

    def __init__(self, model: Any, prompts: Sequence[list[int]]) -> None:
        """Take prompts, given as token ids, padded on the left."""
        from transformers import DynamicCache

        self.model = model
        self.ids, self.mask = _padded(prompts, model.device)  # (B, T)
        self.places = (self.mask.cumsum(1) - 1).clamp(min=0)
        self.cache: Any = DynamicCache(config=model.config.get_text_config())
        takes = inspect.signature(model.forward).parameters
        self.takes_places = "position_ids" in takes
        self.last_alone = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}

    def step(self) -> list[int]:
        """Read what is new and give the likeliest token of each row."""
        import torch

        given = {"position_ids": self.places} if self.takes_places else {}
        with torch.inference_mode():
            logits = self.model(
                input_ids=self.ids,
                attention_mask=self.mask,
                past_key_values=self.cache,
                use_cache=True,
                **given,
                **self.last_alone,
            ).logits
            self.ids = logits[:, -1].argmax(-1)[:, None]  # (B, 1)
        self.mask = torch.nn.functional.pad(self.mask, (0, 1), value=1)
        self.places = self.places[:, -1:] + 1
        tokens: list[int] = self.ids[:, 0].tolist()
        return tokens

    def keep(self, rows: list[int]) -> None:
        """Let all other rows go."""
        import torch

        kept = torch.tensor(rows, device=self.ids.device)
        self.cache.batch_select_indices(kept)
        self.ids, self.mask, self.places = self.ids[kept], self.mask[kept], self.places[kept]


def _padded(prompts: Sequence[list[int]], device: Any) -> tuple[Any, Any]:
    """Give ids and mask of prompts, padded on the left: (B, T) each."""
    import torch

    width = max(map(len, prompts))
    ids = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    return ids.to(device), mask.to(device)
