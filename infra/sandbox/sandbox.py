"""The composition: everything the sandbox is made of, put together once."""

from infra.sandbox.browsers.push.api import PushService
from infra.sandbox.carriers import registry as carriers
from infra.sandbox.carriers.behaviour import Behaviours
from infra.sandbox.carriers.callbacks import Callbacks
from infra.sandbox.carriers.smtp.server import SmtpServer
from infra.sandbox.carriers.world import World as CarrierWorld
from infra.sandbox.clock import Clock
from infra.sandbox.database import Database
from infra.sandbox.faults import Faults
from infra.sandbox.instant_payer import InstantPayer
from infra.sandbox.knobs import Knobs
from infra.sandbox.messages.repository import Messages
from infra.sandbox.operator_api import OperatorApi
from infra.sandbox.pages.home import HomePages
from infra.sandbox.pages.outbox import OutboxPages
from infra.sandbox.pages.pay import PayPage
from infra.sandbox.pages.render import Renderer
from infra.sandbox.pages.sbp import SbpPages
from infra.sandbox.payments.repository import ReceiptRepository
from infra.sandbox.payments.service import Payments
from infra.sandbox.providers.found import shops
from infra.sandbox.providers.world import Till
from infra.sandbox.providers.world import World as GatewayWorld
from infra.sandbox.receivers.faults import ReceiverFaults
from infra.sandbox.receivers.registry import Part, World, receivers
from infra.sandbox.settings import Settings
from infra.sandbox.webhooks.queue import WebhookQueue
from infra.sandbox.webhooks.sender import WebhookSender


class Sandbox:
    """All parts; a further gateway is a folder more in `providers/`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.state)
        self._clock = Clock(self.database)
        self._knobs = Knobs(self.database)
        ground = GatewayWorld(self.database, self._clock, self._knobs, settings.public_url)
        gateways = {name: shop(settings.gateways[name], ground) for name, shop in shops().items()}
        dialects = {shop.dialect.name: shop.dialect for shop in gateways.values()}
        queue = WebhookQueue(self.database, self._knobs)
        self.sender = WebhookSender(queue, settings.webhook_url, dialects)
        self.payments = Payments(self.database, self._clock, self._knobs, queue, dialects)
        payer = InstantPayer(self.payments, self._knobs, self.sender)
        till = Till(self.payments, ReceiptRepository(self.database), Faults(self._knobs), payer)
        self.gateways = [shop.gateway(till) for shop in gateways.values()]
        messages = Messages(self.database)
        world = World(self.database, messages, ReceiverFaults(self._knobs))
        behaviours = Behaviours(self.database, carriers.names)
        callbacks = Callbacks(settings.callback_url)
        carrying = CarrierWorld(self.database, messages, self._knobs, behaviours, callbacks)
        self.mail_server = SmtpServer(carrying, settings.host, settings.smtp_port, settings.state)
        renderer = Renderer(settings.shop_name)
        self.parts: list[Part] = [
            OperatorApi(self.payments, self._knobs, self._clock, queue),
            behaviours,
            *carriers.carriers(carrying, settings.receivers),
            *receivers(world, settings.receivers),
            PushService(self.database, messages, settings.public_url),
            HomePages(renderer, self.payments, self._knobs, self._clock, queue, settings, dialects),
            PayPage(renderer, self.payments, self._clock, dialects),
            SbpPages(renderer, self.payments, settings.public_url),
            OutboxPages(renderer, messages),
        ]

    def close(self) -> None:
        self.database.close()
