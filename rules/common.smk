# The only Python of the DAG: what the rules ask of the config.
import os
import sys

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
from diversify.workflow.code_mark import code_mark
from diversify.workflow.flags import flags
from diversify.workflow.plan import Plan

try:
    plan = Plan(config)
except UserError as error:
    # a user's mistake: one line each, no traceback
    print(*[f"config: {line}" for line in str(error).splitlines()], sep="\n", file=sys.stderr)
    sys.exit(2)


wildcard_constraints:
    experiment="|".join(plan.settings.experiments),
    cell=r"(?!base-)[a-zA-Z0-9_.+-]+",
    part="rows|tests",


def is_data(name):
    return plan.experiment(name).track == "data"


def either(names):
    """A wildcard constraint that allows these names, or nothing at all."""
    return "|".join(names) or "(?!)"


def half_the_cores(wildcards):
    """So that a job which gains from threads need not wait until all cores are free."""
    return max(1, (workflow.cores or 2) // 2)


def training_rows(wildcards):
    place = (
        "mix/{cell}/mix.jsonl" if is_data(wildcards.experiment) else "synth/{cell}/train.parquet"
    )
    return f"results/{{experiment}}/{place}"


def known_rows(wildcards):
    """Rows that every arm's tokenizer knows, whichever of them the arm is trained on."""
    place = (
        "decontaminate/rows.parquet"
        if is_data(wildcards.experiment)
        else "synth/{cell}/train.parquet"
    )
    return f"results/{{experiment}}/{place}"


def tested_rows(wildcards):
    place = (
        "ingest/tests.parquet" if is_data(wildcards.experiment) else "synth/{cell}/tests.parquet"
    )
    return f"results/{{experiment}}/{place}"


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
    return [file for of_source in files.values() for file in of_source]


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
    if not is_data(name):
        return []
    made = [] if plan.experiment(name).sources else ["synth/summary"]
    stages = ["dedup", "decontaminate", "embed", "cluster"]
    return [*made, "ingest/rows", *expand("{stage}/summary", stage=stages), "map/map"]


def documents_of_cells(name):
    origin = "mix" if is_data(name) else "synth"
    wanted = [f"{origin}/{{cell}}/summary", "sft/{cell}/summary", "evaluate/{cell}/scores"]
    wanted += ["measure/{cell}/summary"] * is_data(name)
    bases = expand("evaluate/{base}/scores", base=plan.bases(name))
    return [*expand(wanted, cell=plan.cells(name)), *bases]


def stage_flags(stage):
    """An input function for `params`: the flags of a stage, those of the cell filled in."""

    def of(wildcards):
        return plan.flags(wildcards.experiment, stage, wildcards.get("cell"))

    return of


def cell_labels(wildcards):
    return plan.labels(wildcards.experiment, wildcards.cell)


def report_flags(wildcards):
    return flags(plan.settings.report, but=["path"])
