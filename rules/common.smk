# What all rules share: the package, the checked config, and what a wildcard may be.
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
from diversify.workflow.documents import documents, made
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


def in_shards(wildcards):
    return shard_files.in_shards(plan.experiment(wildcards.experiment))
