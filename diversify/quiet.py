"""Keep libraries' chatter off our output."""

import sys
import warnings


def quieten_transformers() -> None:
    """Keep progress bars to terminals, and leave out notices that nobody can act on."""
    from transformers.utils import logging

    # the loader lists buffers that no version of a model uses any more
    logging.set_verbosity_error()
    if not sys.stderr.isatty():
        logging.disable_progress_bar()
    # its successor is unknown to the oldest transformers that we allow
    for name in ("gradient_checkpointing", "is_gradient_checkpointing"):
        warnings.filterwarnings("ignore", message=f"`{name}` is deprecated")
