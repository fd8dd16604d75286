# Everything here sets itself up: python3 (3.11 or newer, with venv) and make are all that is needed.
# tools/environment.py makes .venv from the locks on first use and does nothing afterwards.

PYTHON ?= python3
RUN = .venv/bin/python -m
TESTS ?= tests
WORKERS ?= 2
SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help demo test check style layout types floors format bench fuzz golden lock clean environment

help: ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1	/'

environment:
	@$(PYTHON) tools/environment.py

demo: environment ## see it work: sample partners, real files, what became of each
	@.venv/bin/gateway demo

test: environment ## all tests that need no hour (TESTS=tests/x for some)
	@$(RUN) pytest -q -n $(WORKERS) $(TESTS)

check: style layout types floors ## style, layout, types, and which room may import which

style: environment
	$(RUN) ruff check .

layout: environment
	$(RUN) ruff format --check .

types: environment
	$(RUN) mypy

floors: environment
	.venv/bin/lint-imports --no-logo

docs: environment ## write the reference pages that are made of the program
	@$(RUN) tools.docs

format: environment ## put all code into the one layout
	$(RUN) ruff check --fix --quiet .
	$(RUN) ruff format .

bench: environment ## speed and memory, as ratios to plain Python on the same machine
	@$(RUN) benchmarks --peers

fuzz: environment ## a minute of hostile bytes against the readers, and one of sets read by form and by rules (SECONDS=3600 for an hour)
	@.venv/bin/python tests/fuzz/hostile.py --seconds $(SECONDS)
	@.venv/bin/python tests/fuzz/two_ways.py --seconds $(SECONDS)

golden: environment ## write the expected results beside the samples anew; read the diff before committing
	GOLDEN=write $(RUN) pytest -q -n $(WORKERS) $(TESTS)

lock: environment ## after changing dependencies: uv.lock and what is exported from it
	.venv/bin/python tools/locks.py

clean: ## remove .venv and everything made
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
