"""Where models are found, and that their code stays asleep."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from diversify.config.embed import EmbedOptions
from diversify.errors import ConfigError
from diversify.io.embed import embed_rows
from diversify.io.models import located

ROWS = pd.DataFrame({"instruction": ["sort a list", "tell a joke"], "input": ["", ""]})

CODE = """
from pathlib import Path
from transformers import BertConfig, BertModel
Path({mark!r}).touch()
class OwnConfig(BertConfig):
    model_type = "own-bert"
class OwnModel(BertModel):
    config_class = OwnConfig
"""


@pytest.fixture
def model_with_code(tiny_model, tmp_path, monkeypatch):
    """A model whose folder brings its own classes, and a file that appears when their code runs."""
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "hf"))
    folder = tmp_path / "own"
    shutil.copytree(tiny_model, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "own-bert",
        "architectures": ["OwnModel"],
        "auto_map": {"AutoConfig": "own.OwnConfig", "AutoModel": "own.OwnModel"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "own.py").write_text(CODE.format(mark=str(tmp_path / "ran")))
    return str(folder), tmp_path / "ran"


def test_code_that_comes_with_a_model_does_not_run_and_the_option_is_named(model_with_code):
    model, ran = model_with_code
    with pytest.raises(ConfigError, match="repeat the model's name as trust_remote_code"):
        embed_rows(ROWS, None, EmbedOptions(model=model, dtype="float32"), 1)
    assert not ran.exists()


def test_code_runs_where_the_model_is_trusted_by_name(model_with_code, tiny_model):
    model, ran = model_with_code
    options = EmbedOptions(model=model, dtype="float32", trust_remote_code=model)
    trusted = embed_rows(ROWS, None, options, 1)
    assert ran.exists()
    plain = embed_rows(ROWS, None, EmbedOptions(model=tiny_model, dtype="float32"), 1)
    assert (trusted.rows == plain.rows).all()


@pytest.mark.parametrize("name", ["yes", "true", "other/model"])
def test_trust_in_anything_but_the_model_is_refused(name):
    with pytest.raises(ValidationError, match="repeat the name of the model"):
        EmbedOptions(model="some/model", trust_remote_code=name)


def test_a_model_in_the_cache_of_the_hub_is_known_by_its_commit(tiny_model, tmp_path, monkeypatch):
    commit = "0123456789abcdef0123456789abcdef01234567"
    for name, repo in (("org/tiny", "models--org--tiny"),
                       ("short", "models--sentence-transformers--short")):  # fmt: skip
        folder = tmp_path / repo / "snapshots" / commit
        shutil.copytree(tiny_model, folder)
        (tmp_path / repo / "refs").mkdir()
        (tmp_path / repo / "refs" / "main").write_text(commit)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        found = located(name)
        assert (found.path, found.name) == (folder, f"{name}@{commit}")


def test_a_snapshot_without_weights_is_no_model(tiny_model, tmp_path, monkeypatch):
    folder = tmp_path / "models--org--tiny" / "snapshots" / "c0"
    shutil.copytree(tiny_model, folder)
    next(folder.glob("*.safetensors")).unlink()
    (tmp_path / "models--org--tiny" / "refs").mkdir()
    (tmp_path / "models--org--tiny" / "refs" / "main").write_text("c0")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ConfigError, match="cannot load the embedding model 'org/tiny'"):
        located("org/tiny")


def test_the_name_of_a_folder_changes_with_the_weights_and_the_key_with_the_rest(
    tiny_model, tmp_path
):
    shutil.copytree(tiny_model, tmp_path / "model")
    before = located(str(tmp_path / "model"))
    assert before == located(tiny_model).__class__(
        Path(tmp_path / "model"), located(tiny_model).name, located(tiny_model).key
    )
    (tmp_path / "model" / "README.md").write_text("another story")
    assert located(str(tmp_path / "model")) == before
    (tmp_path / "model" / "modules.json").write_text("[]")
    changed = located(str(tmp_path / "model"))
    assert changed.name == before.name
    assert changed.key != before.key


def test_a_folder_without_a_model_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="cannot load the embedding model"):
        embed_rows(ROWS, None, EmbedOptions(model=str(tmp_path / "empty")), 1)
