# Both tracks: exact match of each model on each test set.


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
