# The AWS side: checking, building, running and deploying the template with the SAM CLI.
SAM_VENV := .venv-sam
SAM_BUILD := .aws-sam/build
# The Python of Lambda, as the template says, and one of that version here: what it compiles, no other reads.
LAMBDA_PYTHON := $(shell sed -n 's/^    Runtime: //p' template.yaml)
LAMBDA_COMPILER ?= $(shell for python in $(LAMBDA_PYTHON) $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/$(LAMBDA_PYTHON:python%=%).*/bin/python; do \
	$$python -c 'import sys; print(sys.executable)' 2>/dev/null && break; done)
# The CLI's directory comes first, so that the makefiles of the layers find its pip. Fake credentials would cost every
# command 7 s of retries; validating and building need none.
SAM_ENV := env -u PYTHONPATH -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_PROFILE SAM_CLI_TELEMETRY=0 \
	AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-eu-central-1} LAMBDA_PYTHON=$(LAMBDA_PYTHON) COMPILER="$(LAMBDA_COMPILER)" \
	PATH="$(CURDIR)/$(SAM_VENV)/bin:$(dir $(LAMBDA_COMPILER)):$$PATH"
# `sam local` joins the network of infra/compose.yaml, whose services stand in for AWS.
SAM_LOCAL := --env-vars infra/sam-local.json --docker-network cyclorama --add-host host.docker.internal:host-gateway \
	$(SAM_LOCAL_OPTIONS)
# 0.0.0.0 lets functions call each other through the API, and everybody else on the network, too.
SAM_LOCAL_HOST ?= 127.0.0.1
# All that the template can switch on.
CONNECTORS := webhooks,bitrix24,amocrm,telegram,max
RDS_CA := layers/core/rds-ca.pem

.PHONY: sam-validate sam-build sam-local sam-lambda sam-invoke sam-migrate rds-ca

$(SAM_VENV)/stamp: requirements/sam.txt
	@echo "Installing the SAM CLI (once) …"
	@test -x $(SAM_VENV)/bin/python || $(PYTHON) -m venv $(SAM_VENV)
	@$(SAM_VENV)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/sam.txt
	@touch $@

