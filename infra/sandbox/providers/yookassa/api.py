"""YooKassa's API v3 as far as a shop needs it: payments, captures, cancellations, refunds, lists."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from infra.sandbox.clock import Clock
from infra.sandbox.database import Database
from infra.sandbox.faults import Faults
from infra.sandbox.idempotency import IdempotencyKeys, KeyReusedError, fingerprint
from infra.sandbox.ids import gateway_id
from infra.sandbox.instant_payer import InstantPayer
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.payments.states import LINK_LIFE
from infra.sandbox.providers.yookassa import requests
from infra.sandbox.providers.yookassa.errors import YooKassaError, invalid
from infra.sandbox.providers.yookassa.lists import (
    PAYMENT_METHOD,
    PAYMENT_STATUSES,
    REFUND_STATUSES,
    cursor,
    parse_query,
)
from infra.sandbox.providers.yookassa.middlewares import answers, credentials
from infra.sandbox.providers.yookassa.objects import NAME, Objects
from infra.sandbox.providers.yookassa.receipts import Receipts
from infra.sandbox.requests.bodies import read_json
from infra.sandbox.schemas import Schemas

SCHEMAS = Schemas(Path(__file__).with_name("schemas.json"))
OF_PAYMENTS = {"payment_method": PAYMENT_METHOD}
OF_REFUNDS = {"payment_id": "payment_id"}
KEY = "Idempotence-Key"
MAX_KEY = 64
Command = Callable[[Any], tuple[str, dict[str, Any]]]


class YooKassaApi:
    """One shop's API. Every POST is one transaction with its idempotency key."""

    prefix = "/yookassa/v3"

    def __init__(
        self,
        payments: Payments,
        database: Database,
        clock: Clock,
        objects: Objects,
        receipts: Receipts,
        faults: Faults,
        instant_payer: InstantPayer,
        shop: tuple[str, str],
    ) -> None:
        self._payments = payments
        self._database = database
        self._clock = clock
        self._objects = objects
        self._receipts = receipts
        self._faults = faults
        self._instant_payer = instant_payer
        self._shop = shop
        self._keys = IdempotencyKeys(database, clock, NAME)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[answers(self._faults), credentials(*self._shop)])
        app.add_routes(
            [
                web.post("/payments", self.create_payment),
                web.get("/payments", self.list_payments),
                web.get("/payments/{id}", self.get_payment),
                web.post("/payments/{id}/capture", self.capture),
                web.post("/payments/{id}/cancel", self.cancel),
                web.post("/refunds", self.create_refund),
                web.get("/refunds", self.list_refunds),
                web.get("/refunds/{id}", self.get_refund),
                web.post("/receipts", self.create_receipt),
                web.get("/receipts", self.list_receipts),
                web.get("/receipts/{id}", self.get_receipt),
                web.get("/me", self.show_shop),
            ]
        )
        return app

    async def show_shop(self, _: web.Request) -> web.Response:
        """What the shop is allowed to do: a test shop with receipts by YooKassa."""
        till = {"enabled": True, "provider": "fns"}
        shop = {"account_id": self._shop[0], "status": "enabled", "test": True, "fiscalization": till}
        return web.json_response(
            shop | {"payment_methods": ["bank_card", "sbp", "sberbank", "tinkoff_bank", "yoo_money"]}
        )

    async def create_payment(self, request: web.Request) -> web.Response:
        return await self._post(request, "CreatePayment", self._create, after=self._instant_payer.pay)

    async def capture(self, request: web.Request) -> web.Response:
        def command(document: Any) -> tuple[str, dict[str, Any]]:
            asked, payment = requests.parse(requests.CapturePayment, document), self._own(request)
            taken = asked.amount.kopecks if asked.amount else payment.amount
            requests.check_receipt(asked.receipt, taken)
            payment = self._payments.capture(payment.id, taken)
            return payment.id, self._objects.payment(payment)

        return await self._post(request, "CapturePayment", command)

    async def cancel(self, request: web.Request) -> web.Response:
        def command(_: Any) -> tuple[str, dict[str, Any]]:
            payment = self._payments.cancel(self._own(request).id)
            return payment.id, self._objects.payment(payment)

        return await self._post(request, "CancelPayment", command)

    async def create_refund(self, request: web.Request) -> web.Response:
        return await self._post(request, "CreateRefund", self._refund)

    async def get_payment(self, request: web.Request) -> web.Response:
        return web.json_response(self._objects.payment(self._own(request)))

    async def get_refund(self, request: web.Request) -> web.Response:
        refund = self._payments.get_refund(request.match_info["id"])
        return web.json_response(self._objects.refund(refund))

    async def list_payments(self, request: web.Request) -> web.Response:
        self._payments.sweep()
        page = self._payments.payments.page(parse_query(request.query, NAME, PAYMENT_STATUSES, OF_PAYMENTS))
        items = [self._objects.payment(Payment.model_validate_json(document)) for document in page.documents]
        return _list(items, page.next_before)

    async def list_refunds(self, request: web.Request) -> web.Response:
        self._payments.sweep()
        page = self._payments.refunds.page(parse_query(request.query, NAME, REFUND_STATUSES, OF_REFUNDS))
        items = [self._objects.refund(Refund.model_validate_json(document)) for document in page.documents]
        return _list(items, page.next_before)

    async def create_receipt(self, request: web.Request) -> web.Response:
        return await self._post(request, "CreateReceipt", self._receipts.create)

    async def get_receipt(self, request: web.Request) -> web.Response:
        return web.json_response(self._receipts.get(request.match_info["id"]))

    async def list_receipts(self, request: web.Request) -> web.Response:
        return web.json_response(self._receipts.page(request.query))

    def _own(self, request: web.Request) -> Payment:
        return self._payments.get(request.match_info["id"], NAME)

    def _create(self, document: Any) -> tuple[str, dict[str, Any]]:
        asked = requests.create_payment(document)
        now = self._clock.now()
        payment = Payment(
            id=gateway_id(),
            provider=NAME,
            amount=asked.amount.kopecks,
            capture=asked.capture,
            method=asked.method,
            description=asked.description,
            confirmation=asked.confirmation.type,
            return_url=asked.confirmation.return_url or f"{self._objects.public_url}/payments",
            metadata=asked.metadata or {},
            has_receipt=asked.receipt is not None,
            receipt=document.get("receipt"),
            created_at=now,
            deadline=now + LINK_LIFE,
        )
        return payment.id, self._objects.payment(self._payments.create(payment))

    def _refund(self, document: Any) -> tuple[str, dict[str, Any]]:
        asked = requests.parse(requests.CreateRefund, document)
        requests.check_receipt(asked.receipt, asked.amount.kopecks)
        refund = Refund(
            id=gateway_id(),
            provider=NAME,
            payment_id=asked.payment_id,
            amount=asked.amount.kopecks,
            description=asked.description,
            metadata=asked.metadata or {},
            receipt=document.get("receipt") or self._receipt_of_whole(asked),
            created_at=self._clock.now(),
            due_at=None,
        )
        try:
            return refund.payment_id, self._objects.refund(self._payments.refund(refund))
        except NotFoundError:
            raise invalid("There is no such payment", "payment_id") from None

    def _receipt_of_whole(self, asked: requests.CreateRefund) -> dict[str, Any] | None:
        """Of a whole payment the gateway makes it of the payment's own."""
        payment = self._payments.payments.get(asked.payment_id)
        whole = payment is not None and payment.amount == asked.amount.kopecks
        return payment.receipt if payment and whole else None

    async def _post(
        self, request: web.Request, call: str, command: Command, after: Callable[[str], Awaitable[None]] | None = None
    ) -> web.Response:
        key = _key(request)
        document = await _json(request)
        if fault := SCHEMAS.fault(call, document):
            raise invalid(f"{fault.message} ({SCHEMAS.source})", fault.where or None)
        print_ = fingerprint(request.path, document)
        with self._database.transaction():
            try:
                if (known := self._keys.answer(key, print_)) is not None:
                    return web.json_response(known)
            except KeyReusedError:
                raise invalid("Idempotence key duplicated", KEY) from None
            payment_id, answer = command(document)
            self._keys.remember(key, print_, answer)
        if after:
            await after(payment_id)
        await self._faults.after_commit(request, payment_id)
        return web.json_response(answer)


def _key(request: web.Request) -> str:
    key = request.headers.get(KEY, "")
    if not (1 <= len(key) <= MAX_KEY and key.isascii()):
        raise invalid(f"The header is required, 1 to {MAX_KEY} characters of ASCII", KEY)
    return key


async def _json(request: web.Request) -> Any:
    if not await request.read():
        return {}
    if request.content_type != "application/json":
        raise YooKassaError("unsupported_media_type", "The body must be application/json", "Content-Type")
    return await read_json(request)


def _list(items: list[dict[str, Any]], next_before: int | None) -> web.Response:
    more = {"next_cursor": cursor(next_before)} if next_before is not None else {}
    return web.json_response({"type": "list", "items": items} | more)
