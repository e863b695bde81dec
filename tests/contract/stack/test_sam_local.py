"""What `sam local` is given: every function can be invoked on a machine with nothing but containers."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from infra.generate import sam_local
from infra.local.template import EVERYTHING_ON
from shared_schemas.providers import PROVIDERS
from tests.support.system.template import whole_system

SYSTEM = whole_system()
COMPOSE = yaml.safe_load((Path(__file__).parents[3] / "infra" / "compose.yaml").read_text())
OVERRIDES = json.loads(sam_local.PAGE.read_text(encoding="utf-8"))
# Named in the template's Globals, and without a value on AWS.
DECLARED = {"AWS_ENDPOINT_URL"}


def test_the_file_is_current() -> None:
    assert sam_local.PAGE.read_text(encoding="utf-8") == sam_local.page(), "run `make openapi`"


def test_every_function_is_known_by_variables_of_its_own() -> None:
    assert OVERRIDES.keys() == SYSTEM.functions.keys()
    for name, function in SYSTEM.functions.items():
        assert OVERRIDES[name].keys() <= function.environment.keys() | DECLARED, name


def test_nothing_is_left_that_only_aws_could_look_up() -> None:
    for name, function in SYSTEM.functions.items():
        only_there = {k for k, v in function.environment.items() if str(v).startswith(("secretsmanager:", "ssm:"))}
        assert only_there <= OVERRIDES[name].keys(), name
    assert not [value for each in OVERRIDES.values() for value in each.values() if "secretsmanager:" in value]


def test_a_payment_can_be_made() -> None:
    """With the credentials of the sandbox, which is one of the services."""
    payment = OVERRIDES["PaymentApi"]
    for provider in PROVIDERS:
        assert payment[f"{provider.upper()}_CREDENTIALS"]
        assert urlsplit(payment[f"{provider.upper()}_BASE_URL"]).netloc == "sandbox:5090"


def test_no_connector_is_left_out() -> None:
    """Its function would find itself switched off."""
    said = (Path(__file__).parents[3] / "infra" / "sam.mk").read_text(encoding="utf-8")
    assert f"\nCONNECTORS := {EVERYTHING_ON['Connectors']}\n" in said


def test_every_address_is_a_service_of_the_compose_file_or_this_machine() -> None:
    urls = [urlsplit(value) for each in OVERRIDES.values() for value in each.values() if "://" in value[:15]]
    hosts = {url.hostname for url in urls} - {"host.docker.internal", "studio.test"}
    assert hosts <= COMPOSE["services"].keys()
    assert {"localstack", "postgres", "sandbox"} <= hosts
