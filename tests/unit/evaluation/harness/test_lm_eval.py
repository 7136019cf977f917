"""All six benchmarks through the harness, from tiny files, with tiny models made on the spot."""

import gzip
import io
import json
import random
import tarfile
from contextlib import nullcontext
from copy import deepcopy

import pandas as pd
import pytest
import torch

from diversify.config.lm_eval import LmEvalOptions
from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.evaluation.harness.building import harness_configs
from diversify.evaluation.harness.lm_eval import open_tasks, score_tasks, score_through
from diversify.evaluation.harness.sources import TaskFiles, hub_data, named_tasks
from diversify.evaluation.harness.splitter import sentence_splitter
from diversify.io.item_scores import totals
from diversify.training.model import load_model, new_model
from diversify.training.tokenizer import new_tokenizer

WORDS = "one two three four five six seven eight nine ten".split()  # noqa: SIM905
LEARNT = [
    {"question": f"How many are {word}?", "answer": f"They are {n}.\n#### {n}"}
    for n, word in enumerate(WORDS, start=21)
]
OTHERS = [
    {"question": f"What is {word} times ninety?", "answer": f"#### {n}"}
    for n, word in enumerate(WORDS[:5], start=9000)
]
IFEVAL = [
    {"key": 11, "prompt": "Write without commas in 2 sentences.", "kwargs": [{}, {
        "relation": "at least", "num_sentences": 2}], "instruction_id_list": [
            "punctuation:no_comma", "length_constraints:number_sentences"]},
    {"key": 12, "prompt": "Use many marks! Only small letters.", "kwargs": [{}, {
        "let_relation": "at least", "letter": "!", "let_frequency": 1}], "instruction_id_list": [
            "change_case:english_lowercase", "keywords:letter_frequency"]},
    {"key": 13, "prompt": "Shout twice.", "kwargs": [{
        "capital_relation": "at least", "capital_frequency": 2}], "instruction_id_list": [
            "change_case:capital_word_frequency"]},
]  # fmt: skip
RESPONSES = [
    "It rained, and we stayed. Nobody came.",
    "we met at noon! it was warm.",
    "WE WENT HOME. Dr. Lee SAID SO.",
]
MATH = [
    {"problem": "What is $1+1$?", "solution": r"So \boxed{2}.", "unique_id": "algebra/7"},
    {"problem": "What is half?", "solution": r"So \boxed{\frac{1}{2}}.", "unique_id": "algebra/8"},
]
THEOREMQA = [
    {"id": "a/1", "Question": "2 + 2?", "Answer": 4, "Answer_type": "integer", "Picture": None},
    {"id": "a/2", "Question": "Is it?", "Answer": True, "Answer_type": "bool", "Picture": "x.png"},
]
SUBJECTS = {
    f"mmlu/{role}/{name}_{role}.csv": "".join(
        f"Which of {name} {role} {n}?,w,x,y,z,{'ABCD'[n % 4]}\n" for n in range(count)
    )
    for name, count in (("anatomy", 3), ("virology", 5))
    for role in ("dev", "test")
}
CHAT = "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}<assistant>"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The six benchmarks in the layouts that they are published in."""
    folder = tmp_path_factory.mktemp("published")
    with gzip.open(folder / "gsm8k.jsonl.gz", "wt") as stream:
        stream.writelines(f"{json.dumps(row)}\n" for row in [*LEARNT, *OTHERS])
    for name, rows in (("ifeval", IFEVAL), ("math", MATH)):
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (folder / "theoremqa.json").write_text(json.dumps(THEOREMQA))
    examples = [{"input": "True and not True is", "target": "False"}] * 2
    pack(folder / "bbh.tar.gz", {
        "bbh/boolean_expressions.json": json.dumps({"examples": examples}),
        "bbh/navigate.json": json.dumps({"examples": examples[:1]}),
    })  # fmt: skip
    pack(folder / "mmlu.tar.gz", SUBJECTS)
    return {path.name.partition(".")[0]: TaskFiles(str(path)) for path in sorted(folder.iterdir())}


def pack(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


@pytest.fixture(scope="module")
def overfitted(tmp_path_factory):
    """A model that knows the answers of ten questions by heart."""
    rows = pd.DataFrame(LEARNT).rename(columns={"question": "instruction", "answer": "response"})
    options = SftOptions(
        tokenizer="bpe", vocabulary=400, layers=1, width=64, heads=2, max_length=400
    )
    tokenizer = new_tokenizer(rows.assign(input=""), options)
    model = new_model(options, tokenizer)
    tokenizer.padding_side = "right"
    texts = [f"Question: {one['question']}\nAnswer: {one['answer']}</s>" for one in LEARNT]
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    labels = batch.input_ids.masked_fill(batch.attention_mask == 0, -100)
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3)
    for _ in range(150):
        loss = model(batch.input_ids, labels=labels, attention_mask=batch.attention_mask).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    folder = tmp_path_factory.mktemp("overfitted")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return load_model(folder)


@pytest.fixture(scope="module")
def scored(files, overfitted):
    """All six, run together."""
    return scores_of(overfitted, files, LmEvalOptions(max_gen_toks=24))


def scores_of(loaded, files, options):
    with open_tasks(files, options) as tasks:
        return score_tasks(*loaded, tasks, options)


def right(scores, task, metric):
    rows = scores.items.query("task == @task and metric == @metric")
    return set(rows["item"][rows["value"] == rows["weight"]])


def test_a_model_scores_exactly_the_answers_it_knows_by_heart(scored):
    learnt = {f"gsm8k/{n}" for n in range(len(LEARNT))}
    assert right(scored, "gsm8k", "exact_match") == learnt
    assert right(scored, "gsm8k", "exact_match,flexible-extract") == learnt
    assert totals(scored.items)["gsm8k"]["exact_match"] == {"value": 0.666667, "n": 15}


def test_every_task_has_its_items_by_name_and_its_main_metric(scored):
    items = scored.items.drop_duplicates(["task", "item"]).groupby("task")["item"].agg(list)
    assert items["ifeval"] == ["ifeval/11", "ifeval/12", "ifeval/13"]
    assert items["mmlu"][:4] == [*(f"mmlu/anatomy/{n}" for n in range(3)), "mmlu/virology/0"]
    assert items["bbh"][1:] == ["bbh/boolean_expressions/1", "bbh/navigate/0"]
    assert items["math"] == ["math/algebra/7", "math/algebra/8"]
    assert items["theoremqa"] == ["theoremqa/a/1", "theoremqa/a/2"]
    assert not scored.items.duplicated(["task", "metric", "item"]).any()
    assert {name: one["metric"] for name, one in scored.tasks.items()} == {
        "bbh": "exact_match", "gsm8k": "exact_match", "ifeval": "prompt_level_strict_acc",
        "math": "exact_match", "mmlu": "acc", "theoremqa": "acc",
    }  # fmt: skip
    assert {name: one["shots"] for name, one in scored.tasks.items()} == {
        "bbh": 3, "gsm8k": 0, "ifeval": 0, "math": 4, "mmlu": 0, "theoremqa": 5,
    }  # fmt: skip


def test_items_sum_up_to_what_the_harness_says(scored):
    found = totals(scored.items)
    for name, one in scored.tasks.items():
        weighted = {"weighted": "by size"} if "parts" in one else {}
        sums = {key: value for key, value in one["harness"].items() if key not in weighted}
        assert sums
        for key, value in sums.items():
            metric, used = key.split(",")
            label = metric if used == one["filter"] else key
            assert found[name][label]["value"] == pytest.approx(value, abs=1e-6)
        assert weighted.items() <= one["harness"].items()


def test_what_sets_a_score_apart_is_said(scored):
    assert {
        "gsm8k: 15 of 1319 items",
        "gsm8k: 0 shots, where the harness has 5",
        "mmlu: 8 of 14042 items",
        "bbh: prompts cut, since the model's context is short: 3",
        "theoremqa: items that refer to a picture, which is not shown: 1",
        "ifeval: locally trained sentence splitter",
    } <= set(scored.marks)
    assert scored.tasks["bbh"]["cut"][-1] == "bbh/navigate/0"
    assert scored.tasks["gsm8k"]["cut"] == []
    assert scored.tasks["math"]["prompts"] == "plain"


def test_a_score_hangs_on_no_other_task_and_is_the_same_again(files, overfitted, scored):
    alone = {name: files[name] for name in ("mmlu", "math")}
    again = scores_of(overfitted, alone, LmEvalOptions(max_gen_toks=24))
    expected = scored.items.query("task in ('mmlu', 'math')")
    pd.testing.assert_frame_equal(
        again.items.sort_values(["task", "metric", "item"], ignore_index=True),
        expected.sort_values(["task", "metric", "item"], ignore_index=True),
    )


def speaker(answers=(), context=4096):
    """A model of the harness' kind that gives prepared answers and keeps what it is asked."""
    from lm_eval.api.model import LM

    class Speaker(LM):
        max_length, max_gen_toks, tokenizer_name = context, 256, "speaker"

        def __init__(self):
            super().__init__()
            self.asked = []

        def generate_until(self, requests):
            self.asked += [request.args for request in requests]
            return [answers[number % len(answers)] for number in range(len(requests))]

        def loglikelihood(self, requests):
            self.asked += [request.args for request in requests]
            return [(-float(" BACD".index(request.args[1][-1])), False) for request in requests]

        def loglikelihood_rolling(self, requests):
            raise NotImplementedError

        def tok_encode(self, text):
            return list(text.encode())

        def apply_chat_template(self, history, add_generation_prompt=True):
            return "".join(f"<{turn['role']}>{turn['content']}" for turn in history)

    return Speaker()


