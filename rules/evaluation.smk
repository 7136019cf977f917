# All tracks: each model on each test set; and the model that training started from, as it came.


rule evaluate:
    input:
        model="results/{experiment}/sft/{cell}/model",
        tests=tested_rows,
    output:
        "results/{experiment}/evaluate/{cell}/scores.json",
    log:
        "logs/{experiment}/evaluate/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/evaluate/{cell}.tsv"
    priority: 1
    conda:
        "../envs/evaluation.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        labels=cell_labels,
        flags=stage_flags("evaluate"),
        code=code_mark("diversify.evaluation.scores"),
    shell:
        "python -m diversify evaluate {input.model} {input.tests} --out {output}"
        " --threads {threads} {params.labels} {params.flags} 2> {log}"


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
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=240,
    params:
        model=lambda wildcards: plan.experiment(wildcards.experiment).sft.model,
        flags=lambda wildcards: plan.base_flags(
            wildcards.experiment, wildcards.shots, wildcards.seed
        ),
        code=code_mark("diversify.evaluation.scores"),
    shell:
        "python -m diversify evaluate {params.model:q} {input.tests} --out {output}"
        " --examples {input.examples} --threads {threads}"
        " --label shots={wildcards.shots} --label seed={wildcards.seed} {params.flags} 2> {log}"
