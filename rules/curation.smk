# Data track: from files to a mix of exactly the budget.


rule synth_editing:
    output:
        corpus=expand(
            "results/{{experiment}}/synth/corpus/{source}.jsonl",
            source=OPERATIONS,
        ),
        tests=expand(
            "results/{{experiment}}/synth/tests/{name}.jsonl",
            name=TEST_SETS,
        ),
        summary="results/{experiment}/synth/summary.json",
    log:
        "logs/{experiment}/synth.log",
    benchmark:
        "benchmarks/{experiment}/synth.tsv"
    wildcard_constraints:
        experiment=either(plan.of_track("data")),
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        disk_mb=2000,
        runtime=grows(20),
        gpu=0,
    params:
        out=lambda wildcards, output: Path(output.summary).parent,
        flags=stage_flags("synth"),
        code=code_mark("diversify.io.corpus"),
    shell:
        "python -m diversify synth editing --out {params.out} {params.flags} 2> {log}"


rule ingest:
    input:
        ingested_files,
    output:
        rows="results/{experiment}/ingest/{part}.parquet",
        summary="results/{experiment}/ingest/{part}.json",
    log:
        "logs/{experiment}/ingest/{part}.log",
    benchmark:
        "benchmarks/{experiment}/ingest/{part}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        sources=source_flags,
        made=made_source_flags,
        shards=ingest_shards,
        found=lambda wildcards: plan.file_mark(wildcards.experiment, wildcards.part),
        flags=stage_flags("ingest"),
        code=code_mark("diversify.io.ingest"),
    shell:
        "python -m diversify ingest {params.sources} {params.made} --out {output.rows}"
        " --summary {output.summary} {params.shards} {params.flags} 2> {log}"


ruleorder: benchmarks > ingest


rule benchmarks:
    input:
        held_out_files,
    output:
        rows="results/{experiment}/ingest/tests.parquet",
        summary="results/{experiment}/ingest/tests.json",
    log:
        "logs/{experiment}/benchmarks.log",
    benchmark:
        "benchmarks/{experiment}/benchmarks.tsv"
    wildcard_constraints:
        experiment=either(plan.of_track("arms")),
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        disk_mb=2000,
        runtime=grows(60),
        gpu=0,
    params:
        names=held_out_words,
        found=lambda wildcards: file_mark(held_out_files(wildcards)),
        code=code_mark("diversify.io.test_sets.benchmarks"),
    shell:
        "python -m diversify benchmarks {params.names} --out {output.rows}"
        " --summary {output.summary} 2> {log}"


rule dedup:
    input:
        rows="results/{experiment}/ingest{shard}/rows.parquet",
        twins=settled_twins,
    output:
        rows="results/{experiment}/dedup{shard}/rows.parquet",
        dropped="results/{experiment}/dedup{shard}/dropped.parquet",
        summary="results/{experiment}/dedup{shard}/summary.json",
    log:
        "logs/{experiment}/dedup{shard}.log",
    benchmark:
        "benchmarks/{experiment}/dedup{shard}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(30),
        gpu=0,
    params:
        twins=twins_words,
        flags=stage_flags("dedup"),
        code=code_mark("diversify.curation.dedup"),
    shell:
        "python -m diversify dedup {input.rows} --out {output.rows} --dropped {output.dropped}"
        " --threads {threads} --summary {output.summary} {params.twins} {params.flags}"
        " 2> {log}"


rule decontaminate:
    input:
        rows="results/{experiment}/dedup{shard}/rows.parquet",
        tests="results/{experiment}/ingest/tests.parquet",
    output:
        rows="results/{experiment}/decontaminate{shard}/rows.parquet",
        dropped="results/{experiment}/decontaminate{shard}/dropped.parquet",
        summary="results/{experiment}/decontaminate{shard}/summary.json",
    log:
        "logs/{experiment}/decontaminate{shard}.log",
    benchmark:
        "benchmarks/{experiment}/decontaminate{shard}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("decontaminate"),
        code=code_mark("diversify.curation.decontaminate"),
    shell:
        "python -m diversify decontaminate {input.rows} --tests {input.tests} --out {output.rows}"
        " --dropped {output.dropped} --summary {output.summary} {params.flags} 2> {log}"


