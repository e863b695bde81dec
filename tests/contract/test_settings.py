"""Settings, `template.yaml` and the documentation name the same environment variables."""

from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from pydantic_settings import BaseSettings

from core.settings import CoreSettings, SettingsError, load_settings
from gateway.settings import AuthorizerSettings
from infra import settings_page
from infra.local.template import load_template
from infra.local.template.model import Function
from migrator.settings import MigratorSettings

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(load_template(ROOT / "template.yaml").functions.values(), key=lambda f: f.logical_id)
# The AWS SDK reads it.
SDK_VARIABLES = {"AWS_ENDPOINT_URL"}
# Whom the globals of the template give what only the others read.
IDLE_VARIABLES = {
    "Authorizer": {
        "DATABASE_IAM_AUTH",
        "EVENT_BUS",
        "API_URL",
        "RETRY_PAUSE_SECONDS",
        "RETRY_LONGEST_PAUSE_SECONDS",
    },
}
# `core.observability` reads these before any settings exist.
LOG_VARIABLES = {"SERVICE", "LOG_LEVEL"}


RELAYS = {f.logical_id for f in FUNCTIONS if f.handler.endswith(".relay_outbox")}
# What some functions of a service read alone; all else is read by all but its relay.
READ_BY = {
    "QUOTE_RETENTION_DAYS": {"BookingRelayOutbox"},
    "CLAIM_RETENTION_DAYS": {"BookingRelayOutbox"},
    "WAITLIST_RETENTION_DAYS": {"BookingRelayOutbox"},
    "WEBHOOK_RETENTION_DAYS": {"PaymentRelayOutbox"},
    "COMPARISON_RETENTION_DAYS": {"PaymentRelayOutbox"},
    "DEAD_LETTER_RETENTION_DAYS": {"IntegrationRelayOutbox"},
    "ERROR_RETENTION_DAYS": {"IntegrationRelayOutbox"},
    "TEXT_RETENTION_DAYS": {"NotificationRelayOutbox"},
    "NOTIFICATION_RETENTION_DAYS": {"NotificationRelayOutbox"},
    "OUTBOX_RETENTION_DAYS": RELAYS,
    "AMOCRM_BASE_URL": {"IntegrationAmoCrm", "IntegrationApi"},
    "AMOCRM_PIPELINE": {"IntegrationAmoCrm"},
    "AMOCRM_STATUSES": {"IntegrationAmoCrm"},
    "AMOCRM_TOKEN": {"IntegrationAmoCrm", "IntegrationApi"},
    "BITRIX24_CATEGORY": {"IntegrationBitrix24"},
    "BITRIX24_STAGES": {"IntegrationBitrix24"},
    "BITRIX24_WEBHOOK_URL": {"IntegrationApi", "IntegrationBitrix24"},
    "CONNECTORS": {
        "IntegrationAmoCrm",
        "IntegrationApi",
        "IntegrationBitrix24",
        "IntegrationTelegram",
        "IntegrationWebhooks",
    },
    "DEAD_LETTER_QUEUES": {"IntegrationApi", "IntegrationDeadLetters", "IntegrationReplays"},
    "EVENT_RETENTION_MONTHS": {"IntegrationKeepEventLog"},
    "SERVICE_KEY": {
        "BookingApi",
        "IntegrationAmoCrm",
        "IntegrationApi",
        "IntegrationBitrix24",
        "IntegrationConfirmations",
        *(f.logical_id for f in FUNCTIONS if f.service in ("payment", "notification")),
    }
    - RELAYS,
    "TELEGRAM_BASE_URL": {"IntegrationTelegram"},
    "TELEGRAM_CHATS": {"IntegrationApi", "IntegrationTelegram"},
    "TELEGRAM_LOCALE": {"IntegrationTelegram"},
    "TELEGRAM_TOKEN": {"IntegrationApi", "IntegrationTelegram"},
    "WEBHOOKS_PRIVATE_ADDRESSES": {"IntegrationApi", "IntegrationWebhooks"},
}


def settings_of(function: Function) -> type[BaseSettings]:
    """What the function's code reads."""
    if function.logical_id == "Authorizer":
        return AuthorizerSettings
    if function.service == "migrator":
        return MigratorSettings
    model: type[BaseSettings] = get_type_hints(import_module(f"{function.service}.wiring").settings)["return"]
    return model


def variables(model: type[BaseSettings], required: bool = False) -> set[str]:
    return {name.upper() for name, field in model.model_fields.items() if field.is_required() or not required}


def label(function: Function) -> str:
    return function.logical_id


def test_there_is_something_to_check() -> None:
    assert len({settings_of(function) for function in FUNCTIONS}) == 7


def test_the_settings_page_is_current() -> None:
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), "run `make openapi`"


@pytest.mark.parametrize("function", FUNCTIONS, ids=label)
def test_every_variable_of_a_function_is_read(function: Function) -> None:
    known = variables(settings_of(function)) | SDK_VARIABLES | LOG_VARIABLES
    idle = IDLE_VARIABLES.get(function.logical_id, set())
    assert set(function.environment) - known == idle


@pytest.mark.parametrize("function", FUNCTIONS, ids=label)
def test_every_required_variable_is_set(function: Function) -> None:
    assert variables(settings_of(function), required=True) <= set(function.environment)


@pytest.mark.parametrize("function", FUNCTIONS, ids=label)
def test_every_setting_that_a_function_reads_can_be_set_on_aws(function: Function) -> None:
    """One that the template does not name keeps its default there, whatever the documents say of it."""
    of_relays = variables(CoreSettings) | {"OUTBOX_RETENTION_DAYS"}
    everyone = of_relays if function.logical_id in RELAYS else variables(settings_of(function))
    wanted = {name for name in everyone if function.logical_id in READ_BY.get(name, {function.logical_id})}
    assert wanted - set(function.environment) == set()


@pytest.mark.parametrize("function", FUNCTIONS, ids=label)
def test_a_function_understands_the_values_of_the_template(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in function.environment.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(settings_of(function)).model_dump()
    # A variable that is spelled otherwise than its setting would leave the default.
    texts = {name: value for name, value in function.environment.items() if isinstance(settings.get(name.lower()), str)}
    assert {name: settings[name.lower()] for name in texts} == texts


@pytest.mark.parametrize("function", FUNCTIONS, ids=label)
def test_without_its_variables_a_function_names_them_all(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    model = settings_of(function)
    for name in variables(model):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError) as missing:
        load_settings(model)
    assert {name for name in variables(model) if name in str(missing.value)} >= variables(model, required=True)
