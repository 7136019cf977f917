# The only Python of the DAG: what the rules ask of the config.
import os
import shlex
import sys

# freed memory is kept for the next step: training takes an eighth less time (glibc)
os.environ.update(MALLOC_TRIM_THRESHOLD_="1073741824", MALLOC_MMAP_THRESHOLD_="1073741824")
if isinstance(workflow.current_basedir, os.PathLike):
    # the package need not be installed in a rule's environment; where the rules are a module's
    # that is read from a host, they lie in no folder, and it must be
    REPO = str(Path(workflow.current_basedir).parent)
    sys.path.insert(0, REPO)
    before = filter(None, [os.environ.get("PYTHONPATH")])
    os.environ.update(PYTHONPATH=os.pathsep.join([REPO, *before]))

from diversify.config.settings import CELL
from diversify.errors import UserError
from diversify.io.corpus import TEST_SETS
from diversify.io.orphan import run_mark
from diversify.synth.editing import OPERATIONS
from diversify.training.launch import launcher
from diversify.workflow import shard_files
from diversify.workflow.arms import harnesses, local_files, on_disk, words
from diversify.workflow.code_mark import ROOT, code_mark
from diversify.workflow.conda import check_conda
from diversify.workflow.file_mark import file_mark
from diversify.workflow.flags import flags
from diversify.workflow.plan import Plan

# a job that outlived its run would write beside the next one
os.environ.update(DIVERSIFY_RUN=run_mark())


def stop(what, error):
    """A user's mistake: one line each, no traceback."""
    print(*[f"{what}: {line}" for line in str(error).splitlines()], sep="\n", file=sys.stderr)
    sys.exit(2)


deployed = {method.name for method in workflow.deployment_settings.deployment_method}
if "CONDA" in deployed:
    # Snakemake takes PYTHONPATH out of a job's environment when it activates conda's
    package = shlex.quote(str(ROOT)).replace("{", "{{").replace("}", "}}")
    shell.prefix(f"set -euo pipefail; export PYTHONPATH={package}; ")

try:
    # in a container, it is the container's conda
    if deployed == {"CONDA"} and workflow.is_main_process:
        check_conda()
except UserError as error:
    stop("--use-conda", error)

try:
    plan = Plan(config)
except UserError as error:
    stop("config", error)


wildcard_constraints:
    experiment="|".join(plan.settings.experiments),
    cell=CELL.pattern,
    number=r"\d+-of-\d+",
    part=r"rows|tests|files-\d+-of-\d+",
    shard=r"(/\d+-of-\d+)?",  # empty where an experiment has but one


def is_curated(name):
    return plan.experiment(name).track in ("data", "arms")


def is_arms(name):
    return plan.experiment(name).track == "arms"


def either(names):
    """A wildcard constraint that allows these names, or nothing at all."""
    return "|".join(names) or "(?!)"


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


def in_shards(wildcards):
    return shard_files.in_shards(plan.experiment(wildcards.experiment))


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


def ingest_shards(wildcards):
    count = plan.experiment(wildcards.experiment).shards
    return f"--shards {count}" if wildcards.part.startswith("files") else ""


def settled_twins(wildcards):
    return ["results/{experiment}/dedup/twins.parquet"] * in_shards(wildcards)


def twins_words(wildcards, input):
    return f"--twins {input.twins} --shard {wildcards.shard[1:]}" if input.twins else ""


def fitted_space(wildcards):
    """Where lsa has its words and axes from, where no shard may fit its own."""
    lsa = plan.experiment(wildcards.experiment).embed.backend == "lsa"
    return ["results/{experiment}/embed/space.npz"] * (lsa and in_shards(wildcards))


def space_words(wildcards, input):
    return f"--space {input.space}" if input.space else ""


def drawn_from(wildcards):
    """Rows, vectors and clusters that a mix is drawn from: all, or the candidates of each shard."""
    experiment = plan.experiment(wildcards.experiment)
    return shard_files.drawn_from(wildcards.experiment, experiment, wildcards.cell)


