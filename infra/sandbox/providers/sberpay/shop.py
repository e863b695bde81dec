"""The shop at Sber, put together."""

from infra.sandbox.providers.sberpay.api import Access, SberApi
from infra.sandbox.providers.sberpay.commands import Commands
from infra.sandbox.providers.sberpay.dialect import SberDialect
from infra.sandbox.providers.sberpay.receipts import Receipts
from infra.sandbox.providers.sberpay.settings import Settings
from infra.sandbox.providers.sberpay.signature import CallbackKey
from infra.sandbox.providers.world import Till, World


class Shop:
    """Its dialect, and its API once there are payments."""

    def __init__(self, settings: Settings, world: World) -> None:
        self._world = world
        self._access = Access(settings.user, settings.password, settings.token)
        self._key = CallbackKey(world.database)
        self.dialect = SberDialect(settings.callback_key, self._key, world.knobs)

    def gateway(self, till: Till) -> SberApi:
        world = self._world
        receipts = Receipts(till.payments, till.receipts, world.clock, world.knobs)
        commands = Commands(till.payments, receipts, world.clock, world.public_url)
        return SberApi(commands, world.database, till.faults, till.payer, self._access, self._key, receipts)
