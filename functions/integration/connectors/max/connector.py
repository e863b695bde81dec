"""MAX: messages to staff."""

from core.bots import MaxCredentials
from core.settings import load_settings
from integration.connectors.calls import JsonCalls
from integration.connectors.max.client import INTERVAL_SECONDS, Max
from integration.connectors.max.settings import MaxSettings
from integration.connectors.messengers.ports import MessengerWork
from integration.connectors.messengers.texts import TEXTS
from integration.connectors.registry import World
from integration.connectors.turns import Turns
from shared_schemas.errors import Text
from shared_schemas.integration.connectors import ConnectorName

NAME: ConnectorName = "max"
LABEL = Text("MAX", "MAX")
TAKES = frozenset(TEXTS)


def configured(world: World[MessengerWork]) -> Max | None:
    settings = load_settings(MaxSettings)
    credentials, chats = settings.max_credentials, settings.max_chat_ids
    if not (credentials and chats):
        return None
    calls = JsonCalls(
        Turns(world.unit_of_work, NAME, INTERVAL_SECONDS), lambda: MaxCredentials.read(credentials).trusted()
    )
    return Max(settings.max_base_url, credentials, calls, chats, settings.max_locale, world.unit_of_work)