def population_words(wildcards, input):
    return f"--population {input.population}" if in_shards(wildcards) else ""


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


def sample_words(wildcards):
    return f"--most {plan.experiment(wildcards.experiment).sample_rows}"


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


def test_files(harness):
    """An input function: files on this disk that a harness scores arms by."""

    def of(wildcards):
        experiment = plan.experiment(wildcards.experiment)
        named = {**experiment.benchmarks_of(harness), **shown_with(experiment, harness)}
        return own_files(local_files(named))

    return of


def test_words(harness, flag):
    """An input function for `params`: the same with their names, those of the Hub among them."""

    def of(wildcards):
        experiment = plan.experiment(wildcards.experiment)
        shown = words(shown_with(experiment, harness), "--examples")
        return f"{words(experiment.benchmarks_of(harness), flag)} {shown}".strip()

    return of


def shown_with(experiment, harness):
    return experiment.examples if harness == "lm-eval" else {}


def held_out_files(wildcards):
    return own_files(local_files(plan.experiment(wildcards.experiment).benchmarks))


def held_out_words(wildcards):
    return words(plan.experiment(wildcards.experiment).benchmarks)


def last_manifest(wildcards):
    cell = plan.cells(wildcards.experiment)[-1]
    return f"results/{{experiment}}/mix/{cell}/mix.manifest.json"


def documents_of_run(wildcards):
    """Everything that the report reads, of all experiments that run."""
    return [path for name in plan.settings.run for path in documents(name)]


def documents_of_experiment(wildcards):
    return documents(wildcards.experiment)


def made_by_run(wildcards):
    """What a finished run has left, so that a target misses what a failed job took away.

    Without it a page made of earlier documents would count as up to date.
    """
    return [path for name in plan.settings.run for path in made(name)]


def made_by_experiment(name):
    """An input function: the same of one experiment."""
    return lambda wildcards: made(name)


def made(name):
    """All documents of an experiment, and what stands between a model and its scores."""
    between = ["generate/{cell}/summary"] * ("score" in harnesses(plan.experiment(name)))
    between += ["verify/{cell}/summary"] * is_arms(name)
    kinds = expand(between, cell=plan.cells(name))
    return [*documents(name), *(f"results/{name}/{kind}.json" for kind in kinds)]


def documents(name):
    """What an experiment did once, and what it did in each cell."""
    made = [*documents_of_stages(name), *documents_of_cells(name)]
    return [f"results/{name}/{document}.json" for document in made]


def documents_of_stages(name):
    if not is_curated(name):
        return []
    experiment = plan.experiment(name)
    made = ["synth/summary"] * (not experiment.sources)
    verdicts = ["tabulate/summary", "tabulate/verdicts"] * is_arms(name)
    return [*made, *shard_files.summaries(experiment), *verdicts, "map/map"]


def documents_of_cells(name):
    origin = "mix" if is_curated(name) else "synth"
    wanted = [f"{origin}/{{cell}}/summary", "sft/{cell}/summary"]
    wanted += [f"{harness}/{{cell}}/scores" for harness in harnesses(plan.experiment(name))]
    wanted += ["measure/{cell}/summary"] * is_curated(name)
    bases = expand("evaluate/{base}/scores", base=plan.bases(name))
    return [*expand(wanted, cell=plan.cells(name)), *bases]


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


def one_gpu(wildcards):
    """A GPU for a job that needs no more, where the experiment has any."""
    return min(1, gpus(wildcards))


def embedding_gpu(wildcards):
    """A GPU for vectors that come from a model, which takes one wherever it finds it."""
    is_model = plan.experiment(wildcards.experiment).embed.backend == "sentence-transformers"
    return one_gpu(wildcards) if is_model else 0


def gpus(wildcards):
    return plan.experiment(wildcards.experiment).gpus


def nodes(wildcards):
    return plan.experiment(wildcards.experiment).nodes


def several_nodes(wildcards):
    """Unset for one: members of a batch would add theirs up."""
    return nodes(wildcards) if nodes(wildcards) > 1 else None


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
