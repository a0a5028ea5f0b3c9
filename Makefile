# `make help` lists what there is. Nothing here needs root, Docker or a database.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
unexport PYTHONDONTWRITEBYTECODE
unexport VIRTUAL_ENV

# The first Python on this machine that the lock was made for; `make setup PYTHON=…` names another.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& { echo $$each; exit; }; done; echo python3)
UV_VERSION := 0.13.8
UV ?= $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin
READY := .venv/.ready
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --custom-compile-command "make lock" --extra demo --group dev pyproject.toml

.PHONY: help setup demo replay bench soak fuzz check test lock wheel up down clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## the Python environment in .venv, exactly as locked

demo: $(READY) ## the whole product on this machine, with a sandbox Salto KS (ONCE=1: run once, then stop)
	@$(BIN)/python -m saltoks.dev.demo.run $(if $(ONCE),--once)

replay: $(READY) ## one day of a bookings file against the sandbox (DATA=file DAY=YYYY-MM-DD)
	@$(BIN)/python -m saltoks.dev.replay.run $(if $(DATA),--data "$(DATA)") $(if $(DAY),--day "$(DAY)")

bench: $(READY) ## seconds and memory for millions of rows, beside the budgets (SCALE=0.01: a quick look)
	@$(BIN)/python -m saltoks.dev.bench.run $(if $(SCALE),--scale $(SCALE))

soak: $(READY) ## a week of three sites with faults, every minute of every door judged (TICKS=96: a day, SEED=7)
	@$(BIN)/python -m saltoks.dev.soak.run $(if $(TICKS),--ticks $(TICKS)) $(if $(SEED),--seed $(SEED))

fuzz: $(READY) ## broken answers, files, site files and connections, from a seed (COUNT=50000, SEED=7, ONLY=files)
	@$(BIN)/python -m saltoks.dev.fuzz $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED)) \
		$(if $(ONLY),--only $(ONLY))

check: $(READY) ## lint, format, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## check, then every test, two files at a time, in the order of their names: the longest are not last
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

lock: $(UV) ## requirements.lock anew from pyproject.toml (UPGRADE=1: take newer versions)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements.lock

wheel: $(READY) ## what an Airflow of your own installs, in dist/
	@$(BIN)/python -m hatchling build --target wheel --directory dist

up: $(READY) ## Airflow and its database, until Ctrl-C
	@$(BIN)/python -m saltoks.dev.stack.commands up

down: $(READY) ## stop what `make up` started
	@$(BIN)/python -m saltoks.dev.stack.commands down

clean: ## stop the stack, delete its data and all caches (.venv stays)
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m saltoks.dev.stack.commands clean; fi
	rm -rf .saltoks dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -not -path './.uv/*' -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml | $(UV)
	@PYTHONPATH=plugins $(PYTHON) -m saltoks.dev.stack.preflight
	@if [ ! -x $(BIN)/python ]; then $(UV) venv --quiet --python $(PYTHON) .venv; fi
	@echo "Installing what requirements.lock names into .venv: some minutes the first time"
	VIRTUAL_ENV=$(CURDIR)/.venv $(UV) pip sync --compile-bytecode --require-hashes requirements.lock
	VIRTUAL_ENV=$(CURDIR)/.venv $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.uv/bin/uv:
	@PYTHONPATH=plugins $(PYTHON) -m saltoks.dev.stack.preflight --with-venv
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
