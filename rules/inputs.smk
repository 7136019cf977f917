# What a rule reads.


def training_rows(wildcards):
    place = (
        "mix/{cell}/mix.jsonl" if is_curated(wildcards.experiment) else "synth/{cell}/train.parquet"
    )
    return f"results/{{experiment}}/{place}"


def known_rows(wildcards):
    """Rows that every arm's tokenizer knows, whichever of them the arm is trained on."""
    place = (
        f"{'gather' if in_shards(wildcards) else 'decontaminate'}/rows.parquet"
        if is_curated(wildcards.experiment)
        else "synth/{cell}/train.parquet"
    )
    return f"results/{{experiment}}/{place}"


def tested_rows(wildcards):
    place = (
        "ingest/tests.parquet" if is_curated(wildcards.experiment) else "synth/{cell}/tests.parquet"
    )
    return f"results/{{experiment}}/{place}"


def checked_mix(wildcards):
    """What says that an arm's mix gives no test item away; a leak stops the run there."""
    return ["results/{experiment}/verify/{cell}/summary.json"] * is_arms(wildcards.experiment)


def starting_model(wildcards):
    """The checkpoint that a cell starts from, where another experiment of this workflow makes it."""
    model = plan.experiment(wildcards.experiment).sft.model
    return [model] if model.startswith("results/") else []


def made_rows(part):
    """An input function: rows of the first cell with the seed at hand."""

    def of(wildcards):
        cell = plan.first_cell(wildcards.experiment, wildcards.seed)
        return f"results/{wildcards.experiment}/synth/{cell}/{part}.parquet"

    return of


def of_shards(pattern):
    """An input function: a file of each shard."""

    def of(wildcards):
        experiment = plan.experiment(wildcards.experiment)
        return [pattern.replace("{shard}", folder) for folder in shard_files.folders(experiment)]

    return of


def ingested_parts(wildcards):
    groups = plan.file_groups(wildcards.experiment)
    return [f"results/{{experiment}}/ingest/{part}.parquet" for part in groups]


def shard_summaries(wildcards):
    """What a stage did in each shard; `ingest` in each group of files."""
    if wildcards.stage == "ingest":
        return [part.replace(".parquet", ".json") for part in ingested_parts(wildcards)]
    return of_shards("results/{experiment}/{stage}{shard}/summary.json")(wildcards)


def settled_twins(wildcards):
    return ["results/{experiment}/dedup/twins.parquet"] * in_shards(wildcards)


def fitted_space(wildcards):
    """Where lsa has its words and axes from, where no shard may fit its own."""
    lsa = plan.experiment(wildcards.experiment).embed.backend == "lsa"
    return ["results/{experiment}/embed/space.npz"] * (lsa and in_shards(wildcards))


def drawn_from(wildcards):
    """Rows, vectors and clusters that a mix is drawn from: all, or the candidates of each shard."""
    experiment = plan.experiment(wildcards.experiment)
    return shard_files.drawn_from(wildcards.experiment, experiment, wildcards.cell)


def measured_on(wildcards):
    """The same that a mix is held against: all, or a sample with the mix among it."""
    experiment = plan.experiment(wildcards.experiment)
    return shard_files.measured_on(wildcards.experiment, experiment, wildcards.cell)


def mapped_from(wildcards):
    """The same for the map, on which the last mix is shown."""
    experiment, last = plan.experiment(wildcards.experiment), plan.cells(wildcards.experiment)[-1]
    return shard_files.measured_on(wildcards.experiment, experiment, last)


def embedded_tests(wildcards):
    """Every shard embeds the tests in the same space; the first one's will do."""
    first = shard_files.folders(plan.experiment(wildcards.experiment))[0]
    return f"results/{{experiment}}/embed{first}/tests.npy"


def adapted_model(wildcards):
    """The checkpoint that an adapter needs beside it whenever it is read."""
    uses_peft = plan.experiment(wildcards.experiment).sft.use_peft
    return starting_model(wildcards) if uses_peft else []


def own_files(paths):
    """A user's files: on this disk also where the results of the workflow go to an object store."""
    return [local(path) for path in paths]


def ingested_files(wildcards):
    files = plan.files(wildcards.experiment, wildcards.part)
    paths = on_disk(file for of_source in files.values() for file in of_source)
    return own_files(paths) if plan.experiment(wildcards.experiment).sources else paths


def test_files(harness):
    """An input function: files on this disk that a harness scores arms by."""

    def of(wildcards):
        experiment = plan.experiment(wildcards.experiment)
        named = {**experiment.benchmarks_of(harness), **shown_with(experiment, harness)}
        return own_files(local_files(named))

    return of


def shown_with(experiment, harness):
    return experiment.examples if harness == "lm-eval" else {}


def held_out_files(wildcards):
    return own_files(local_files(plan.experiment(wildcards.experiment).benchmarks))


def last_manifest(wildcards):
    cell = plan.cells(wildcards.experiment)[-1]
    return f"results/{{experiment}}/mix/{cell}/mix.manifest.json"


def documents_of_run(wildcards):
    """Everything that the report reads, of all experiments that run."""
    return [path for name in plan.settings.run for path in documents(plan, name)]


def documents_of_experiment(wildcards):
    return documents(plan, wildcards.experiment)


def made_by_run(wildcards):
    """What a finished run has left, so that a target misses what a failed job took away.

    Without it a page made of earlier documents would count as up to date.
    """
    return [path for name in plan.settings.run for path in made(plan, name)]


def made_by_experiment(name):
    """An input function: the same of one experiment."""
    return lambda wildcards: made(plan, name)


def scored(what):
    """An input function: what the harnesses of an experiment leave behind, for every cell."""

    def of(wildcards):
        return expand(
            "results/{{experiment}}/{harness}/{cell}/{what}",
            what=what,
            harness=harnesses(plan.experiment(wildcards.experiment)),
            cell=plan.cells(wildcards.experiment),
        )

    return of


def written_samples(wildcards):
    """What says which model wrote the programs that were scored."""
    name = wildcards.experiment
    if "score" not in harnesses(plan.experiment(name)):
        return []
    return expand("results/{{experiment}}/generate/{cell}/summary.json", cell=plan.cells(name))
