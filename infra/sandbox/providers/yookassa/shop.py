"""The shop at YooKassa, put together."""

from infra.sandbox.providers.world import Till, World
from infra.sandbox.providers.yookassa.api import YooKassaApi
from infra.sandbox.providers.yookassa.objects import Objects, YooKassaDialect
from infra.sandbox.providers.yookassa.receipts import Receipts
from infra.sandbox.providers.yookassa.settings import Settings


class Shop:
    """Its dialect, and its API once there are payments."""

    def __init__(self, settings: Settings, world: World) -> None:
        self._world = world
        self._access = (settings.shop_id, settings.key)
        self._objects = Objects(settings.shop_id, world.public_url)
        self.dialect = YooKassaDialect(self._objects)

    def gateway(self, till: Till) -> YooKassaApi:
        world, payments = self._world, till.payments
        receipts = Receipts(payments, till.receipts, world.clock, world.knobs)
        shared = (till.faults, till.payer, self._access)
        return YooKassaApi(payments, world.database, world.clock, self._objects, receipts, *shared)
