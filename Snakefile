from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


include: "rules/common.smk"
include: "rules/inputs.smk"
include: "rules/words.smk"
include: "rules/resources.smk"
include: "rules/rewrite.smk"
include: "rules/algebra.smk"
include: "rules/markov.smk"
include: "rules/curation.smk"
include: "rules/shards.smk"
include: "rules/training.smk"
include: "rules/evaluation.smk"
include: "rules/report.smk"


rule all:
    default_target: True
    input:
        plan.settings.report.path,
        made_by_run,


# `snakemake rewrite_threshold`: one experiment of the config, whether it stands in `run` or not
for name in plan.settings.experiments:

    rule:
        name:
            name.replace("-", "_")
        input:
            f"results/{name}/report/index.html",
            made_by_experiment(name),
