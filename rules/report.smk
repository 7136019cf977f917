# The page on which all experiments of a run meet.


rule report:
    input:
        documents,
    output:
        plan.settings.report.path,
    log:
        "logs/report.log",
    benchmark:
        "benchmarks/report/report.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=20,
    params:
        flags=report_flags,
        code=code_mark("diversify.report.page"),
    shell:
        "python -m diversify report {input} --out {output} {params.flags} 2> {log}"
