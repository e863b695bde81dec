"""All connectors there are: to add one, write its module and name it here."""

from collections.abc import Callable, Mapping
from typing import cast, get_args

from core.clock import Clock
from core.outside import OutsideClient
from core.service_client import ServiceClient
from integration.connectors import amocrm, bitrix24, telegram
from integration.connectors.calls import JsonCalls
from integration.connectors.crm import Crm, CrmConnector
from integration.connectors.turns import Turns
from integration.connectors.webhooks import Webhooks
from integration.contacts import GatewayContacts
from integration.ports_connectors import Connector, ConnectorWork
from integration.settings import IntegrationSettings
from shared_schemas.connectors import ConnectorName

UnitOfWork = Callable[[], ConnectorWork]
Factory = Callable[[IntegrationSettings, UnitOfWork, Clock], Connector | None]
NAMES: list[ConnectorName] = list(get_args(ConnectorName))


def _webhooks(settings: IntegrationSettings, unit_of_work: UnitOfWork, clock: Clock) -> Connector:
    return Webhooks(unit_of_work, clock, OutsideClient(settings.webhooks_private_addresses))


def _bitrix24(settings: IntegrationSettings, unit_of_work: UnitOfWork, clock: Clock) -> Connector | None:
    if not settings.bitrix24_webhook_url:
        return None
    calls = JsonCalls(Turns(unit_of_work, "bitrix24", bitrix24.INTERVAL_SECONDS))
    portal = bitrix24.Bitrix24(
        settings.bitrix24_webhook_url, calls, settings.bitrix24_stages, settings.bitrix24_category
    )
    return _crm("bitrix24", portal, settings, unit_of_work, clock)


def _amocrm(settings: IntegrationSettings, unit_of_work: UnitOfWork, clock: Clock) -> Connector | None:
    if not (settings.amocrm_base_url and settings.amocrm_token):
        return None
    calls = JsonCalls(Turns(unit_of_work, "amocrm", amocrm.INTERVAL_SECONDS))
    url, token = settings.amocrm_base_url, settings.amocrm_token
    account = amocrm.AmoCrm(url, token, calls, settings.amocrm_statuses, settings.amocrm_pipeline)
    return _crm("amocrm", account, settings, unit_of_work, clock)


def _telegram(settings: IntegrationSettings, unit_of_work: UnitOfWork, _clock: Clock) -> Connector | None:
    if not (settings.telegram_token and settings.telegram_chat_ids):
        return None
    log = cast("Callable[[], telegram.LogWork]", unit_of_work)
    calls = JsonCalls(Turns(unit_of_work, "telegram", telegram.INTERVAL_SECONDS))
    url, token = settings.telegram_base_url, settings.telegram_token
    return telegram.Telegram(url, token, calls, settings.telegram_chat_ids, settings.telegram_locale, log)


def _crm(
    name: ConnectorName, crm: Crm, settings: IntegrationSettings, unit_of_work: UnitOfWork, clock: Clock
) -> Connector:
    contacts = GatewayContacts(ServiceClient("integration", settings.api_url, settings.service_key, clock))
    return CrmConnector(name, unit_of_work, clock, crm, contacts)


# Each makes its connector, or None where its credentials are not set.
FACTORIES: Mapping[ConnectorName, Factory] = {
    "webhooks": _webhooks,
    "bitrix24": _bitrix24,
    "amocrm": _amocrm,
    "telegram": _telegram,
}


def switched_on(
    settings: IntegrationSettings, unit_of_work: UnitOfWork, clock: Clock
) -> dict[ConnectorName, Connector]:
    """Those that the settings name and have credentials for."""
    made = {name: FACTORIES[name](settings, unit_of_work, clock) for name in NAMES if name in settings.connector_names}
    return {name: connector for name, connector in made.items() if connector}
