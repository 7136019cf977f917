# The page on which all experiments of a run meet, and one for each experiment with its figures.


rule report:
    input:
        documents_of_run,
    output:
        report(
            plan.settings.report.path,
            caption="../workflow/report/page.rst",
            category="Pages",
            labels={"page": "all experiments"},
        ),
    log:
        "logs/report.log",
    benchmark:
        "benchmarks/report/report.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        disk_mb=2000,
        runtime=grows(20),
        gpu=0,
    params:
        flags=report_flags,
        code=code_mark("diversify.report.page"),
    shell:
        "python -m diversify report {input} --out {output} {params.flags} 2> {log}"


rule report_experiment:
    input:
        documents_of_experiment,
    output:
        page=report(
            "results/{experiment}/report/index.html",
            caption="../workflow/report/experiment.rst",
            category="Pages",
            labels={"page": "{experiment}"},
        ),
        figures=report(
            directory("results/{experiment}/report/figures"),
            patterns=["{figure}.svg"],
            caption="../workflow/report/figure.rst",
            category="Figures",
            labels={"figure": "{figure}"},
        ),
    log:
        "logs/{experiment}/report.log",
    benchmark:
        "benchmarks/{experiment}/report.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        disk_mb=2000,
        runtime=grows(20),
        gpu=0,
    params:
        flags=report_flags,
        code=code_mark("diversify.report.page", "diversify.report.gallery"),
    shell:
        "python -m diversify report {input} --out {output.page} --figures {output.figures}"
        " {params.flags} 2> {log}"
