"""Webhooks: ids of what happened, to everybody who subscribed."""

from core.safe_http import OutsideClient
from core.settings import load_settings
from integration.connectors.registry import World
from integration.connectors.webhooks.addresses import OutsideAddresses
from integration.connectors.webhooks.ports import SubscriptionWork
from integration.connectors.webhooks.sending import Webhooks
from integration.connectors.webhooks.settings import WebhooksSettings
from shared_schemas.errors import Text
from shared_schemas.integration.connectors import ConnectorName

NAME: ConnectorName = "webhooks"
LABEL = Text("Webhooks", "Вебхуки")
TAKES = None


def configured(world: World[SubscriptionWork]) -> Webhooks:
    return Webhooks(world.unit_of_work, world.clock, OutsideClient(_private_addresses()))


def addresses() -> OutsideAddresses:
    """The addresses that subscriptions may name."""
    return OutsideAddresses(OutsideClient(_private_addresses()), _private_addresses())


def _private_addresses() -> bool:
    return load_settings(WebhooksSettings).webhooks_private_addresses
