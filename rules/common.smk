# The only Python of the DAG: what the rules ask of the config.
import os
import sys
from shlex import quote

REPO = Path(workflow.current_basedir).parent
# the package need not be installed in a rule's environment
sys.path.insert(0, str(REPO))
os.environ.update(
    # freed memory is kept for the next step: training takes an eighth less time (glibc)
    MALLOC_TRIM_THRESHOLD_="1073741824",
    MALLOC_MMAP_THRESHOLD_="1073741824",
    PYTHONPATH=os.pathsep.join([str(REPO), *filter(None, [os.environ.get("PYTHONPATH")])]),
)

from diversify.errors import UserError
from diversify.io.corpus import TEST_SETS
from diversify.synth.editing import OPERATIONS
from diversify.training.launch import launcher
from diversify.workflow.arms import harnesses, local_files, on_disk, words
from diversify.workflow.code_mark import code_mark
from diversify.workflow.conda import check_conda
from diversify.workflow.flags import flags
from diversify.workflow.plan import Plan


def stop(what, error):
    """A user's mistake: one line each, no traceback."""
    print(*[f"{what}: {line}" for line in str(error).splitlines()], sep="\n", file=sys.stderr)
    sys.exit(2)


deployed = {method.name for method in workflow.deployment_settings.deployment_method}
if "CONDA" in deployed:
    # Snakemake takes PYTHONPATH out of a job's environment when it activates conda's
    package = quote(str(REPO)).replace("{", "{{").replace("}", "}}")
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
    cell=r"(?!base-)[a-zA-Z0-9_.+-]+",
    part="rows|tests",


def is_curated(name):
    return plan.experiment(name).track in ("data", "arms")


def is_arms(name):
    return plan.experiment(name).track == "arms"


def either(names):
    """A wildcard constraint that allows these names, or nothing at all."""
    return "|".join(names) or "(?!)"


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
        "decontaminate/rows.parquet"
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


def ingested_files(wildcards):
    files = plan.files(wildcards.experiment, wildcards.part)
    return on_disk(file for of_source in files.values() for file in of_source)


def test_files(harness):
    """An input function: files on this disk that a harness scores arms by."""

    def of(wildcards):
        experiment = plan.experiment(wildcards.experiment)
        return local_files({**experiment.benchmarks_of(harness), **shown_with(experiment, harness)})

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
    return local_files(plan.experiment(wildcards.experiment).benchmarks)


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


def documents(name):
    """What an experiment did once, and what it did in each cell."""
    made = [*documents_of_stages(name), *documents_of_cells(name)]
    return [f"results/{name}/{document}.json" for document in made]


def documents_of_stages(name):
    if not is_curated(name):
        return []
    made = ["synth/summary"] * (not plan.experiment(name).sources)
    stages = ["dedup", "decontaminate", "embed", "cluster", *["tabulate"] * is_arms(name)]
    verdicts = ["tabulate/verdicts"] * is_arms(name)
    return [*made, "ingest/rows", *expand("{stage}/summary", stage=stages), *verdicts, "map/map"]


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
            "results/{{experiment}}/{harness}/{cell}/" + what,
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


def gpus(wildcards):
    return getattr(plan.experiment(wildcards.experiment), "gpus", 0)


def nodes(wildcards):
    return getattr(plan.experiment(wildcards.experiment), "nodes", 1)


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
