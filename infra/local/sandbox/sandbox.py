"""The composition: everything the sandbox is made of, put together once."""

from typing import Protocol

from aiohttp import web

from infra.local.sandbox.clock import Clock
from infra.local.sandbox.database import Database
from infra.local.sandbox.faults import Faults
from infra.local.sandbox.instant_payer import InstantPayer
from infra.local.sandbox.knobs import Knobs
from infra.local.sandbox.messages.repository import Messages
from infra.local.sandbox.messages.ses import Ses
from infra.local.sandbox.messages.smsru import SmsRu
from infra.local.sandbox.operator_api import OperatorApi
from infra.local.sandbox.pages.home import HomePages
from infra.local.sandbox.pages.outbox import OutboxPages
from infra.local.sandbox.pages.pay import PayPage
from infra.local.sandbox.pages.render import Renderer
from infra.local.sandbox.pages.sbp import SbpPages
from infra.local.sandbox.payments.service import Payments
from infra.local.sandbox.providers.base import Dialect, Gateway
from infra.local.sandbox.providers.tkassa.api import TKassaApi
from infra.local.sandbox.providers.tkassa.dialect import TKassaDialect
from infra.local.sandbox.providers.yookassa.api import YooKassaApi
from infra.local.sandbox.providers.yookassa.objects import Objects, YooKassaDialect
from infra.local.sandbox.settings import Settings
from infra.local.sandbox.webhooks.queue import WebhookQueue
from infra.local.sandbox.webhooks.sender import WebhookSender


class Part(Protocol):
    """Something with paths of its own."""

    def routes(self) -> list[web.RouteDef]: ...


class Sandbox:
    """All parts; a further gateway is a dialect and an API more."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.state)
        clock = Clock(self.database)
        knobs = Knobs(self.database)
        objects = Objects(settings.yookassa_shop_id, settings.public_url)
        tkassa = TKassaDialect(settings.tkassa_terminal, settings.tkassa_password, knobs)
        all_dialects: list[Dialect] = [YooKassaDialect(objects), tkassa]
        dialects = {dialect.name: dialect for dialect in all_dialects}
        queue = WebhookQueue(self.database, knobs)
        self.sender = WebhookSender(queue, settings.webhook_url, dialects)
        self.payments = Payments(self.database, clock, knobs, queue, dialects)
        shop = (settings.yookassa_shop_id, settings.yookassa_key)
        terminal = (settings.tkassa_terminal, settings.tkassa_password)
        payer, faults, url = InstantPayer(self.payments, knobs, self.sender), Faults(knobs), settings.public_url
        self.gateways: list[Gateway] = [
            YooKassaApi(self.payments, self.database, clock, objects, faults, payer, shop),
            TKassaApi(self.payments, self.database, clock, tkassa, faults, payer, terminal, url),
        ]
        messages = Messages(self.database)
        renderer = Renderer(settings.shop_name)
        self.parts: list[Part] = [
            OperatorApi(self.payments, knobs, clock, queue),
            Ses(messages, knobs),
            SmsRu(messages, knobs, settings.smsru_api_id),
            HomePages(renderer, self.payments, knobs, clock, queue, settings),
            PayPage(renderer, self.payments, clock, dialects),
            SbpPages(renderer, self.payments, settings.public_url),
            OutboxPages(renderer, messages),
        ]

    def close(self) -> None:
        self.database.close()
