"""Every service is composed for each of its functions exactly as Lambda does: from the variables of the template alone,
with nothing to connect to."""

from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.composition import Composed
from infra.local.template.model import Function
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[2]
COMPOSED = sorted(path.parent.name for path in (ROOT / "functions").glob("*/composition.py"))
# The authoriser has no database, and reads its keys alone.
FUNCTIONS = [
    function
    for function in whole_system().functions.values()
    if function.service in COMPOSED and function.handler != "gateway.authorizer.handler"
]
AWS = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}

# What CloudFormation fills in, and a file that the layer alone holds.
ELSEWHERE = {"Database-Instance.Endpoint.Port": "5432", "&sslrootcert=/opt/rds-ca.pem": ""}


def label(function: Function) -> str:
    return function.logical_id


def _here(value: str) -> str:
    for there, here in ELSEWHERE.items():
        value = value.replace(there, here)
    return value


def composed(service: str) -> Composed[Any, Any]:
    found = import_module(f"{service}.composition").app
    assert isinstance(found, Composed)
    return found


def made_late(app: object) -> list[str]:
    """What an app makes when it is first asked for."""
    made = {name: value for kind in type(app).__mro__ for name, value in vars(kind).items()}
    return [name for name, value in made.items() if isinstance(value, cached_property)]


@pytest.fixture(params=FUNCTIONS, ids=label)
def function(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Function:
    """A function whose environment this process now has, and nothing besides that a service could read."""
    found: Function = request.param
    everyone = {name for other in FUNCTIONS for name in other.environment}
    for name in everyone - set(found.environment):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**found.environment, **AWS}.items():
        monkeypatch.setenv(name, _here(value))
    return found


def test_every_use_case_is_put_together(function: Function) -> None:
    module, _, name = function.handler.rpartition(".")
    handler = getattr(import_module(module), name)
    app = composed(function.service).from_environment()

    made = {name: getattr(app, name) for name in made_late(app)}

    assert callable(handler)
    assert app.world.service == function.service == app.world.settings.service
    assert {name for name, value in made.items() if getattr(app, name) is not value} == set()
    assert {"outbox_job", "unit_of_work"} < set(made)


@pytest.mark.parametrize("service", COMPOSED)
def test_an_app_is_kept_until_a_test_replaces_it(service: str) -> None:
    used = composed(service)
    stand_ins = object(), object()
    with used.replaced(stand_ins[0]):
        with used.replaced(stand_ins[1]):
            assert used() is used() is stand_ins[1]
        assert used() is stand_ins[0]


def test_there_is_something_to_check() -> None:
    assert set(COMPOSED) == {"booking", "gateway", "integration", "notification", "payment"}
    assert {function.service for function in FUNCTIONS} == set(COMPOSED)
