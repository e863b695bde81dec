"""The terminal at T-Kassa, put together."""

from infra.sandbox.providers.tkassa.api import TKassaApi
from infra.sandbox.providers.tkassa.dialect import TKassaDialect
from infra.sandbox.providers.tkassa.settings import Settings
from infra.sandbox.providers.world import Till, World


class Shop:
    """Its dialect, and its API once there are payments."""

    def __init__(self, settings: Settings, world: World) -> None:
        self._world = world
        self._access = (settings.terminal, settings.password)
        self.dialect = TKassaDialect(settings.terminal, settings.password, world.knobs)

    def gateway(self, till: Till) -> TKassaApi:
        world, shared = self._world, (till.faults, till.payer, self._access)
        return TKassaApi(till.payments, world.database, world.clock, self.dialect, *shared, world.public_url)
