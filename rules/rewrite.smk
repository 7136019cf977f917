# Rewrite track: rules and examples from nothing.


rule synth_rewrite:
    output:
        train="results/{experiment}/synth/{cell}/train.parquet",
        tests="results/{experiment}/synth/{cell}/tests.parquet",
        summary="results/{experiment}/synth/{cell}/summary.json",
    log:
        "logs/{experiment}/synth/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/synth/{cell}.tsv"
    wildcard_constraints:
        experiment=either(plan.of_track("rewrite")),
    group:
        batch
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        disk_mb=4000,
        runtime=grows(20),
        gpu=0,
    params:
        out=lambda wildcards, output: Path(output.train).parent,
        flags=stage_flags("synth"),
        code=code_mark("diversify.synth.rewrite"),
    shell:
        "python -m diversify synth rewrite --out {params.out} --threads {threads}"
        " {params.flags} 2> {log}"
