import numpy as np
import pytest

from diversify.config.sft import SftOptions
from diversify.training.arguments import training_arguments
from diversify.training.budget import order_of, trained_by_step, within_budget
from diversify.training.model import starting_model
from diversify.training.taking import take_rows
from diversify.training.trainer import AnswerTrainer

TINY = SftOptions(
    layers=1,
    width=16,
    heads=2,
    max_length=32,
    per_device_train_batch_size=7,
    precision="fp32",
    seed=3,
)
IN_PARTS = TINY.model_copy(
    update={"gradient_accumulation_steps": 3, "per_device_train_batch_size": 4}
)
PACKED = TINY.model_copy(update={"packing": True, "per_device_train_batch_size": 3})


@pytest.fixture
def uneven(rewrite_data):
    rows = rewrite_data.train.head(60).copy()
    rows["response"] = [text[: 1 + i % len(text)] for i, text in enumerate(rows["response"])]
    return rows


def ran(rows, options, folder, monkeypatch):
    """Train as `sft` does; gives (trainer, what it asked for, steps planned)."""
    model, tokenizer = starting_model(options, rows)
    taken = take_rows(tokenizer, rows, options)
    planned = within_budget(options, taken)
    trainer = AnswerTrainer(
        model, tokenizer, taken, training_arguments(planned, len(taken), folder)
    )
    asked, give = [], taken.__getitems__
    monkeypatch.setattr(
        type(taken), "__getitems__", lambda _, drawn: asked.append(drawn) or give(drawn)
    )
    trainer.train()
    return trainer, asked, planned.max_steps


def test_rows_come_in_the_order_that_is_worked_out_beforehand(uneven, tmp_path, monkeypatch):
    options = TINY.model_copy(update={"num_train_epochs": 2.0})
    _, asked, _ = ran(uneven, options, tmp_path, monkeypatch)
    orders = [order_of(60, seed=3, epoch=epoch).tolist() for epoch in (0, 1)]
    batches = [order[at : at + 7] for order in orders for at in range(0, 60, 7)]
    assert asked == batches


@pytest.mark.parametrize("options", [TINY, IN_PARTS, PACKED], ids=["plain", "in parts", "packed"])
@pytest.mark.parametrize("budget", [1, 150, 500])
def test_a_run_ends_with_the_step_that_spends_the_budget(
    uneven, tmp_path, monkeypatch, options, budget
):
    options = options.model_copy(update={"trained_tokens": budget})
    trainer, _, steps = ran(uneven, options, tmp_path, monkeypatch)
    assert trainer.state.global_step == steps
    taken, epoch, by_step = trainer.train_dataset, 0, []
    while sum(by_step) < budget:
        by_step += trained_by_step(options, taken, epoch).tolist()
        epoch += 1
    spent = np.cumsum(by_step)
    assert trainer.tokens_trained == spent[steps - 1] >= budget
    assert steps == 1 or spent[steps - 2] < budget


def test_the_learning_rate_falls_to_zero_where_the_budget_ends(uneven, tmp_path, monkeypatch):
    trainer, _, _ = ran(
        uneven, TINY.model_copy(update={"trained_tokens": 150}), tmp_path, monkeypatch
    )
    rates = [log["learning_rate"] for log in trainer.state.log_history if "learning_rate" in log]
    assert max(rates) == TINY.learning_rate
    assert trainer.lr_scheduler.get_last_lr()[0] == pytest.approx(0, abs=1e-9)


def test_without_a_budget_the_options_stay_as_they_are(uneven):
    _, tokenizer = starting_model(TINY, uneven)
    assert within_budget(TINY, take_rows(tokenizer, uneven, TINY)) is TINY


def test_arms_of_long_and_of_short_answers_get_the_same_tokens(uneven):
    steps = {}
    for name, rows in (("short", uneven.assign(response="A")), ("long", uneven)):
        options = TINY.model_copy(update={"trained_tokens": 300})
        _, tokenizer = starting_model(options, uneven)
        steps[name] = within_budget(options, take_rows(tokenizer, rows, options)).max_steps
    assert steps["short"] > 1.5 * steps["long"]
