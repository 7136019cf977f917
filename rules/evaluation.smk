# All tracks: each model on each test set; and the model that training started from, as it came.
# Arms also: code that is written and run, lm-evaluation-harness, and what their differences mean.


rule evaluate:
    input:
        model="results/{experiment}/sft/{cell}/model",
        base=adapted_model,
        tests=tested_rows,
    output:
        scores="results/{experiment}/evaluate/{cell}/scores.json",
        by_item="results/{experiment}/evaluate/{cell}/items.parquet",
    log:
        "logs/{experiment}/evaluate/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/evaluate/{cell}.tsv"
    priority: 1
    group:
        batch
    conda:
        "../envs/evaluation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(30),
        gpu=one_gpu,
    params:
        labels=cell_labels,
        flags=stage_flags("evaluate"),
        code=code_mark("diversify.evaluation.scores"),
    shell:
        "python -m diversify evaluate {input.model} {input.tests} --out {output.scores}"
        " --items {output.by_item} --threads {threads} {params.labels} {params.flags} 2> {log}"


rule evaluate_base:
    input:
        tests=made_rows("tests"),
        examples=made_rows("train"),
        model=starting_model,
    output:
        "results/{experiment}/evaluate/base-shots{shots}-seed{seed}/scores.json",
    log:
        "logs/{experiment}/evaluate/base-shots{shots}-seed{seed}.log",
    benchmark:
        "benchmarks/{experiment}/evaluate/base-shots{shots}-seed{seed}.tsv"
    wildcard_constraints:
        shots=r"\d+",
        seed=r"\d+",
    conda:
        "../envs/evaluation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(240),
        gpu=one_gpu,
    params:
        model=named_model,
        flags=lambda wildcards: plan.base_flags(
            wildcards.experiment, wildcards.shots, wildcards.seed
        ),
        code=code_mark("diversify.evaluation.scores"),
    shell:
        "python -m diversify evaluate {params.model} {input.model} {input.tests} --out {output}"
        " --examples {input.examples} --threads {threads}"
        " --label shots={wildcards.shots} --label seed={wildcards.seed} {params.flags} 2> {log}"


rule generate:
    input:
        model="results/{experiment}/sft/{cell}/model",
        base=adapted_model,
        problems=test_files("score"),
    output:
        samples="results/{experiment}/generate/{cell}/samples.jsonl",
        summary="results/{experiment}/generate/{cell}/summary.json",
    log:
        "logs/{experiment}/generate/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/generate/{cell}.tsv"
    conda:
        "../envs/evaluation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(240),
        gpu=one_gpu,
    params:
        labels=cell_labels,
        problems=test_words("score", "--benchmark"),
        flags=stage_flags("generate"),
        code=code_mark("diversify.evaluation.writing.solutions"),
    shell:
        "python -m diversify generate {input.model} {params.problems} --out {output.samples}"
        " --summary {output.summary} --threads {threads} {params.labels} {params.flags} 2> {log}"


# A thread for each worker: limits are in seconds, and a busy processor fails programs.
rule score:
    input:
        samples="results/{experiment}/generate/{cell}/samples.jsonl",
        problems=test_files("score"),
    output:
        scores="results/{experiment}/score/{cell}/scores.json",
        by_item="results/{experiment}/score/{cell}/items.parquet",
    log:
        "logs/{experiment}/score/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/score/{cell}.tsv"
    conda:
        "../envs/evaluation.yaml"
    threads: lambda wildcards: plan.experiment(wildcards.experiment).score.workers
    resources:
        mem_mb=grows(8000),
        disk_mb=4000,
        runtime=grows(60),
        gpu=0,
    params:
        labels=cell_labels,
        problems=test_words("score", "--benchmark"),
        flags=stage_flags("score"),
        code=code_mark("diversify.evaluation.code.score", "diversify.evaluation.sandbox.program"),
    shell:
        "python -m diversify score {input.samples} {params.problems} --out {output.scores}"
        " --items {output.by_item} {params.labels} {params.flags} 2> {log}"


rule lm_eval:
    input:
        model="results/{experiment}/sft/{cell}/model",
        base=adapted_model,
        tasks=test_files("lm-eval"),
        ours=local(str(ROOT / "diversify/evaluation/harness/tasks/theoremqa.yaml")),
    output:
        scores="results/{experiment}/lm-eval/{cell}/scores.json",
        by_item="results/{experiment}/lm-eval/{cell}/items.parquet",
    log:
        "logs/{experiment}/lm-eval/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/lm-eval/{cell}.tsv"
    conda:
        "../envs/evaluation.yaml"
    threads: 1
    resources:
        mem_mb=grows(8000),
        disk_mb=4000,
        runtime=grows(480),
        gpu=one_gpu,
    params:
        labels=cell_labels,
        tasks=test_words("lm-eval", "--task"),
        flags=stage_flags("lm_eval"),
        code=code_mark(
            "diversify.evaluation.harness.lm_eval", "diversify.evaluation.harness.theoremqa"
        ),
    shell:
        "python -m diversify lm-eval {input.model} {params.tasks} --out {output.scores}"
        " --items {output.by_item} --threads {threads} {params.labels} {params.flags} > {log} 2>&1"


rule tabulate:
    input:
        scores=scored("scores.json"),
        by_item=scored("items.parquet"),
        written=written_samples,
    output:
        scores=report(
            "results/{experiment}/tabulate/scores.csv",
            caption="../workflow/report/scores.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "scores"},
        ),
        verdicts="results/{experiment}/tabulate/verdicts.json",
        summary="results/{experiment}/tabulate/summary.json",
    log:
        "logs/{experiment}/tabulate.log",
    benchmark:
        "benchmarks/{experiment}/tabulate.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("tabulate"),
        code=code_mark("diversify.evaluation.pairs.tabulate"),
    shell:
        "python -m diversify tabulate {input.scores} {input.written} --out {output.scores}"
        " --verdicts {output.verdicts} --summary {output.summary} {params.flags} 2> {log}"
