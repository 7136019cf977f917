"""Options of `dedup`."""

from diversify.config.base import Options, TextField


class DedupOptions(Options):
    """When two rows are the same."""

    field: TextField = "instruction+input"
    """What must agree, after unescaping, NFKC and whitespace folding."""
