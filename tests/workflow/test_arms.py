"""Arms of real data, end to end: the presets of the papers' tables on tiny local files."""

import json

import pandas as pd
import pytest
import yaml

pytestmark = pytest.mark.workflow

WORDS = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
    "iota", "kappa", "lamda", "mu", "nu", "xi", "omicron", "pi",
]  # fmt: skip
FUNCTIONS = [
    ("double", "x", "return 2 * x", [[1], [5], [-3]]),
    ("total", "numbers", "return sum(numbers)", [[[1, 2]], [[]], [[7]]]),
    ("first", "text", "return text[:1]", [["abc"], [""], ["z"]]),
]
SOURCES = {
    "codeqwen": ["oss", "alpaca", "cot"],
    "mistral": ["ultrainteract", "openorca", "alpaca"],
}


def lines(path, rows):
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def sentence(number, length=9):
    """Make words that differ from number to number."""
    return " ".join(WORDS[(number * 7 + 3 * place * place + place) % 16] for place in range(length))


def problems(prefix):
    """Three problems as EvalPlus lays them out."""
    return [
        {
            "task_id": f"{prefix}/{number}",
            "prompt": f'def {name}({argument}):\n    """{sentence(900 + number)}"""\n',
            "entry_point": name,
            "canonical_solution": f"    {body}\n",
            "contract": "",
            "base_input": inputs,
            "plus_input": inputs[:1],
            "atol": 0,
        }
        for number, (name, argument, body, inputs) in enumerate(FUNCTIONS)
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Sources, benchmarks and a model of two layers, all made here."""
    folder = tmp_path_factory.mktemp("world")
    asked = {"oss": 40, "alpaca": 30, "ultrainteract": 40, "openorca": 30}
    sources = {
        name: lines(
            folder / f"{name}.jsonl",
            [
                {"instruction": f"{name} {sentence(base * 97 + n)} {n}", "response": sentence(n, 5)}
                for n in range(count)
            ],
        )
        for base, (name, count) in enumerate(asked.items())
    }
    sources["cot"] = lines(
        folder / "cot.jsonl",
        [
            {"source": f"why {sentence(500 + n)} {n}", "target": "so", "rationale": sentence(n, 6)}
            for n in range(30)
        ],
    )
    benchmarks = {
        "humaneval": lines(folder / "humaneval.jsonl", problems("HumanEval")),
        "mbpp": lines(folder / "mbpp.jsonl", problems("Mbpp")),
        "gsm8k": lines(
            folder / "gsm8k.jsonl",
            [
                {"question": f"{sentence(700 + n)}?", "answer": f"so {n}\n#### {n}"}
                for n in range(4)
            ],
        ),
        "ifeval": lines(
            folder / "ifeval.jsonl",
            [
                {
                    "key": n,
                    "prompt": f"Write of {sentence(800 + n)} without a comma.",
                    "instruction_id_list": ["punctuation:no_comma"],
                    "kwargs": [{}],
                }
                for n in range(3)
            ],
        ),
    }
    return {"sources": sources, "benchmarks": benchmarks, "model": str(small_model(folder))}


def small_model(folder):
    """A random model whose tokenizer knows every byte."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={c: n for n, c in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=1024,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    return folder / "model"


def overlay(world, experiment, arms, benchmarks):
    """Swap local files and a local model into an experiment of a preset; small arms are added."""
    used = SOURCES[experiment]
    small = {
        "arms": arms,
        "grid": {"arms": list(arms), "seeds": [0]},
        "sources": {name: [world["sources"][name]] for name in used},
        "benchmarks": {name: world["benchmarks"][name] for name in benchmarks},
        "ingest": {"most": dict.fromkeys(used, 35)},
        "embed": {"backend": "lsa"},
        "cluster": {"method": "kmeans", "clusters": 3},
        "generate": {"max_new_tokens": 8},
        "lm_eval": {"max_gen_toks": 8},
        "sft": {"model": world["model"], "load_in_8bit": False, "lora_r": 2, "max_steps": 2},
    }
    return {"run": [experiment], "experiments": {experiment: small}}


def run(checkout, preset, overlaid, *words, **more):
    """Run a preset with an overlay over it."""
    path = checkout.folder / f"{preset}-overlay.yaml"
    path.write_text(yaml.safe_dump(overlaid))
    configs = (f"workflow/presets/{preset}.yaml", path.name)
    return checkout.snakemake(*words, configs=configs, **more)


def rows_of(manifest):
    """Rows of a mix, as its manifest names them."""
    return pd.DataFrame(json.loads(manifest.read_text())["rows"])


def jobs(said):
    """Counts of a dry run's jobs by rule."""
    table = said.split("Job stats:")[1].split("total")[0].splitlines()[3:]
    return {line.split()[0]: int(line.split()[1]) for line in table if line.strip()}


@pytest.mark.parametrize(("preset", "arms"), [("code-specialist", 15 + 8), ("generalist", 18)])
def test_a_dry_run_of_a_preset_lists_the_whole_of_its_tables(bare, preset, arms):
    counts = jobs(run(bare, preset, {}, "--dry-run"))
    for rule in ("mix", "verify", "sft", "evaluate", "generate", "score"):
        assert counts[rule] == arms
    assert counts.get("lm_eval", 0) == (18 if preset == "generalist" else 0)


def test_arms_of_the_code_specialist_run_from_files_to_verdicts(bare, world):
    arms = {"small": {"oss": 16}, "small-mixed": {"oss": 12, "alpaca": 2, "cot": 2}}
    run(bare, "code-specialist", overlay(world, "codeqwen", arms, ["humaneval", "mbpp"]))
    results = bare.folder / "results/codeqwen"
    drawn = {arm: rows_of(results / f"mix/{arm}-seed0/mix.manifest.json") for arm in arms}
    for arm, lines_ in arms.items():
        assert drawn[arm]["source"].value_counts().to_dict() == lines_
    core = set(drawn["small"]["id"])
    assert set(drawn["small-mixed"].query("source == 'oss'")["id"]) < core
    table = pd.read_csv(results / "tabulate/scores.csv")
    written = table[table["metric"] == "pass@1"]
    assert set(written["task"]) == {"humaneval", "humaneval+", "mbpp", "mbpp+"}
    assert set(table["arm"]) == set(arms)
    assert {"humaneval", "mbpp"} <= set(table.loc[table["metric"] == "bits_per_byte", "task"])
    verdicts = json.loads((results / "tabulate/verdicts.json").read_text())
    assert verdicts["comparisons"]
    assert (bare.folder / "results/code-specialist-report/index.html").stat().st_size > 10_000


def test_an_arm_of_the_generalist_runs_through_every_harness(bare, world):
    arms = {"small": {"ultrainteract": 10, "openorca": 3, "alpaca": 3}}
    overlaid = overlay(world, "mistral", arms, ["humaneval", "gsm8k", "ifeval"])
    taken_away = dict.fromkeys(["mbpp", "math", "theoremqa", "mmlu", "bbh"])
    overlaid["experiments"]["mistral"]["benchmarks"] |= taken_away
    run(bare, "generalist", overlaid)
    table = pd.read_csv(bare.folder / "results/mistral/tabulate/scores.csv")
    assert set(table["harness"]) == {"evaluate", "score", "lm-eval"}
    assert {"humaneval", "gsm8k", "ifeval"} <= set(table["task"])
    assert not set(taken_away) & set(table["task"])


def test_a_leak_put_into_a_mix_stops_the_run(bare, world):
    cell = "small-seed0"
    arms = {"small": {"oss": 16}}
    overlaid = overlay(world, "codeqwen", arms, ["humaneval", "mbpp"])
    run(bare, "code-specialist", overlaid, "--until", "mix")
    mix = bare.folder / f"results/codeqwen/mix/{cell}/mix.jsonl"
    rows = mix.read_text().splitlines()
    told = json.loads(rows[3])
    told["messages"][0]["content"] = problems("HumanEval")[1]["prompt"]
    mix.write_text("\n".join([*rows[:3], json.dumps(told), *rows[4:]]) + "\n")
    said = run(bare, "code-specialist", overlaid, check=False)
    assert "Error in rule verify" in said and "rule sft:" not in said
    log = (bare.folder / f"logs/codeqwen/verify/{cell}.log").read_text()
    assert "give test items away" in log