def spoken(lm, named, options=None):
    options = options or LmEvalOptions()
    with open_tasks(named, options) as tasks:
        return score_through(lm, tasks, options)


def test_ifeval_scores_of_given_responses_are_the_harness_own(files):
    import langdetect

    found = spoken(speaker(RESPONSES), {"ifeval": files["ifeval"]}, LmEvalOptions(seed=3))
    with open_tasks({"ifeval": files["ifeval"]}, LmEvalOptions()):  # holds the same splitter
        from lm_eval.tasks.ifeval.utils import process_results

        expected = []
        for doc, response in zip(IFEVAL, RESPONSES, strict=True):
            random.seed(3)  # the letter "!" is replaced by one that is drawn
            langdetect.DetectorFactory.seed = 3
            expected.append(process_results(doc, [response]))
    for metric in expected[0]:
        rows = found.items[found.items["metric"] == metric]
        lists = [
            one[metric] if isinstance(one[metric], list) else [one[metric]] for one in expected
        ]
        assert list(rows["value"]) == [sum(one) for one in lists]
        assert list(rows["weight"]) == [len(one) for one in lists]
    assert [one["prompt_level_strict_acc"] for one in expected] == [False, False, True]


def test_an_item_is_judged_the_same_whatever_came_before(files):
    whole = spoken(speaker(RESPONSES), {"ifeval": files["ifeval"]})
    head = spoken(speaker(RESPONSES), {"ifeval": files["ifeval"]}, LmEvalOptions(limit=2))
    expected = whole.items[whole.items["item"] != "ifeval/13"]
    pd.testing.assert_frame_equal(head.items, expected.reset_index(drop=True))


