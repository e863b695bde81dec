"""amoCRM: a lead for each booking, a contact for each customer."""

from core.settings import load_settings
from integration.connectors.amocrm.client import INTERVAL_SECONDS, AmoCrm
from integration.connectors.amocrm.settings import AmoCrmSettings
from integration.connectors.calls import JsonCalls
from integration.connectors.crm import domain as crm
from integration.connectors.crm.engine import CrmConnector
from integration.connectors.crm.ports import CrmWork
from integration.connectors.registry import World
from integration.connectors.turns import Turns
from shared_schemas.errors import Text
from shared_schemas.integration.connectors import ConnectorName

NAME: ConnectorName = "amocrm"
LABEL = Text("amoCRM", "amoCRM")
TAKES = crm.TAKES


def configured(world: World[CrmWork]) -> CrmConnector | None:
    settings = load_settings(AmoCrmSettings)
    if not (settings.amocrm_base_url and settings.amocrm_token):
        return None
    calls = JsonCalls(Turns(world.unit_of_work, NAME, INTERVAL_SECONDS))
    url, token = settings.amocrm_base_url, settings.amocrm_token
    account = AmoCrm(url, token, calls, settings.amocrm_statuses, settings.amocrm_pipeline)
    return CrmConnector.told_as(NAME, account, world)
