# Rows in shards: each stage works on a shard at a time, and these are the steps between.


rule shard_rows:
    input:
        ingested_parts,
    output:
        "results/{experiment}/ingest/{number}/rows.parquet",
    log:
        "logs/{experiment}/ingest/{number}.log",
    benchmark:
        "benchmarks/{experiment}/ingest/{number}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        code=code_mark("diversify.io.shards"),
    shell:
        "python -m diversify shard rows {input} --shard {wildcards.number} --out {output} > {log} 2>&1"


rule shard_keys:
    input:
        "results/{experiment}/ingest/{number}/rows.parquet",
    output:
        "results/{experiment}/dedup/{number}/keys.npy",
    log:
        "logs/{experiment}/dedup/{number}-keys.log",
    benchmark:
        "benchmarks/{experiment}/dedup/{number}-keys.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("dedup"),
        code=code_mark("diversify.curation.duplicates.suspects"),
    shell:
        "python -m diversify shard keys {input} --out {output} {params.flags} > {log} 2>&1"


rule shard_twins:
    input:
        rows=of_shards("results/{experiment}/ingest{shard}/rows.parquet"),
        row_keys=of_shards("results/{experiment}/dedup{shard}/keys.npy"),
    output:
        twins="results/{experiment}/dedup/twins.parquet",
        summary="results/{experiment}/dedup/shards.json",
    log:
        "logs/{experiment}/dedup/twins.log",
    benchmark:
        "benchmarks/{experiment}/dedup/twins.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(8000),
        disk_mb=8000,
        runtime=grows(240),
        gpu=0,
    params:
        flags=stage_flags("dedup"),
        code=code_mark("diversify.io.shard_twins"),
    shell:
        "python -m diversify shard twins {input.rows} --keys {input.row_keys} --out {output.twins}"
        " --summary {output.summary} {params.flags} > {log} 2>&1"


# A sample of all shards in words, which lsa is fitted on.
rule shard_sample:
    input:
        of_shards("results/{experiment}/decontaminate{shard}/rows.parquet"),
    output:
        "results/{experiment}/gather/rows.parquet",
    log:
        "logs/{experiment}/gather.log",
    benchmark:
        "benchmarks/{experiment}/gather.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        most=sample_words,
        code=code_mark("diversify.io.shard_gather"),
    shell:
        "python -m diversify shard gather {input} --out {output} {params.most} > {log} 2>&1"


rule shard_space:
    input:
        "results/{experiment}/gather/rows.parquet",
    output:
        "results/{experiment}/embed/space.npz",
    log:
        "logs/{experiment}/embed/space.log",
    benchmark:
        "benchmarks/{experiment}/embed/space.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(8000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("embed"),
        code=code_mark("diversify.curation.lsa"),
    shell:
        "python -m diversify shard space {input} --out {output} {params.flags} > {log} 2>&1"


# The same sample with its vectors, which the clusters are fitted on.
rule shard_vectors:
    input:
        rows=of_shards("results/{experiment}/decontaminate{shard}/rows.parquet"),
        embeddings=of_shards("results/{experiment}/embed{shard}/rows.npy"),
    output:
        rows="results/{experiment}/cluster/sample.parquet",
        embeddings="results/{experiment}/cluster/sample.npy",
    log:
        "logs/{experiment}/cluster/sample.log",
    benchmark:
        "benchmarks/{experiment}/cluster/sample.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        most=sample_words,
        code=code_mark("diversify.io.shard_gather"),
    shell:
        "python -m diversify shard gather {input.rows} --embeddings {input.embeddings}"
        " --out {output.rows} --embeddings-out {output.embeddings} {params.most} > {log} 2>&1"