sam-validate: $(SAM_VENV)/stamp $(VENV)/dev.stamp ## Check template.yaml and the templates nested in it
	@$(SAM_ENV) sam validate --lint
	@$(SAM_VENV)/bin/cfn-lint $(filter-out infra/compose.yaml,$(wildcard infra/*.yaml))
	@$(BIN)/python -m infra.security.databases $(SAM_VENV)/bin/cfn-lint

sam-build: $(SAM_VENV)/stamp ## Build what AWS runs: functions and layers, compiled for Lambda's Python
	@test -n "$(LAMBDA_COMPILER)" || { echo "Building for Lambda needs $(LAMBDA_PYTHON) on the PATH, or from pyenv"; exit 1; }
	@$(SAM_ENV) sam build --cached --parallel
	@$(LAMBDA_COMPILER) infra/generate/compile_functions.py $(SAM_BUILD)

# What can be checked with any Python: every wheel is there for Lambda's, with its hash, and the layers come together.
.PHONY: layers check-build
layers: $(SAM_VENV)/stamp ## Build the layers with any Python: whether each wheel is there for Lambda, with its hash
	@echo "No $(LAMBDA_PYTHON) here: the layers are built without their byte code, the functions are not"
	@for layer in layers/dependencies:Dependencies layers/pictures:Pictures layers/core:Core; do \
		rm -rf "$(CURDIR)/.aws-sam/layers/$${layer#*:}"; mkdir -p "$(CURDIR)/.aws-sam/layers/$${layer#*:}"; \
		$(SAM_ENV) $(MAKE) --silent --no-print-directory -C $${layer%:*} build-$${layer#*:}Layer \
			ARTIFACTS_DIR="$(CURDIR)/.aws-sam/layers/$${layer#*:}" COMPILER=true || exit 1; \
	done

check-build: $(if $(LAMBDA_COMPILER),sam-build,layers) ## Build, as far as the Pythons of this machine allow

sam-local: sam-build ## Serve the API on port 5000 in Lambda containers (needs Docker and infra/compose.yaml)
	@sed 's/$${Door}//g' infra/api.json > $(SAM_BUILD)/api.json  # it knows no aliases
	@sed 's#[./]*infra/api.json#api.json#' $(SAM_BUILD)/template.yaml > $(SAM_BUILD)/local.yaml
	@$(SAM_ENV) sam local start-api --template $(SAM_BUILD)/local.yaml --host $(SAM_LOCAL_HOST) --port 5000 --warm-containers LAZY $(SAM_LOCAL)

sam-lambda: sam-build ## Serve the functions themselves on port 3001, as `aws lambda invoke --endpoint-url` asks for them (needs Docker)
	@$(SAM_ENV) sam local start-lambda --host $(SAM_LOCAL_HOST) --port 3001 --warm-containers LAZY \
		--parameter-overrides Connectors=$(CONNECTORS) $(SAM_LOCAL)

.PHONY: test-containers
test-containers: $(VENV)/dev.stamp $(SAM_VENV)/stamp ## Register, book and pay through sam local, and give every function its samples there (needs Docker)
	@CYCLORAMA_TEST_CONTAINERS=1 $(BIN)/python -m pytest -rs -o timeout=3600 tests/containers

sam-invoke: sam-build $(VENV)/run.stamp ## Give functions their samples of events/ in Lambda containers: make sam-invoke [FUNCTION=…]
	@set -e; for function in $(or $(FUNCTION),$$($(BIN)/python -m infra.samples | cut -d' ' -f1)); do \
		echo "$$function"; \
		$(SAM_ENV) sam local invoke $$function --event $$($(BIN)/python -m infra.samples $$function) \
			--parameter-overrides Connectors=$(CONNECTORS) $(SAM_LOCAL); \
	done

sam-migrate: sam-build ## Migrate the database of infra/compose.yaml in a Lambda container (needs Docker)
	@$(SAM_ENV) sam local invoke Migrator $(SAM_LOCAL)

rds-ca: ## Fetch anew the certificates by which functions on AWS recognise the database, such as those of a new region
	@curl --fail --silent --show-error --output $(RDS_CA).new https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
	@mv $(RDS_CA).new $(RDS_CA)

.PHONY: deploy destroy
DEPLOY = $(BIN)/python -m infra.deploy --stack "$(STACK)" --stage "$(or $(STAGE),dev)" --parameters "$(PARAMETERS)" $(if $(DRY),--dry)
deploy: $(VENV)/dev.stamp $(if $(DRY),,sam-build) ## Check, build, deploy, migrate, try out: STACK=… STAGE=dev; DRY=1 needs no account; PARAMETERS="…" SANDBOX=https://… ADMIN=<e-mail>
	@$(DEPLOY) --sandbox "$(SANDBOX)" --admin "$(ADMIN)"

destroy: $(VENV)/dev.stamp ## Remove a deployed stack with its data: STACK=… STAGE=dev SURE=<its name>; DRY=1 says what stays
	@$(DEPLOY) --destroy --sure "$(SURE)"

.PHONY: price
price: $(VENV)/dev.stamp ## What a stack costs a month while nobody books: STAGE=prod PARAMETERS="WayOut=gateway"
	@$(BIN)/python -m infra.prices --stage "$(or $(STAGE),dev)" --parameters "$(PARAMETERS)"

CHECKOV_VENV := .venv-checkov
$(CHECKOV_VENV)/stamp: requirements/checkov.txt
	@echo "Installing the linter of security (once) …"
	@test -x $(CHECKOV_VENV)/bin/python || $(PYTHON) -m venv $(CHECKOV_VENV)
	@$(CHECKOV_VENV)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/checkov.txt
	@touch $@

.PHONY: security
security: $(VENV)/dev.stamp $(CHECKOV_VENV)/stamp ## Look for what is insecure in the templates, beyond infra/security/accepted.toml
	@$(BIN)/python -m infra.security $(CHECKOV_VENV)/bin/checkov

.PHONY: rehearse-restore
rehearse-restore: $(VENV)/dev.stamp ## Restore a deployed database beside itself, and remove the copy: STACK=… STAGE=prod PARAMETERS="…"; TIME=2026-12-01T10:00:00+00:00 KEEP=1
	@$(BIN)/python -m infra.deploy.rehearsal --stack "$(STACK)" --stage "$(or $(STAGE),prod)" --parameters "$(PARAMETERS)" --time "$(TIME)" $(if $(KEEP),--keep)
