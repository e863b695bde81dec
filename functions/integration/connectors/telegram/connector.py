"""Telegram: messages to staff."""

from core.settings import load_settings
from integration.connectors.calls import JsonCalls
from integration.connectors.messengers.ports import MessengerWork
from integration.connectors.messengers.texts import TEXTS
from integration.connectors.registry import World
from integration.connectors.telegram.client import INTERVAL_SECONDS, Telegram
from integration.connectors.telegram.settings import TelegramSettings
from integration.connectors.turns import Turns
from shared_schemas.errors import Text
from shared_schemas.integration.connectors import ConnectorName

NAME: ConnectorName = "telegram"
LABEL = Text("Telegram", "Telegram")
TAKES = frozenset(TEXTS)


def configured(world: World[MessengerWork]) -> Telegram | None:
    settings = load_settings(TelegramSettings)
    if not (settings.telegram_token and settings.telegram_chat_ids):
        return None
    calls = JsonCalls(Turns(world.unit_of_work, NAME, INTERVAL_SECONDS))
    url, token, chats = settings.telegram_base_url, settings.telegram_token, settings.telegram_chat_ids
    return Telegram(url, token, calls, chats, settings.telegram_locale, world.unit_of_work)