rule cluster_centres:
    input:
        rows="results/{experiment}/cluster/sample.parquet",
        embeddings="results/{experiment}/cluster/sample.npy",
    output:
        centres="results/{experiment}/cluster/centres.npy",
        labels="results/{experiment}/cluster/sample-labels.npy",
        terms="results/{experiment}/cluster/terms.json",
        summary="results/{experiment}/cluster/shards.json",
    log:
        "logs/{experiment}/cluster/centres.log",
    benchmark:
        "benchmarks/{experiment}/cluster/centres.tsv"
    priority: 1
    conda:
        "../envs/curation.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(240),
        gpu=0,
    params:
        flags=stage_flags("cluster"),
        code=code_mark("diversify.curation.cluster", "diversify.curation.grouping.cluster_words"),
    shell:
        "python -m diversify cluster {input.embeddings} --rows {input.rows} --out {output.labels}"
        " --centres-out {output.centres} --terms {output.terms} --summary {output.summary}"
        " --threads {threads} {params.flags} 2> {log}"


rule cluster_labels:
    input:
        embeddings="results/{experiment}/embed/{number}/rows.npy",
        centres="results/{experiment}/cluster/centres.npy",
    output:
        "results/{experiment}/cluster/{number}/labels.npy",
    log:
        "logs/{experiment}/cluster/{number}.log",
    benchmark:
        "benchmarks/{experiment}/cluster/{number}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        code=code_mark("diversify.curation.cluster"),
    shell:
        "python -m diversify cluster {input.embeddings} --centres {input.centres} --out {output}"
        " --threads {threads} > {log} 2>&1"


rule shard_candidates:
    input:
        rows="results/{experiment}/decontaminate/{number}/rows.parquet",
        embeddings="results/{experiment}/embed/{number}/rows.npy",
        labels="results/{experiment}/cluster/{number}/labels.npy",
    output:
        rows="results/{experiment}/mix/{cell}/{number}/rows.parquet",
        embeddings="results/{experiment}/mix/{cell}/{number}/rows.npy",
        labels="results/{experiment}/mix/{cell}/{number}/labels.npy",
        population="results/{experiment}/mix/{cell}/{number}/population.parquet",
    log:
        "logs/{experiment}/mix/{cell}/{number}.log",
    benchmark:
        "benchmarks/{experiment}/mix/{cell}/{number}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        flags=stage_flags("mix"),
        code=code_mark("diversify.curation.sharing.candidates"),
    shell:
        "python -m diversify shard candidates {input.rows} --embeddings {input.embeddings}"
        " --labels {input.labels} --out {output.rows} --embeddings-out {output.embeddings}"
        " --labels-out {output.labels} --population {output.population} {params.flags}"
        " > {log} 2>&1"


# What a mix is measured against and shown among.
rule shard_gather:
    input:
        rows=of_shards("results/{experiment}/decontaminate{shard}/rows.parquet"),
        embeddings=of_shards("results/{experiment}/embed{shard}/rows.npy"),
        labels=of_shards("results/{experiment}/cluster{shard}/labels.npy"),
        manifest="results/{experiment}/mix/{cell}/mix.manifest.json",
    output:
        rows="results/{experiment}/gather/{cell}/rows.parquet",
        embeddings="results/{experiment}/gather/{cell}/rows.npy",
        labels="results/{experiment}/gather/{cell}/labels.npy",
    log:
        "logs/{experiment}/gather/{cell}.log",
    benchmark:
        "benchmarks/{experiment}/gather/{cell}.tsv"
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        disk_mb=8000,
        runtime=grows(60),
        gpu=0,
    params:
        most=sample_words,
        code=code_mark("diversify.io.shard_gather"),
    shell:
        "python -m diversify shard gather {input.rows} --embeddings {input.embeddings}"
        " --labels {input.labels} --manifest {input.manifest} --out {output.rows}"
        " --embeddings-out {output.embeddings} --labels-out {output.labels} {params.most}"
        " > {log} 2>&1"


rule shard_summary:
    input:
        shard_summaries,
    output:
        "results/{experiment}/{stage}/shards.json",
    log:
        "logs/{experiment}/{stage}/shards.log",
    benchmark:
        "benchmarks/{experiment}/{stage}/shards.tsv"
    wildcard_constraints:
        stage="ingest|decontaminate|embed",
    conda:
        "../envs/curation.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        disk_mb=8000,
        runtime=grows(20),
        gpu=0,
    params:
        code=code_mark("diversify.io.shard_summary"),
    shell:
        "python -m diversify shard summary {input} --out {output} > {log} 2>&1"
