"""All connectors there are: to add one, write its module and name it here."""

from collections.abc import Callable

from core.clock import Clock
from core.outside import OutsideClient
from integration.connectors.webhooks import Webhooks
from integration.ports_connectors import Connector, ConnectorWork
from integration.settings import IntegrationSettings
from shared_schemas.connectors import ConnectorName

UnitOfWork = Callable[[], ConnectorWork]
Factory = Callable[[IntegrationSettings, UnitOfWork, Clock], Connector | None]


def _webhooks(settings: IntegrationSettings, unit_of_work: UnitOfWork, clock: Clock) -> Connector:
    return Webhooks(unit_of_work, clock, OutsideClient(settings.webhooks_private_addresses))


# Each makes its connector, or None where its credentials are not set.
FACTORIES: dict[ConnectorName, Factory] = {"webhooks": _webhooks}
NAMES: list[ConnectorName] = list(FACTORIES)


def switched_on(
    settings: IntegrationSettings, unit_of_work: UnitOfWork, clock: Clock
) -> dict[ConnectorName, Connector]:
    """Those that the settings name and have credentials for."""
    made = {name: FACTORIES[name](settings, unit_of_work, clock) for name in NAMES if name in settings.connector_names}
    return {name: connector for name, connector in made.items() if connector}
