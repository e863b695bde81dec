"""Bitrix24: a deal for each booking, a contact for each customer."""

from core.settings import load_settings
from integration.connectors.bitrix24.client import INTERVAL_SECONDS, Bitrix24
from integration.connectors.bitrix24.settings import Bitrix24Settings
from integration.connectors.calls import JsonCalls
from integration.connectors.crm import domain as crm
from integration.connectors.crm.engine import CrmConnector
from integration.connectors.crm.ports import CrmWork
from integration.connectors.registry import World
from integration.connectors.turns import Turns
from shared_schemas.errors import Text
from shared_schemas.integration.connectors import ConnectorName

NAME: ConnectorName = "bitrix24"
LABEL = Text("Bitrix24", "Битрикс24")
TAKES = crm.TAKES


def configured(world: World[CrmWork]) -> CrmConnector | None:
    settings = load_settings(Bitrix24Settings)
    if not settings.bitrix24_webhook_url:
        return None
    calls = JsonCalls(Turns(world.unit_of_work, NAME, INTERVAL_SECONDS))
    portal = Bitrix24(settings.bitrix24_webhook_url, calls, settings.bitrix24_stages, settings.bitrix24_category)
    return CrmConnector.told_as(NAME, portal, world)