def test_mmlu_is_asked_by_likelihood_with_its_dev_questions_as_examples(files):
    lm = speaker()
    options = LmEvalOptions(num_fewshot={"mmlu": 1})
    found = spoken(lm, {"mmlu": files["mmlu"]}, options)
    asked = (
        "The following are multiple choice questions (with answers) about anatomy.\n\n"
        "Which of anatomy dev 0?\nA. w\nB. x\nC. y\nD. z\nAnswer: A\n\n"
        "Which of anatomy test 2?\nA. w\nB. x\nC. y\nD. z\nAnswer:"
    )
    assert (asked, " C") in lm.asked
    assert right(found, "mmlu", "acc") == {"mmlu/anatomy/1", "mmlu/virology/1"}
    assert found.tasks["mmlu"]["parts"]["virology"] == {"acc,none": 0.2}
    assert found.tasks["mmlu"]["harness"]["acc,none"] == 0.25  # by subjects alike it were 0.267


def test_examples_of_gsm8k_come_from_its_train_file_by_the_seed(files, tmp_path):
    train = tmp_path / "train.jsonl"
    train.write_text("".join(f"{json.dumps(row)}\n" for row in LEARNT))
    named = {"gsm8k": TaskFiles(files["gsm8k"].path, str(train))}
    prompts = []
    for seed in (0, 0, 1):
        lm = speaker(["#### 21"])
        found = spoken(lm, named, LmEvalOptions(limit=2, seed=seed, max_gen_toks=9))
        prompts.append([prompt for prompt, _ in lm.asked])
        assert found.tasks["gsm8k"]["shots"] == 5
        assert lm.asked[0][1]["max_gen_toks"] == 9
    assert prompts[0] == prompts[1] != prompts[2]
    assert prompts[0][0].count("Question: How many are") == 6
    assert "gsm8k: 2 of 1319 items" in found.marks
    assert "gsm8k: solved examples that are test items themselves: 10" in found.marks


