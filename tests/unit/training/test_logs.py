from importlib.util import find_spec

import pytest

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.training import logs
from diversify.training.logs import check_logger, log_callbacks, logs_folder
from diversify.training.sft import train


def test_without_a_word_nothing_is_logged_and_nothing_needed(tmp_path):
    check_logger(SftOptions())
    assert log_callbacks(SftOptions(), tmp_path / "model.logs", None) == []
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["tensorboard", "trackio"])
def test_a_logger_that_is_not_installed_is_named_before_anything_is_done(
    name, rewrite_data, tmp_path, monkeypatch
):
    monkeypatch.setattr(logs, "find_spec", lambda asked: None)
    options = SftOptions(report_to=name, model="there-is-none")
    with pytest.raises(ConfigError, match=f"not installed here: `pip install {name}`") as caught:
        train(rewrite_data.train, rewrite_data.train, options, tmp_path / "model", 1)
    assert "\n" not in str(caught.value)


def test_logs_lie_beside_the_model(tmp_path):
    assert logs_folder(tmp_path / "model") == tmp_path / "model.logs"


@pytest.fixture
def logged(rewrite_data, tmp_path, capsys):
    """Train with a logger: gives what the run did; the logs are all there is beside the model."""

    def run(name):
        rows = rewrite_data.train.head(64)
        options = SftOptions(
            layers=1, width=32, heads=2, max_length=32, max_steps=4, precision="fp32",
            per_device_train_batch_size=16, report_to=name,
        )  # fmt: skip
        result = train(rows, rows, options, tmp_path / "model", 1)
        assert {path.name for path in tmp_path.iterdir()} == {"model", "model.logs"}
        assert capsys.readouterr().out == ""
        return result

    return run


@pytest.mark.skipif(not find_spec("tensorboard"), reason="needs tensorboard")
def test_tensorboard_shows_the_curve_of_the_summary(logged, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    result = logged("tensorboard")
    events = EventAccumulator(str(tmp_path / "model.logs")).Reload()
    shown = [(event.step, event.value) for event in events.Scalars("train/loss")]
    assert [step for step, _ in shown] == [step for step, _ in result.loss]
    assert [loss for _, loss in shown] == pytest.approx([loss for _, loss in result.loss], abs=1e-5)


@pytest.mark.skipif(not find_spec("trackio"), reason="needs trackio")
def test_trackio_keeps_its_database_beside_the_model(logged, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", "to be replaced")
    logged("trackio")
    assert (tmp_path / "model.logs" / "diversify.db").is_file()
