# Every target sets up what it needs of .venv from nothing, once. Choose a Python with: make PYTHON=/path/to/python3.12
.DEFAULT_GOAL := help
.PHONY: help demo aws rehearse test quick check spark4 image-test format docs clean

VENV := .venv
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools
PY := $(VENV)/bin/python
# The suite starts Spark some fifty times: a Java that has its classes ready takes half the time.
JAVA := $(VENV)/java/.ready
SPARK4 := $(VENV)/spark4
OF_SPARK := tests/tables/engines tests/contracts tests/glue tests/history/test_history_on_spark.py tests/steps/test_score.py
# One more than two cores: tests also wait, for servers, jobs and the clock.
WORKERS ?= 3
# A file's tests share what is made for them, so one worker takes them all, in the order they are in.
SPREAD := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
SOURCES := src tests hatch_build.py $(wildcard benchmarks examples scripts)

# Two tests at once share the cores: threads that wait must not spin.
export OMP_WAIT_POLICY ?= PASSIVE
export OPENBLAS_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# A suite of some thousand short processes must not compile every library anew in each of them.
test quick image-test: export PYTHONDONTWRITEBYTECODE :=

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

demo: $(READY) ## invent a telecom company, train on it, score a fresh month (./unchurn-demo)
	$(PY) -m unchurn demo

aws: $(READY) ## install what deploying needs: boto3 beside the base
	$(PY) -m pip install -q --no-compile -c constraints.txt --build-constraint constraints.txt -e '.[serve,aws]'

rehearse: $(TOOLS) ## run the demo's AWS deployment offline, from stacks to scores (Java 17)
	@[ -d unchurn-demo ] || $(PY) -m unchurn demo
	$(PY) -m unchurn aws rehearse --project unchurn-demo

test: $(TOOLS) $(JAVA) ## the whole test suite
	$(PY) -m pytest $(SPREAD)

quick: $(TOOLS) $(JAVA) ## the tests that take seconds
	$(PY) -m pytest $(SPREAD) -m "not slow"

check: $(TOOLS) ## lint, format, types, layers
	@# without ruff's cache: it keeps an answer on a file's imports after the file they name was renamed
	$(PY) -m ruff check --no-cache $(SOURCES)
	$(PY) -m ruff format --check $(SOURCES)
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

spark4: $(TOOLS) $(SPARK4) ## the tests of Spark with PySpark 4, laid over what the others use (450 MB)
	PYTHONPATH=$(SPARK4) $(PY) -m pytest $(SPREAD) $(OF_SPARK)

image-test: $(TOOLS) ## build the container image for real and run its jobs (root, buildah, debootstrap)
	UNCHURN_IMAGE_TEST=1 $(PY) -m pytest tests/aws/image -rs

format: $(TOOLS) ## rewrite the sources in the house format
	$(PY) -m ruff check --no-cache --fix $(SOURCES)
	$(PY) -m ruff format $(SOURCES)

docs: $(READY) ## write docs/configuration.md from the keys of churn.toml
	$(PY) -m unchurn.project.reference > docs/configuration.md

clean: ## remove .venv, caches and the demo
	rm -rf $(VENV) unchurn-demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment remembers the folder it was made in: a moved or copied one is set up again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY) $(TOOLS)
endif

$(READY): pyproject.toml constraints.txt
	@set -e; \
	python="$(PYTHON)"; \
	[ -n "$$python" ] || python=$$(sh scripts/find-python); \
	if [ "$$(cat $(READY) 2>/dev/null)" != "$(CURDIR)" ]; then \
	  echo "Making $(VENV) with $$python"; \
	  "$$python" -m venv --clear $(VENV); \
	fi; \
	echo "Installing what constraints.txt pins"; \
	$(PY) -m pip install -q -c constraints.txt pip; \
	$(PY) -m pip install -q --no-compile -c constraints.txt --build-constraint constraints.txt -e '.[serve,duckdb]'; \
	printf '%s' "$(CURDIR)" > $(READY)

$(SPARK4): $(TOOLS)
	$(PY) -m pip install -q --no-deps --no-compile --target $(SPARK4) pyspark==4.3.0

$(JAVA): $(TOOLS) scripts/archive_spark_classes.py
	@echo "Archiving Spark's classes"; $(PY) scripts/archive_spark_classes.py $(VENV)/java
	@if [ -x $(VENV)/java/bin/java ]; then touch $(JAVA); fi

# checkov pins an old boto3, so it has an environment of its own.
$(TOOLS): $(READY) constraints-checkov.txt
	@set -e; \
	echo "Installing the rehearsal's and the developers' tools"; \
	$(PY) -m pip install -q -c constraints.txt --build-constraint constraints.txt -e '.[rehearse]' --group dev; \
	$(PY) -m pip install -q -c constraints.txt --no-deps --group axe; \
	$(PY) -m venv $(VENV)/checkov; \
	$(VENV)/checkov/bin/python -m pip install -q --no-deps --no-compile --only-binary :all: -r constraints-checkov.txt; \
	touch $(TOOLS)
