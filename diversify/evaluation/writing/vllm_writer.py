"""vLLM as the backend, by its documented offline interface (`LLM.generate`).

Untried: there has been no machine with vLLM to run it on. Its programs may differ from those of
transformers where two tokens are about as likely as one another.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diversify.config.generate import GenerateOptions
from diversify.errors import ConfigError
from diversify.evaluation.generation import Answer, End


class VllmWriter:
    """A model inside vLLM, which makes up its batches by itself."""

    backend = "vllm"

    def __init__(self, model: Path, dtype: str, options: GenerateOptions) -> None:
        """Load a model.

        Raises:
            ConfigError: there is no such model.
        """
        from transformers import AutoConfig, AutoTokenizer
        from vllm import LLM  # type: ignore[import-not-found, unused-ignore]

        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(model)
            config = AutoConfig.from_pretrained(model).get_text_config()
        except (OSError, ValueError) as error:
            first_line = str(error).strip().splitlines()[0]
            raise ConfigError(f"cannot load the model '{model}': {first_line}") from error
        positions = getattr(config, "max_position_embeddings", None)
        self.positions = None if positions is None else int(positions)
        self.parameters: int | None = None
        self.options = options
        self.engine = LLM(
            model=str(model),
            dtype=dtype,
            max_num_seqs=options.batch_size,
            enable_prefix_caching=True,
        )

    def write(self, prompts: Sequence[list[int]], stops: Sequence[str]) -> list[Answer]:
        """Answer each prompt greedily, until one of the strings is there."""
        from vllm import SamplingParams  # type: ignore[import-not-found, unused-ignore]

        most = self.options.max_new_tokens
        rooms = [min(most, (self.positions or len(p) + most) - len(p)) for p in prompts]
        fits = [at for at, room in enumerate(rooms) if room > 0]
        outputs = self.engine.generate(
            [{"prompt_token_ids": prompts[at]} for at in fits],
            [
                SamplingParams(temperature=0.0, max_tokens=rooms[at], stop=list(stops))
                for at in fits
            ],
        )
        answers = [Answer([], "", "no room")] * len(prompts)
        for at, output in zip(fits, outputs, strict=True):
            written = output.outputs[0]
            answers[at] = Answer(list(written.token_ids), written.text, _end(written))
        return answers


def _end(written: Any) -> End:
    if written.finish_reason == "length":
        return "full"
    return "stop" if isinstance(written.stop_reason, str) else "end token"