def test_a_short_context_shortens_answers_and_cuts_prompts_and_both_are_said(files):
    lm = speaker(["#### 21"], context=100)
    found = spoken(lm, {"gsm8k": files["gsm8k"]}, LmEvalOptions(answer_share=0.6))
    assert {rest["max_gen_toks"] for _, rest in lm.asked} == {60}
    cut = [f"gsm8k/{n}" for n, (prompt, _) in enumerate(lm.asked) if len(prompt) > 100 - 60]
    assert 0 < len(cut) < 15
    assert found.tasks["gsm8k"]["cut"] == cut
    assert (
        "gsm8k: answers of at most 60 tokens in place of 256, since the model's context is short"
        in found.marks
    )


def test_minerva_and_theoremqa_judge_by_value(files):
    said = "Final Answer: The final answer is ${}$. I hope it is correct."
    answers = [said.format("2"), said.format(r"\frac{2}{4}")]
    found = spoken(speaker(answers), {"math": files["math"]})
    assert right(found, "math", "exact_match") == {"math/algebra/7", "math/algebra/8"}
    answers = ["Two and two. The answer is 4.", "The answer is False."]
    lm = speaker(answers)
    found = spoken(lm, {"theoremqa": files["theoremqa"]})
    assert right(found, "theoremqa", "acc") == {"theoremqa/a/1"}
    assert lm.asked[0][0].endswith("The answer is (c).\n\nProblem:\n2 + 2?\n\nSolution:")


def test_bbh_takes_what_follows_the_answer_is(files):
    lm = speaker(["not True is False, so the answer is False.", "the answer is True."])
    found = spoken(lm, {"bbh": files["bbh"]})
    # each part is asked from the first answer on, in one batch of requests
    assert right(found, "bbh", "exact_match") == {"bbh/boolean_expressions/0", "bbh/navigate/0"}
    assert lm.asked[0][0].count("Let's think step by step.") == 4


def test_a_chat_template_wraps_prompts_and_examples_become_turns(files, overfitted):
    model, tokenizer = overfitted
    named = {"mmlu": files["mmlu"]}
    options = LmEvalOptions(apply_chat_template=True, num_fewshot={"mmlu": 2}, limit=1)
    chatty = deepcopy(tokenizer)
    chatty.chat_template = CHAT
    lm = speaker()
    with open_tasks(named, options) as tasks:
        with pytest.raises(ConfigError, match="has no chat template"):
            score_tasks(model, tokenizer, tasks, options)
        assert len(score_tasks(model, chatty, tasks, options).items) == 2
        found = score_through(lm, tasks, options)
    assert lm.asked[0][0].count("<user>") == 3
    assert lm.asked[0][0].count("<assistant>A") == 1
    assert found.tasks["mmlu"]["prompts"] == "chat template"


