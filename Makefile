# A target for everything that a contributor does. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCALSTACK_VENV := .venv-localstack
CLIENTS_VENV := .venv-clients
GENERATORS_VENV := .venv-generators
BROKER ?= $(or $(CYCLORAMA_BROKER),ministack)
BROKER_STAMP := $(if $(filter localstack,$(BROKER)),$(LOCALSTACK_VENV)/stamp)
export PYTHONPATH := functions:layers/core:.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Workers of tests and functions of systems import the same modules: what one has compiled serves the next.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo saturday pictures sandbox reset migrate replay status test test-localstack check format openapi lock benchmark benchmark-pipeline benchmark-reports benchmark-growth benchmark-desk benchmark-lists benchmark-months benchmark-strangers benchmark-backlog benchmark-messages benchmark-beside benchmark-calls benchmark-parts benchmark-cold benchmark-scaling scaling fuzz clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[36m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/run.stamp: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cyclorama needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@echo "Installing Cyclorama's dependencies (once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing the dependencies of the tests (once) …"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

$(LOCALSTACK_VENV)/stamp: requirements/localstack.txt
	@echo "Installing LocalStack (once) …"
	@test -x $(LOCALSTACK_VENV)/bin/python || $(PYTHON) -m venv $(LOCALSTACK_VENV)
	@$(LOCALSTACK_VENV)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/localstack.txt
	@touch $@

# Tests use these clients if they can be installed: without a network, npm or a wheel those tests are skipped by name.
$(CLIENTS_VENV)/stamp: requirements/clients.txt requirements/clients.npm.json $(CLIENTS_VENV)/linters/stamp $(VENV)/run.stamp
	@echo "Installing published clients of gateways and messengers, for tests only (once) …"
	@mkdir -p $(CLIENTS_VENV)/node && cp requirements/clients.npm.json $(CLIENTS_VENV)/node/package.json
	@test -x $(CLIENTS_VENV)/bin/python || $(PYTHON) -m venv --without-pip $(CLIENTS_VENV)
	@$(BIN)/python -m pip --python $(CLIENTS_VENV)/bin/python install --quiet --retries 1 --timeout 20 --no-deps \
		--require-hashes -r requirements/clients.txt && touch $@ || echo "… no Python clients: their tests are skipped"
	@cd $(CLIENTS_VENV)/node && npm install --no-package-lock --ignore-scripts --legacy-peer-deps --no-audit --no-fund \
		--loglevel=error && touch stamp || echo "… no Node clients: their tests are skipped"

$(CLIENTS_VENV)/linters/stamp: requirements/linters.npm.json
	@mkdir -p $(@D) && cp $< $(@D)/package.json
	@cd $(@D) && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error && touch stamp \
		|| echo "… no linters of OpenAPI: their tests are skipped"

# The same holds for what writes and builds our own clients.
$(GENERATORS_VENV)/stamp: requirements/generators.txt requirements/generators.npm.json $(VENV)/run.stamp
	@echo "Installing the generators of clients (once) …"
	@mkdir -p $(GENERATORS_VENV)/node && cp requirements/generators.npm.json $(GENERATORS_VENV)/node/package.json
	@test -x $(GENERATORS_VENV)/bin/python || $(PYTHON) -m venv --without-pip $(GENERATORS_VENV)
	@$(BIN)/python -m pip --python $(GENERATORS_VENV)/bin/python install --quiet --retries 1 --timeout 20 --no-deps \
		--require-hashes -r requirements/generators.txt && touch $@ || echo "… no generator for Python: its tests are skipped"
	@cd $(GENERATORS_VENV)/node && npm install --no-package-lock --ignore-scripts --no-audit --no-fund \
		--loglevel=error && touch stamp || echo "… no generator for TypeScript: its tests are skipped"

run: $(VENV)/run.stamp $(BROKER_STAMP) ## Start the whole system on this machine; Ctrl-C stops it; BROKER=localstack runs it on LocalStack
	@CYCLORAMA_BROKER=$(BROKER) exec $(BIN)/python -m infra.local run

demo: $(VENV)/run.stamp ## Play the whole flow in Russian and English, and name the pages to see it on; PROVIDER=<gateway>, LOCALE=ru, OPEN=1
	@$(BIN)/python -m infra.local.demo $(LOCALE) $(if $(PROVIDER),--provider $(PROVIDER)) $(if $(OPEN),--open)

saturday: $(VENV)/run.stamp ## Play a Saturday of forty visits and compare the books; LOCALE=ru tells it in Russian
	@$(BIN)/python -m infra.local.demo.saturday $(LOCALE)

pictures: $(VENV)/dev.stamp ## Take the README's pictures of the pages, in the Chromium that is there
	@$(BIN)/python -m tests.support.pages.pictures

sandbox: $(VENV)/run.stamp ## Start the sandbox gateways, mail and SMS alone: PORT=5090 STATE=.sandbox WEBHOOKS=http://… OPTIONS=…
	@exec $(BIN)/python -m infra.sandbox --port $(or $(PORT),5090) --state $(or $(STATE),.sandbox) \
		--webhook-url $(or $(WEBHOOKS),http://127.0.0.1:5002/webhooks) $(OPTIONS)

.PHONY: clock
clock: $(VENV)/run.stamp ## Show the running system's clock, or move it: FORWARD="1d 30m" or TO=2026-12-05T09:00; LOCALE=ru
	@$(BIN)/python -m infra.local clock --forward "$(FORWARD)" --to "$(TO)" $(if $(LOCALE),--locale $(LOCALE))

.PHONY: trigger listen
trigger: $(VENV)/run.stamp ## Make an event happen in the running system: EVENT=booking.confirmed; without one list them
	@$(BIN)/python -m infra.local.triggers $(EVENT)

listen: $(VENV)/run.stamp ## Show the webhooks of the running system as they go out, and pass them on: URL=http://… TYPES=…
	@exec $(BIN)/python -m infra.local.listening $(if $(TYPES),--types "$(TYPES)") $(URL)

.PHONY: clients
clients: $(GENERATORS_VENV)/stamp ## Write the typed clients for Python and TypeScript into dist/clients, ready to be published
	@$(BIN)/python -m infra.clients

status: $(VENV)/run.stamp ## Show what is running
	@$(BIN)/python -m infra.local status

migrate: $(VENV)/run.stamp ## Migrate the running system's database to the newest revision
	@$(BIN)/python -m infra.local migrate

replay: $(VENV)/run.stamp ## Publish again the events that the broker lost: SINCE=2026-12-01T10:00 UNTIL=… TYPES=…; all optional
	@$(BIN)/python -m infra.local replay --since "$(SINCE)" --until "$(UNTIL)" --types "$(TYPES)"

.PHONY: rotate-keys
rotate-keys: $(VENV)/run.stamp ## Have new keys sign tokens: ISSUER=users, STOLEN=1 ends the old ones; ISSUER=data, later with DROP=1; STACK=cyclorama does so on AWS
	@$(BIN)/python -m infra.$(if $(STACK),keys --stack $(STACK),local rotate-keys) \
		$(if $(ISSUER),--issuer $(ISSUER)) $(if $(STOLEN),--stolen) $(if $(DROP),--drop)

reset: $(VENV)/run.stamp ## Delete all local state (.cyclorama/)
	@$(BIN)/python -m infra.local reset

# Files and whole systems are handed out to one worker more than there are cores.
test: $(VENV)/dev.stamp $(CLIENTS_VENV)/stamp $(GENERATORS_VENV)/stamp ## Run all tests in parallel; random tests use a fixed seed
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=5 --dist=loadfile

test-localstack: $(VENV)/dev.stamp $(LOCALSTACK_VENV)/stamp ## Run the broker's contract test and the whole flow on LocalStack
	@CYCLORAMA_TEST_LOCALSTACK=1 $(BIN)/python -m pytest tests/integration/broker
	@CYCLORAMA_BROKER=localstack $(BIN)/python -m pytest tests/e2e

check: $(VENV)/dev.stamp sam-validate check-build security ## Run all checks besides the tests
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m infra.generate.openapi --check
	@$(BIN)/python -m infra.contract
	@$(BIN)/python -m infra.generate.access_page --check
	@$(BIN)/python -m infra.generate.golden --check
	@$(BIN)/python -m infra.generate.settings_page --check
	@$(BIN)/python -m infra.generate.sam_local --check
	@$(BIN)/python -m infra.generate.events_page --check
	@$(BIN)/python -m infra.generate.personal_data_page --check
	@$(BIN)/python -m infra.database.schema --check
	@$(BIN)/python -m infra.audit

format: $(VENV)/dev.stamp ## Format the code and fix what the linter can fix
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

openapi: $(VENV)/dev.stamp ## Regenerate the generated files: OpenAPI, events, settings, schema.sql
	@$(BIN)/python -m infra.generate.openapi
	@$(BIN)/python -m infra.generate.access_page
	@$(BIN)/python -m infra.generate.golden
	@$(BIN)/python -m infra.generate.settings_page
	@$(BIN)/python -m infra.generate.sam_local
	@$(BIN)/python -m infra.generate.events_page
	@$(BIN)/python -m infra.generate.personal_data_page
	@$(BIN)/python -m infra.database.schema

.PHONY: release-contract
release-contract: $(VENV)/dev.stamp ## With a release: what openapi.json promises now is what later changes must keep
	@$(BIN)/python -m infra.contract --release

benchmark: $(VENV)/dev.stamp ## Measure availability and booking on port 5000 as ratios to pgbench
	@$(BIN)/python -m tests.benchmarks

benchmark-pipeline: $(VENV)/dev.stamp ## Measure how long a booking takes to become a message, and how a backlog is worked off
	@$(BIN)/python -m tests.benchmarks.pipeline

benchmark-growth: $(VENV)/dev.stamp ## Measure how much space a paid booking takes in the database, at first and for ever
	@$(BIN)/python -m tests.benchmarks.growth

benchmark-desk: $(VENV)/dev.stamp ## Measure the schedule of a month and the search for customers, up to a million of each
	@$(BIN)/python -m tests.benchmarks.desk

benchmark-lists: $(VENV)/dev.stamp ## Measure pages of the desk's lists at a million rows as ratios to ten thousand
	@$(BIN)/python -m tests.benchmarks.lists

benchmark-reports: $(VENV)/dev.stamp ## Measure reports as ratios to their SQL in pgbench, up to a million visits
	@$(BIN)/python -m tests.benchmarks.reports

benchmark-months: $(VENV)/dev.stamp ## Measure prices of starts and months at a glance beside plain free time
	@$(BIN)/python -m tests.benchmarks.months

benchmark-beside: $(VENV)/dev.stamp ## Measure this build beside an older one, in turns: COMMIT=90af1c8 TURNS=2; READS=1 only free time
	@$(BIN)/python -m tests.benchmarks.beside $(if $(COMMIT),--commit $(COMMIT)) $(if $(TURNS),--turns $(TURNS)) $(if $(READS),--reads)

benchmark-backlog: $(VENV)/dev.stamp ## Measure what draining a backlog costs, beside an older build: COMMIT=90af1c8
	@$(BIN)/python -m tests.benchmarks.beside.backlog $(if $(COMMIT),--commit $(COMMIT))

benchmark-messages: $(VENV)/dev.stamp ## Measure messages of confirmed bookings, beside an older build: COMMIT=90af1c8
	@$(BIN)/python -m tests.benchmarks.beside.messages $(if $(COMMIT),--commit $(COMMIT))

benchmark-calls: $(VENV)/dev.stamp ## Count invocations and requests of a paid booking, beside an older build: COMMIT=90af1c8
	@$(BIN)/python -m tests.benchmarks.beside.calls $(if $(COMMIT),--commit $(COMMIT))

benchmark-parts: $(VENV)/dev.stamp ## Measure which process spends what a booking costs: COMMIT=… for an older build
	@$(BIN)/python -m tests.benchmarks.beside.parts $(if $(COMMIT),--commit $(COMMIT))

benchmark-cold: $(VENV)/dev.stamp ## Measure cold starts of what a person waits for, as Lambda has it, beside an older build: COMMIT=90af1c8 TURNS=5
	@$(BIN)/python -m tests.benchmarks.cold $(if $(COMMIT),--commit $(COMMIT)) $(if $(TURNS),--turns $(TURNS))

benchmark-scaling: $(VENV)/dev.stamp ## Compare the model of growth with a running system, on a quiet machine: BOOKINGS=120
	@$(BIN)/python -m tests.benchmarks.scaling $(if $(BOOKINGS),--bookings $(BOOKINGS))

scaling: $(VENV)/dev.stamp ## Say what breaks first at 10, 100 and 1,000 bookings a second: ARGS="--database db.t4g.large"
	@$(BIN)/python -m infra.scaling $(ARGS)

benchmark-strangers: $(VENV)/dev.stamp ## Measure the dearest questions that anybody may ask, in processor time and bytes
	@$(BIN)/python -m tests.benchmarks.strangers

.PHONY: soak
soak: $(VENV)/dev.stamp ## Run the random tests with new seeds: MINUTES=60 SCALE=5 ONLY=money,delivery FAULTS=poison; SEED=1 repeats
	@$(BIN)/python -m tests.soak $(if $(ONLY),--only $(ONLY)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(SCALE),--scale $(SCALE)) $(if $(FAULTS),--faults "$(FAULTS)") $(if $(SEED),--seed $(SEED))

fuzz: $(VENV)/dev.stamp ## Send hostile requests, with a new seed each round, until something breaks or Ctrl-C
	@$(BIN)/python -m tests.soak --only strangers --scale 20 --minutes 1000000

.PHONY: mutants
mutants: $(VENV)/dev.stamp ## Mutation testing: plant faults in a copy, one at a time, and see the nearby tests fail: ONLY="locks sums" JOBS=2 LIST=1
	@$(BIN)/python -m tests.mutants $(if $(ONLY),--only $(ONLY)) $(if $(JOBS),--jobs $(JOBS)) $(if $(LIST),--list)

lock: ## Compile requirements/*.in to hash-pinned requirements (needs uv)
	@for set in layer pictures run dev sam checkov localstack generators; do \
		uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			requirements/$$set.in -o $$(case $$set in layer) echo layers/dependencies/requirements.txt;; \
				pictures) echo layers/pictures/requirements.txt;; *) echo requirements/$$set.txt;; esac); \
	done
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--override requirements/clients.override --no-emit-package typing \
		requirements/clients.in -o requirements/clients.txt

clean: ## Delete everything that was built or installed here, but not the local state
	rm -rf $(VENV) $(LOCALSTACK_VENV) $(CLIENTS_VENV) $(GENERATORS_VENV) dist .venv-sam .venv-checkov .aws-sam .mypy_cache .ruff_cache .hypothesis

include infra/sam.mk
