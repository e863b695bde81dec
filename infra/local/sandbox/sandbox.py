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
from infra.local.sandbox.payments.repository import ReceiptRepository
from infra.local.sandbox.payments.service import Payments
from infra.local.sandbox.providers.base import Dialect, Gateway
from infra.local.sandbox.providers.sber.api import Access, SberApi
from infra.local.sandbox.providers.sber.checksum import CallbackKey
from infra.local.sandbox.providers.sber.commands import Commands
from infra.local.sandbox.providers.sber.dialect import SberDialect
from infra.local.sandbox.providers.sber.receipts import Receipts as SberReceipts
from infra.local.sandbox.providers.tkassa.api import TKassaApi
from infra.local.sandbox.providers.tkassa.dialect import TKassaDialect
from infra.local.sandbox.providers.yookassa.api import YooKassaApi
from infra.local.sandbox.providers.yookassa.objects import Objects, YooKassaDialect
from infra.local.sandbox.providers.yookassa.receipts import Receipts
from infra.local.sandbox.receivers.amocrm import AmoCrm
from infra.local.sandbox.receivers.bitrix24 import Bitrix24
from infra.local.sandbox.receivers.faults import ReceiverFaults
from infra.local.sandbox.receivers.hooks import Hooks
from infra.local.sandbox.receivers.telegram import Telegram
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
        self._clock = Clock(self.database)
        self._knobs = Knobs(self.database)
        self._yookassa = Objects(settings.yookassa_shop_id, settings.public_url)
        self._tkassa = TKassaDialect(settings.tkassa_terminal, settings.tkassa_password, self._knobs)
        self._sber_key = CallbackKey(self.database)
        dialects = self._dialects()
        queue = WebhookQueue(self.database, self._knobs)
        self.sender = WebhookSender(queue, settings.webhook_url, dialects)
        self.payments = Payments(self.database, self._clock, self._knobs, queue, dialects)
        self.gateways = self._gateways()
        messages = Messages(self.database)
        receivers = ReceiverFaults(self._knobs)
        renderer = Renderer(settings.shop_name)
        self.parts: list[Part] = [
            OperatorApi(self.payments, self._knobs, self._clock, queue),
            Ses(messages, self._knobs),
            SmsRu(messages, self._knobs, settings.smsru_api_id),
            Hooks(self.database),
            Telegram(messages, receivers, settings.telegram_token),
            Bitrix24(self.database, receivers, settings.bitrix24_code),
            AmoCrm(self.database, receivers, settings.amocrm_token),
            HomePages(renderer, self.payments, self._knobs, self._clock, queue, settings, dialects),
            PayPage(renderer, self.payments, self._clock, dialects),
            SbpPages(renderer, self.payments, settings.public_url),
            OutboxPages(renderer, messages),
        ]

    def close(self) -> None:
        self.database.close()

    def _dialects(self) -> dict[str, Dialect]:
        sber = SberDialect(self.settings.sber_callback_key, self._sber_key, self._knobs)
        dialects: list[Dialect] = [YooKassaDialect(self._yookassa), self._tkassa, sber]
        return {dialect.name: dialect for dialect in dialects}

    def _gateways(self) -> list[Gateway]:
        settings, payments, database, clock = self.settings, self.payments, self.database, self._clock
        shop = (settings.yookassa_shop_id, settings.yookassa_key)
        terminal = (settings.tkassa_terminal, settings.tkassa_password)
        access = Access(settings.sber_user, settings.sber_password, settings.sber_token)
        faults, payer = Faults(self._knobs), InstantPayer(payments, self._knobs, self.sender)
        stored = ReceiptRepository(database)
        sber_receipts = SberReceipts(payments, stored, clock, self._knobs)
        commands = Commands(payments, sber_receipts, clock, settings.public_url)
        receipts = Receipts(payments, stored, clock, self._knobs)
        return [
            YooKassaApi(payments, database, clock, self._yookassa, receipts, faults, payer, shop),
            TKassaApi(payments, database, clock, self._tkassa, faults, payer, terminal, settings.public_url),
            SberApi(commands, database, faults, payer, access, self._sber_key, sber_receipts),
        ]
