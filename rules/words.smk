# What a rule says to its command.


def ingest_shards(wildcards):
    count = plan.experiment(wildcards.experiment).shards
    return f"--shards {count}" if wildcards.part.startswith("files") else ""


def twins_words(wildcards, input):
    return f"--twins {input.twins} --shard {wildcards.shard[1:]}" if input.twins else ""


def space_words(wildcards, input):
    return f"--space {input.space}" if input.space else ""


def population_words(wildcards, input):
    return f"--population {input.population}" if in_shards(wildcards) else ""


def sample_words(wildcards):
    return f"--most {plan.experiment(wildcards.experiment).sample_rows}"


def source_flags(wildcards):
    """A user's sources; what depends on `input` would not count as a change of the params."""
    named = plan.experiment(wildcards.experiment).sources
    return plan.source_flags(wildcards.experiment, wildcards.part) if named else ""


def made_source_flags(wildcards, input):
    """Sources that this workflow made, as they lie here: fetched from a store, or in place."""
    if plan.experiment(wildcards.experiment).sources:
        return ""
    names = plan.files(wildcards.experiment, wildcards.part)
    return " ".join(f"--source {name}={file}" for name, file in zip(names, input))


def sft_flags(wildcards):
    """Flags of `sft`, less the model where this workflow makes it."""
    made = ["model"] * len(starting_model(wildcards))
    return plan.flags(wildcards.experiment, "sft", wildcards.cell, but=made)


def made_model_flag(wildcards, input):
    return f"--model {input.model}" if starting_model(wildcards) else ""


def named_model(wildcards):
    """A starting model that this workflow does not make, by name or path."""
    model = plan.experiment(wildcards.experiment).sft.model
    return "" if starting_model(wildcards) else shlex.quote(model)


def test_words(harness, flag):
    """An input function for `params`: the same with their names, those of the Hub among them."""

    def of(wildcards):
        experiment = plan.experiment(wildcards.experiment)
        shown = words(shown_with(experiment, harness), "--examples")
        return f"{words(experiment.benchmarks_of(harness), flag)} {shown}".strip()

    return of


def held_out_words(wildcards):
    return words(plan.experiment(wildcards.experiment).benchmarks)


def stage_flags(stage):
    """An input function for `params`: the flags of a stage, those of the cell filled in."""

    def of(wildcards):
        return plan.flags(wildcards.experiment, stage, wildcards.get("cell"))

    return of


def leak_flags(wildcards):
    """Flags of `decontaminate`, less the one that needs vectors."""
    options = plan.experiment(wildcards.experiment).decontaminate
    return flags(options, but=["similarity"])


def cell_labels(wildcards):
    return plan.labels(wildcards.experiment, wildcards.cell)


def report_flags(wildcards):
    return flags(plan.settings.report, but=["path"])