rule embed:
    input:
        rows="results/{experiment}/decontaminate{shard}/rows.parquet",
        tests="results/{experiment}/ingest/tests.parquet",
        space=fitted_space,
    output:
        rows="results/{experiment}/embed{shard}/rows.npy",
        tests="results/{experiment}/embed{shard}/tests.npy",
        summary="results/{experiment}/embed{shard}/summary.json",
    log:
        "logs/{experiment}/embed{shard}.log",
    benchmark:
        "benchmarks/{experiment}/embed{shard}.tsv"
    priority: 1  # everything after it waits
    conda:
        "../envs/curation.yaml"
    threads: half_the_cores
    resources:
        mem_mb=grows(6000),
        disk_mb=8000,
        runtime=grows(240),
        gpu=embedding_gpu,
    params:
        space=space_words,
        flags=stage_flags("embed"),
        code=code_mark("diversify.io.embed"),
    shell:
        "python -m diversify embed {input.rows} --tests {input.tests} --out {output.rows}"
        " --tests-out {output.tests} --threads {threads} --summary {output.summary}"
        " {params.space} {params.flags} 2> {log}"


rule cluster:
    input:
        embeddings="results/{experiment}/embed/rows.npy",
        rows="results/{experiment}/decontaminate/rows.parquet",
    output:
        labels="results/{experiment}/cluster/labels.npy",
        terms="results/{experiment}/cluster/terms.json",
        summary="results/{experiment}/cluster/summary.json",
    log:
        "logs/{experiment}/cluster.log",
    benchmark:
        "benchmarks/{experiment}/cluster.tsv"
    priority: 1
    conda:
        "../envs/curation.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("cluster"),
        code=code_mark("diversify.curation.cluster", "diversify.curation.grouping.cluster_words"),
    shell:
        "python -m diversify cluster {input.embeddings} --out {output.labels} --threads {threads}"
        " --rows {input.rows} --terms {output.terms} --summary {output.summary} {params.flags} 2> {log}"


rule mix:
    input:
        unpack(drawn_from),
    output:
        mix="results/{experiment}/mix/{cell}/mix.jsonl",
        manifest="results/{experiment}/mix/{cell}/mix.manifest.json",
        summary="results/{experiment}/mix/{cell}/summary.json",
    log:
        "logs/{experiment}/mix/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/mix/{cell}.tsv"
    priority: 1
    conda:
        "../envs/curation.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000),
        disk_mb=4000,
        runtime=grows(60),
        gpu=0,
    params:
        population=population_words,
        labels=cell_labels,
        flags=stage_flags("mix"),
        code=code_mark("diversify.curation.mix", "diversify.io.manifest"),
    shell:
        "python -m diversify mix {input.rows} --embeddings {input.embeddings}"
        " --labels {input.labels} --out {output.mix} --threads {threads}"
        " --summary {output.summary} {params.population} {params.labels} {params.flags} 2> {log}"


# An arm's mix as it was written, once more against the benchmarks: a leak stops the run.
rule verify:
    input:
        mix="results/{experiment}/mix/{cell}/mix.jsonl",
        manifest="results/{experiment}/mix/{cell}/mix.manifest.json",
        tests="results/{experiment}/ingest/tests.parquet",
    output:
        "results/{experiment}/verify/{cell}/summary.json",
    log:
        "logs/{experiment}/verify/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/verify/{cell}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=leak_flags,
        code=code_mark("diversify.cli.leaks"),
    shell:
        "python -m diversify verify {input.manifest} {input.mix} --tests {input.tests}"
        " --summary {output} {params.flags} > {log} 2>&1"


rule measure:
    input:
        unpack(measured_on),
        manifest="results/{experiment}/mix/{cell}/mix.manifest.json",
    output:
        summary="results/{experiment}/measure/{cell}/summary.json",
        page=report(
            "results/{experiment}/measure/{cell}/card.html",
            caption="../workflow/report/card.rst",
            category="Report cards",
            labels={"mix": "{experiment} {cell}"},
        ),
    log:
        "logs/{experiment}/measure/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/measure/{cell}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("measure"),
        code=code_mark("diversify.curation.measure", "diversify.report.measure_page"),
    shell:
        "python -m diversify measure {input.rows} --embeddings {input.embeddings}"
        " --labels {input.labels} --manifest {input.manifest} --html {output.page}"
        " --summary {output.summary} --threads {threads} {params.flags} > {log} 2>&1"


rule map:
    input:
        unpack(mapped_from),
        tests="results/{experiment}/ingest/tests.parquet",
        tests_embeddings=embedded_tests,
        manifest=last_manifest,
    output:
        "results/{experiment}/map/map.json",
    log:
        "logs/{experiment}/map.log",
    benchmark:
        "benchmarks/{experiment}/map.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=2000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("map"),
        code=code_mark("diversify.curation.map"),
    shell:
        "python -m diversify map {input.rows} --embeddings {input.embeddings}"
        " --labels {input.labels} --tests {input.tests}"
        " --tests-embeddings {input.tests_embeddings} --manifest {input.manifest}"
        " --out {output} --threads {threads} {params.flags} 2> {log}"
