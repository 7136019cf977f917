# What a job asks of the machine.


def grows(first):
    """A resource that a job gets more of each time it is tried again."""

    def at(wildcards, attempt):
        return first * attempt

    return at


def training_minutes(wildcards, attempt):
    """A model that is trained without a GPU is a small one, and eight of them share a job."""
    return (240 if gpus(wildcards) else 60) * attempt


def batch(wildcards):
    """The group of a cell that needs no GPU: on a cluster, many such share a job.

    Cells that make their own rows need not wait for those whose rows come out of a curation. The steps
    of a member follow one another; where cells hang together, two would run at a time in a job for one.
    """
    if gpus(wildcards) or starting_model(wildcards):
        return None
    return "models" if is_curated(wildcards.experiment) else "cells"


def half_the_cores(wildcards):
    """So that a job which gains from threads need not wait until all cores are free."""
    return max(1, (workflow.cores or 2) // 2)


def gpus(wildcards):
    return plan.experiment(wildcards.experiment).gpus


def one_gpu(wildcards):
    """A GPU for a job that needs no more, where the experiment has any."""
    return min(1, gpus(wildcards))


def embedding_gpu(wildcards):
    """A GPU for vectors that come from a model, which takes one wherever it finds it."""
    is_model = plan.experiment(wildcards.experiment).embed.backend == "sentence-transformers"
    return one_gpu(wildcards) if is_model else 0


def nodes(wildcards):
    return plan.experiment(wildcards.experiment).nodes


def several_nodes(wildcards):
    """Unset for one: members of a batch would add theirs up."""
    return nodes(wildcards) if nodes(wildcards) > 1 else None
