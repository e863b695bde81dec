"""Settings, `template.yaml` and the documentation name the same environment variables."""

from importlib import import_module
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from core.settings import CoreSettings, SettingsError, SettingsPart, load_settings, variable_of
from gateway.settings import AuthorizerSettings
from infra.generate import settings_page
from infra.local.template.model import Function
from migrator.settings import MigratorSettings
from tests.support.runs.table import each
from tests.support.system.template import system

ROOT = Path(__file__).parents[3]
FUNCTIONS = sorted(system().functions.values(), key=lambda f: f.logical_id)
# The AWS SDK reads it.
SDK_VARIABLES = {"AWS_ENDPOINT_URL"}
# Whom the globals of the template give what only the others read.
IDLE_VARIABLES = {
    "Authorizer": {
        "EVENT_BUS",
        "ALLOWED_ORIGINS",
        "CALL_LIMITS",
        "RETRY_PAUSE_SECONDS",
        "RETRY_LONGEST_PAUSE_SECONDS",
    },
}
# `core.observability` reads these before any settings exist.
LOG_VARIABLES = {"SERVICE", "LOG_LEVEL"}


RELAYS = {f.logical_id for f in FUNCTIONS if f.handler.endswith(".relay_outbox")}
CONNECTORS = {
    f.handler.rpartition(".")[2]: f.logical_id for f in FUNCTIONS if f.handler.startswith("integration.consumers_conn")
}
# They need nothing but their database and the bus.
ALONE = {*RELAYS, "PaymentForgetPayers", "NotificationMailEvents"}
# What some functions of a service read alone; all else is read by all but those.
READ_BY = {
    "QUOTE_RETENTION_DAYS": {"BookingRelayOutbox"},
    "CLAIM_RETENTION_DAYS": {"BookingRelayOutbox"},
    "WAITLIST_RETENTION_DAYS": {"BookingRelayOutbox"},
    "WEBHOOK_RETENTION_DAYS": {"PaymentRelayOutbox"},
    "COMPARISON_RETENTION_DAYS": {"PaymentRelayOutbox"},
    "COMPANY_CONTACT_RETENTION_DAYS": {"PaymentRelayOutbox"},
    "DEAD_LETTER_RETENTION_DAYS": {"IntegrationRelayOutbox"},
    "ERROR_RETENTION_DAYS": {"IntegrationRelayOutbox"},
    "TEXT_RETENTION_DAYS": {"NotificationRelayOutbox"},
    "NOTIFICATION_RETENTION_DAYS": {"NotificationRelayOutbox"},
    "SESSION_RETENTION_DAYS": {"GatewayRelayOutbox"},
    "CONSENT_RETENTION_DAYS": {"GatewayRelayOutbox"},
    "OUTBOX_RETENTION_DAYS": RELAYS,
    "CONNECTORS": {"IntegrationApi", *CONNECTORS},
    "DEAD_LETTER_QUEUES": {"IntegrationApi", "IntegrationReplays"},
    "MESSAGE_WEBHOOKS_URL": {"NotificationSendPending"},
    "EVENT_RETENTION_MONTHS": {"IntegrationKeepEventLog"},
    "SERVICE_KEY": {
        "BookingApi",
        "IntegrationAmoCrm",
        "IntegrationApi",
        "IntegrationBitrix24",
        "IntegrationConfirmations",
        *(f.logical_id for f in FUNCTIONS if f.service in ("payment", "notification")),
    }
    - ALONE,
}
# Whoever signs calls to others has to know where they are, and the gateway writes links.
READ_BY["API_URL"] = READ_BY["SERVICE_KEY"] | {"GatewayApi"}


# A connector's settings are its function's; what the API needs of them `test_connectors.py` says.
for model in settings_page.models("integration"):
    if (name := model.__module__.split(".")[-2]) in CONNECTORS:
        READ_BY |= {variable.upper(): {CONNECTORS[name]} for variable in model.model_fields}


def own_settings(service: str) -> type[BaseSettings]:
    model: type[BaseSettings] = import_module(f"{service}.composition").app.settings
    return model


def settings_of(function: Function) -> list[type[BaseSettings]]:
    """What the function's code reads: the service's own settings first, then those of its parts."""
    if function.logical_id == "Authorizer":
        return [AuthorizerSettings]
    if function.service == "migrator":
        return [MigratorSettings]
    own = own_settings(function.service)
    parts = [model for model in settings_page.models(function.service) if issubclass(model, SettingsPart)]
    parts = [model for model in parts if not issubclass(model, CoreSettings)]
    return [own, *parts]


def variables(models: list[type[BaseSettings]], required: bool = False) -> set[str]:
    fields = ((variable_of(model, name), field) for model in models for name, field in model.model_fields.items())
    return {name for name, field in fields if field.is_required() or not required}


def label(function: Function) -> str:
    return function.logical_id


def test_there_is_something_to_check() -> None:
    assert len({settings_of(function)[0] for function in FUNCTIONS}) == 7


def test_the_settings_page_is_current() -> None:
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), "run `make openapi`"


@each("function", FUNCTIONS, ids=label)
def test_every_variable_of_a_function_is_read(function: Function) -> None:
    known = variables(settings_of(function)) | SDK_VARIABLES | LOG_VARIABLES
    idle = IDLE_VARIABLES.get(function.logical_id, set())
    assert set(function.environment) - known == idle


@each("function", FUNCTIONS, ids=label)
def test_every_required_variable_is_set(function: Function) -> None:
    assert variables(settings_of(function), required=True) <= set(function.environment)


@each("function", FUNCTIONS, ids=label)
def test_every_setting_that_a_function_reads_can_be_set_on_aws(function: Function) -> None:
    """One that the template does not name keeps its default there, whatever the documents say of it."""
    of_relays = variables([CoreSettings]) | {"OUTBOX_RETENTION_DAYS"}
    everyone = of_relays if function.logical_id in ALONE else variables(settings_of(function))
    wanted = {name for name in everyone if function.logical_id in READ_BY.get(name, {function.logical_id})}
    assert wanted - set(function.environment) == set()


@pytest.mark.parametrize("function", FUNCTIONS, ids=label)
def test_a_function_understands_the_values_of_the_template(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in function.environment.items():
        monkeypatch.setenv(name, value)
    loaded = ((model, load_settings(model).model_dump()) for model in settings_of(function))
    settings = {variable_of(model, name): value for model, read in loaded for name, value in read.items()}
    # A variable that is spelled otherwise than its setting would leave the default.
    texts = {name: value for name, value in function.environment.items() if isinstance(settings.get(name), str)}
    assert {name: settings[name] for name in texts} == texts


@pytest.mark.parametrize("function", FUNCTIONS, ids=label)
def test_without_its_variables_a_function_names_them_all(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables(settings_of(function)):
        monkeypatch.delenv(name, raising=False)
    for model in settings_of(function):
        if required := variables([model], required=True):
            with pytest.raises(SettingsError) as missing:
                load_settings(model)
            assert {name for name in variables([model]) if name in str(missing.value)} >= required
