# Both tracks: one model per cell of a grid.


rule sft:
    input:
        rows=training_rows,
        corpus=known_rows,
        model=starting_model,
        checked=checked_mix,
    output:
        model=directory("results/{experiment}/sft/{cell}/model"),
        summary="results/{experiment}/sft/{cell}/summary.json",
    log:
        "logs/{experiment}/sft/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/sft/{cell}.tsv"
    group:
        batch
    conda:
        "../envs/training.yaml"
    threads: 1  # two models side by side on a thread each beat one on two threads
    resources:
        mem_mb=grows(4000),
        disk_mb=40000,
        runtime=training_minutes,
        gpu=gpus,
        nodes=several_nodes,
    params:
        launcher=lambda wildcards: launcher(max(1, gpus(wildcards)), nodes(wildcards)),
        # no output: Snakemake would remove what a killed run goes on from
        checkpoints=lambda wildcards, output: Path(output.summary).with_name("checkpoints"),
        labels=cell_labels,
        flags=sft_flags,
        model=made_model_flag,
        code=code_mark("diversify.training.sft"),
    shell:
        "{params.launcher} sft {input.rows} --corpus {input.corpus} --out {output.model}"
        " --threads {threads} --summary {output.summary} --checkpoints {params.checkpoints}"
        " {params.labels} {params.model} {params.flags} 2> {log}"
