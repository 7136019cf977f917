"""Which tokens a run takes: rows laid out, cut at max_length and, where asked for, packed."""

from pathlib import Path
from typing import Any

import pandas as pd

from diversify.config.sft import SftOptions
from diversify.training.batches import Batches, EndToEndRows, TrainingRows
from diversify.training.chat import use_chat_template
from diversify.training.encoded import everywhere
from diversify.training.packing import pack
from diversify.training.tokenizer import encode_rows


def take_rows(tokenizer: Any, rows: pd.DataFrame, options: SftOptions) -> Batches:
    """Lay rows out as the options say; a `chat_template` becomes the tokenizer's own.

    With `packing` a thing that is drawn, and counted by per_device_train_batch_size, is a block of
    rows, as in TRL.

    Raises:
        ConfigError: the chat template cannot be trained with.
        DataError: there is no row, none keeps an answer, or the template refuses one.
    """
    if options.chat_template:
        use_chat_template(tokenizer, Path(options.chat_template))
    encoded = encode_rows(tokenizer, rows)
    if not options.completion_only_loss:
        encoded = everywhere(encoded)
    taken = TrainingRows(encoded, options.max_length, tokenizer.pad_token_id)
    if options.packing:
        return EndToEndRows(taken, pack(taken.lengths, options.max_length, options.seed))
    return EndToEndRows(taken) if options.padding_free else taken