@pytest.mark.parametrize(
    ("name", "shots", "said"),
    [
        ("gsm8k", 5, "gsm8k has 0 solved examples; give some as --examples gsm8k=PATH"),
        ("bbh", 4, "boolean_expressions has 3 solved examples"),
        ("ifeval", 1, "ifeval has 0 solved examples"),
        ("mmlu", 4, "anatomy has 3 solved examples"),
    ],
)
def test_more_examples_than_there_are_stop_the_run_before_the_model(files, name, shots, said):
    options = LmEvalOptions(num_fewshot={name: shots})
    with (
        pytest.raises(ConfigError, match=f"--num-fewshot {name}={shots}: .*{said}"),
        open_tasks({name: files[name]}, options),
    ):
        pass


def splitter_for(name):
    """Give IFEval's checks the splitter that they ask for when they are imported."""
    return sentence_splitter() if name == "ifeval" else nullcontext()


@pytest.mark.parametrize("name", ["gsm8k", "ifeval", "mmlu", "bbh", "math", "theoremqa"])
def test_the_harness_has_every_part_of_a_benchmark(name):
    parts = {"mmlu": 57, "bbh": 27, "math": 7}
    with splitter_for(name):
        configs = harness_configs(name, local=False)
    assert len(configs) == parts.get(name, 1)
    assert all(config["dataset_path"] and config["test_split"] for config in configs.values())


def test_a_dataset_of_the_hub_is_read_with_its_examples(tmp_path, monkeypatch):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    place = tmp_path / "gsm8k"
    place.mkdir()
    for split, rows in (("train", LEARNT), ("test", OTHERS)):
        (place / f"{split}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    config = {**harness_configs("gsm8k", local=False)[""], "dataset_path": str(place)}
    data = hub_data("gsm8k", {"": {**config, "dataset_name": None}})
    assert data.tests[""].to_list() == OTHERS
    assert data.shots[""].to_list() == LEARNT
    assert data.source == {"from": f"hf://datasets/{place}", "revision": ""}


def test_pictures_stay_on_the_hub_and_are_counted(tmp_path, monkeypatch):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "theoremqa").mkdir()
    kinds = {name: datasets.Value("string") for name in ("Question", "Answer", "Answer_type")}
    features = datasets.Features(kinds | {"Picture": datasets.Image()})
    rows = [
        {"Question": "2 + 2?", "Answer": "4", "Answer_type": "integer", "Picture": picture}
        for picture in (None, {"bytes": b"no picture", "path": None}, None)
    ]
    made = datasets.Dataset.from_list(rows, features=features)
    made.to_parquet(tmp_path / "theoremqa" / "test.parquet")
    config = {**harness_configs("theoremqa", local=False)[""]}
    data = hub_data("theoremqa", {"": {**config, "dataset_path": str(tmp_path / "theoremqa")}})
    assert (data.pictures(0), data.pictures(1)) == (1, 0)
    assert data.tests[""].column_names == ["Question", "Answer", "Answer_type", "picture"]


@pytest.mark.parametrize(
    ("words", "examples", "said"),
    [
        (["arc=x"], [], "no task 'arc': there are gsm8k"),
        (["gsm8k=x", "gsm8k"], [], "--task gsm8k: expected NAME=PATH or NAME, each task once"),
        (["gsm8k="], [], "--task gsm8k=: expected NAME=PATH or NAME"),
        (["bbh=x"], ["bbh=y"], "the examples of bbh come with the harness"),
        (["gsm8k"], ["gsm8k=y"], "--examples gsm8k: expected NAME=PATH of a --task gsm8k=PATH"),
    ],
)
def test_a_task_that_is_not_named_well_is_refused(words, examples, said):
    with pytest.raises(ConfigError, match=said):
        named_tasks(words, examples)


def test_tasks_are_named_with_their_files():
    named = named_tasks(["gsm8k=a=b.jsonl", "mmlu"], ["gsm8k=train.jsonl"])
    assert named == {"gsm8k": TaskFiles("a=b.jsonl", "train.jsonl"), "mmlu": TaskFiles()}
