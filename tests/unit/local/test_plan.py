"""What is decided before anything starts."""

from pathlib import Path

import pytest

from infra.local.machine.errors import LocalError
from infra.local.machine.settings import LocalSettings
from infra.local.plan.plan import Plan, make_plan
from tests.support.system.template import whole_system

NOTHING_ON = 'PaymentProviders = ""\nSmsProviders = ""\n'
# What switches a secret's owner on, and what the refusal says of it.
SWITCHES = {
    "YooKassaCredentials": ('PaymentProviders = "yookassa"', "PaymentProviders names yookassa"),
    "SberPayCredentials": ('PaymentProviders = "sberpay"', "PaymentProviders names sberpay"),
    "TKassaCredentials": ('PaymentProviders = "tkassa"', "PaymentProviders names tkassa"),
    "SmsCredentials": ('SmsProviders = "smsru"', "SmsProviders names smsru"),
    "SmscCredentials": ('SmsProviders = "smsc"', "SmsProviders names smsc"),
    "SmsAeroCredentials": ('SmsProviders = "smsaero"', "SmsProviders names smsaero"),
    "SmtpCredentials": ('SmtpHost = "smtp.studio.example"', "SmtpHost is set"),
    "Bitrix24WebhookUrl": ('Connectors = "bitrix24"', "Connectors names bitrix24"),
    "AmoCrmToken": ('Connectors = "amocrm"', "Connectors names amocrm"),
    "TelegramToken": ('TelegramBot = "studio_bot"', "TelegramBot is set"),
    "MaxCredentials": ('Connectors = "max"', "Connectors names max"),
}


@pytest.mark.parametrize(("seconds", "expected"), [(4, {"4"}), (None, {"300", "360"})])
def test_queues_wait_for_consumers_that_died_as_long_as_is_wanted(
    tmp_path: Path, seconds: int | None, expected: set[str]
) -> None:
    settings = LocalSettings(state=tmp_path, ports="auto", visibility_seconds=seconds)
    queues = make_plan(settings).system.queues
    assert {queue.attributes["VisibilityTimeout"] for queue in queues} == expected


def test_whom_somebody_waits_for_has_its_full_priority(tmp_path: Path) -> None:
    """An operator waits for functions that nothing feeds, as clients do for those behind the API."""
    awaited = set(make_plan(LocalSettings(state=tmp_path, ports="auto")).lambda_options.urgent)
    assert {"BookingApi", "Migrator", "GatewayBootstrap"} <= awaited
    assert not {"BookingExpireHolds", "NotificationMessages"} & awaited


@pytest.mark.parametrize("more", ["", 'message_webhooks_url = "https://bots.studio.example"\n'])
def test_a_real_studio_tells_others_its_addresses_outside(tmp_path: Path, more: str) -> None:
    told = tmp_path / "studio.toml"
    told.write_text(f'webhooks_url = "https://pay.studio.example"\n{more}[parameters]\n{NOTHING_ON}')
    told.chmod(0o600)

    plan = make_plan(LocalSettings(state=tmp_path, ports="auto", installation=told))

    stored = plan.values.stored_parameters(plan.system.parameters)
    assert stored["/cyclorama/webhooks-url"] == "https://pay.studio.example"
    door = plan.endpoints.service_urls["notification"]
    assert stored["/cyclorama/message-webhooks-url"] == ("https://bots.studio.example" if more else door)


def installed(tmp_path: Path, parameters: str, secrets: str = "") -> Plan:
    told = tmp_path / "studio.toml"
    text = "\n".join(({line.split()[0]: line for line in f"{NOTHING_ON}{parameters}".splitlines()}).values())
    told.write_text(f'webhooks_url = "https://pay.studio.example"\n[parameters]\n{text}\n[secrets]\n{secrets}')
    told.chmod(0o600)
    return make_plan(LocalSettings(state=tmp_path, ports="auto", installation=told))


@pytest.mark.parametrize("secret", SWITCHES)
def test_what_is_switched_on_without_its_secret_is_refused(tmp_path: Path, secret: str) -> None:
    switched, said = SWITCHES[secret]
    with pytest.raises(LocalError, match=rf"^{said}, and the installation's secrets lack {secret} \("):
        installed(tmp_path, switched)
    with pytest.raises(LocalError, match=secret):
        installed(tmp_path, switched, f"{secret} = ''")
    assert installed(tmp_path, switched, f"{secret} = 'given'").system.secrets


def test_every_secret_that_somebody_has_to_give_is_asked_for() -> None:
    known = whole_system().secrets
    assert {each.logical_id for each in known if each.needed} == SWITCHES.keys() - {"SmtpCredentials"}
    assert {each.logical_id for each in known} >= {"BookingKey", "SberPayCallbackKey"}
