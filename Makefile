# `make run` starts the platform, `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV := ./.ci/uv
RUN := $(UV) run --no-sync
# One more than there are cores: one of them drives the processes that tests share, and mostly waits.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST ?=
# Each process of the platform compiles a second or two of Python at its start unless the last one's work is kept.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test crash check lint fmt lock bench demo screenshots clean

help: ## Lists what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: ## Gets uv where it is missing, and the packages in their locked versions
	@$(UV) sync --locked --quiet

run: setup ## Starts the platform: PostgreSQL, API, worker, sandbox, demo data
	@exec $(RUN) caas up

test: lint ## Runs every check and every test
	$(RUN) pytest -q -n $(WORKERS) $(PYTEST)

crash: setup ## Kills API, worker and database while CAAS_CRASH_JOURNEYS borrowers (200) walk, and while journals are posted
	CAAS_CRASH_JOURNEYS=$${CAAS_CRASH_JOURNEYS:-200} $(RUN) pytest -q tests/crash/test_journeys.py
	LEDGER_CRASH_ROUNDS=$${LEDGER_CRASH_ROUNDS:-10} $(RUN) pytest -q tests/crash/test_ledger.py

check: lint ## Runs the checks alone: style, types, borders, budgets
	$(RUN) pytest -q tests/architecture

lint: setup
	$(RUN) ruff check --quiet .
	$(RUN) ruff format --check --quiet .
	$(RUN) mypy
	$(RUN) lint-imports --no-cache

fmt: setup ## Formats the code and mends what can be mended
	$(RUN) ruff check --fix --quiet .
	$(RUN) ruff format --quiet .

lock: ## Resolves the dependencies anew and writes uv.lock
	$(UV) lock

bench: setup ## Measures: all benchmarks, or one with NAME=api SECONDS=10
	@for name in $(or $(NAME),$(basename $(notdir $(filter-out %/__init__.py,$(wildcard tests/bench/[a-z]*.py))))); do \
	  $(RUN) python -m tests.bench.$$name $(if $(SECONDS),--seconds $(SECONDS)) || exit 1; \
	done

demo: setup ## Walks one loan from sign-up to its last repayment, printing each step
	@exec $(RUN) caas demo

screenshots: setup ## Takes a picture of every screen, phone and desktop, light, dark and Arabic (needs Chromium)
	$(RUN) python -m tests.app.browser.screenshots $(ONLY)

clean: ## Removes caches, the environment and the development database
	@if [ -d .venv ]; then $(RUN) caas down --remove-data; fi
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
