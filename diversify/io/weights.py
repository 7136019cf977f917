"""Weights are read from safetensors alone: a pickle may run code as it is opened."""

from pathlib import Path

PICKLES = ("pytorch_model*.bin", "adapter_model*.bin")
"""Names under which libraries would read pickles where no safetensors stand beside them."""
ADVICE = (
    "a pickle may run code, so only safetensors are read; whoever trusts it can convert it once "
    "with save_pretrained"
)


def refuse_pickles(folder: Path) -> None:
    """Stop at weights that lie in a folder, or in one inside it, as pickles and not otherwise.

    Raises:
        OSError: there are such weights; callers say of which model.
    """
    for pattern in PICKLES:
        for pickle in sorted(folder.rglob(pattern)):
            if not any(pickle.parent.glob("*.safetensors")):
                raise OSError(f"{pickle.relative_to(folder)}: {ADVICE}")
