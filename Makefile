# Everything a contributor does, by one word. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCALSTACK_VENV := .venv-localstack
CLIENTS_VENV := .venv-clients
BROKER ?= $(or $(CYCLORAMA_BROKER),ministack)
BROKER_STAMP := $(if $(filter localstack,$(BROKER)),$(LOCALSTACK_VENV)/stamp)
export PYTHONPATH := functions:layers/core:.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run demo reset migrate replay status test test-localstack check format openapi lock benchmark benchmark-pipeline benchmark-reports benchmark-growth fuzz clean

help: ## List what can be done
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[36m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/run.stamp: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cyclorama needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@echo "Installing what Cyclorama runs on (once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

$(LOCALSTACK_VENV)/stamp: requirements/localstack.txt
	@echo "Installing LocalStack (once) …"
	@test -x $(LOCALSTACK_VENV)/bin/python || $(PYTHON) -m venv $(LOCALSTACK_VENV)
	@$(LOCALSTACK_VENV)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/localstack.txt
	@touch $@

# Tests need them where they can be had: without a network, npm or a wheel they are skipped by name.
$(CLIENTS_VENV)/stamp: requirements/clients.txt requirements/clients.npm.json $(VENV)/run.stamp
	@echo "Installing published clients of the gateways, for tests alone (once) …"
	@mkdir -p $(CLIENTS_VENV)/node && cp requirements/clients.npm.json $(CLIENTS_VENV)/node/package.json
	@test -x $(CLIENTS_VENV)/bin/python || $(PYTHON) -m venv --without-pip $(CLIENTS_VENV)
	@$(BIN)/python -m pip --python $(CLIENTS_VENV)/bin/python install --quiet --retries 1 --timeout 20 --no-deps \
		--require-hashes -r requirements/clients.txt && touch $@ || echo "… no Python clients: their tests are skipped"
	@cd $(CLIENTS_VENV)/node && npm install --no-package-lock --ignore-scripts --legacy-peer-deps --no-audit --no-fund \
		--loglevel=error && touch stamp || echo "… no Node clients: their tests are skipped"

run: $(VENV)/run.stamp $(BROKER_STAMP) ## Start everything on this machine, Ctrl-C stops it; BROKER=localstack runs it on LocalStack
	@CYCLORAMA_BROKER=$(BROKER) exec $(BIN)/python -m infra.local run

demo: $(VENV)/run.stamp ## Play the whole flow in Russian and in English; PROVIDER=sberpay or tkassa pays there
	@$(BIN)/python -m infra.local.demo $(if $(PROVIDER),--provider $(PROVIDER))

status: $(VENV)/run.stamp ## Say what is running
	@$(BIN)/python -m infra.local status

migrate: $(VENV)/run.stamp ## Bring the running system's database to the newest revision
	@$(BIN)/python -m infra.local migrate

replay: $(VENV)/run.stamp ## Publish once more what the broker lost: SINCE=2026-12-01T10:00 UNTIL=… TYPES=…, or by itself
	@$(BIN)/python -m infra.local replay --since "$(SINCE)" --until "$(UNTIL)" --types "$(TYPES)"

reset: $(VENV)/run.stamp ## Forget all local state (.cyclorama/)
	@$(BIN)/python -m infra.local reset

# Those that start and kill programs have the machine to themselves.
ALONE := tests/integration/local tests/integration/sandbox tests/e2e tests/faults

test: $(VENV)/dev.stamp $(CLIENTS_VENV)/stamp ## Run every test: side by side, then those that need the machine to themselves
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile $(ALONE:%=--ignore=%)
	@$(BIN)/python -m pytest $(ALONE)

test-localstack: $(VENV)/dev.stamp $(LOCALSTACK_VENV)/stamp ## Run the broker's contract test and the whole flow on LocalStack
	@CYCLORAMA_TEST_LOCALSTACK=1 $(BIN)/python -m pytest tests/integration/broker
	@CYCLORAMA_BROKER=localstack $(BIN)/python -m pytest tests/e2e

check: $(VENV)/dev.stamp sam-validate sam-build ## All that a change must pass besides the tests
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m infra.openapi --check
	@$(BIN)/python -m infra.golden --check
	@$(BIN)/python -m infra.settings_page --check
	@$(BIN)/python -m infra.events_page --check
	@$(BIN)/python -m infra.database.schema --check

format: $(VENV)/dev.stamp ## Put the code into the house format
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

openapi: $(VENV)/dev.stamp ## Write the generated files anew: OpenAPI, events, settings, schema.sql
	@$(BIN)/python -m infra.openapi
	@$(BIN)/python -m infra.golden
	@$(BIN)/python -m infra.settings_page
	@$(BIN)/python -m infra.events_page
	@$(BIN)/python -m infra.database.schema

benchmark: $(VENV)/dev.stamp ## Measure availability and booking on port 5000 beside pgbench, as ratios
	@$(BIN)/python -m tests.benchmarks

benchmark-pipeline: $(VENV)/dev.stamp ## Measure how long a booking takes to become a message, and how a backlog is worked off
	@$(BIN)/python -m tests.benchmarks.pipeline

benchmark-growth: $(VENV)/dev.stamp ## Measure what a paid booking takes up in the database, at first and for ever
	@$(BIN)/python -m tests.benchmarks.growth

benchmark-reports: $(VENV)/dev.stamp ## Measure reports beside their SQL in pgbench, up to a million visits
	@$(BIN)/python -m tests.benchmarks.reports

fuzz: $(VENV)/dev.stamp ## Send what strangers send, with a new seed each round, until something breaks or Ctrl-C
	@while HOSTILE_VALUES=20 FUZZ_EXAMPLES=100 $(BIN)/python -m pytest --timeout=0 \
		tests/integration/test_hostile.py tests/integration/test_schemathesis.py; do :; done

lock: ## Compile requirements/*.in to hash-pinned requirements (needs uv)
	@for set in layer run dev sam localstack; do \
		uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			requirements/$$set.in -o $$([ $$set = layer ] && echo layers/dependencies/requirements.txt || echo requirements/$$set.txt); \
	done
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--override requirements/clients.override --no-emit-package cryptography --no-emit-package cffi \
		--no-emit-package pycparser requirements/clients.in -o requirements/clients.txt

clean: ## Remove what was built or installed here, but not the local state
	rm -rf $(VENV) $(LOCALSTACK_VENV) $(CLIENTS_VENV) .venv-sam .aws-sam .mypy_cache .ruff_cache .hypothesis

include infra/sam.mk
