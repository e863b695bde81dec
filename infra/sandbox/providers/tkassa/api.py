"""T-Kassa's API v2 as far as a shop needs it: payments, their states, captures, cancellations, QR codes, receipts."""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from infra.sandbox.clock import Clock
from infra.sandbox.database import Database
from infra.sandbox.faults import Faults
from infra.sandbox.instant_payer import InstantPayer
from infra.sandbox.payments.model import Payment
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.payments.states import TransitionError
from infra.sandbox.providers.tkassa import requests
from infra.sandbox.providers.tkassa.cancellations import Cancellations
from infra.sandbox.providers.tkassa.dialect import TKassaDialect
from infra.sandbox.providers.tkassa.errors import (
    DUPLICATE_ORDER,
    INVALID,
    WRONG_TERMINAL,
    WRONG_TOKEN,
    TKassaError,
)
from infra.sandbox.providers.tkassa.middlewares import answers
from infra.sandbox.providers.tkassa.objects import NAME, Objects, status
from infra.sandbox.providers.tkassa.token import is_signed
from infra.sandbox.qr import payload, picture
from infra.sandbox.requests.bodies import read_json
from infra.sandbox.schemas import Schemas

SCHEMAS = Schemas(Path(__file__).with_name("schemas.json"))
Document = dict[str, Any]
Command = Callable[[Document], tuple[str, Document]]


class TKassaApi:
    """One terminal's API: every method is a signed POST of JSON, and one transaction."""

    prefix = "/tkassa"

    def __init__(
        self,
        payments: Payments,
        database: Database,
        clock: Clock,
        dialect: TKassaDialect,
        faults: Faults,
        instant_payer: InstantPayer,
        access: tuple[str, str],
        public_url: str,
    ) -> None:
        self._payments = payments
        self._database = database
        self._clock = clock
        self._dialect = dialect
        self._faults = faults
        self._instant_payer = instant_payer
        self._terminal, self._password = access
        self._public_url = public_url
        self._objects = Objects(self._terminal, public_url)
        self._cancellations = Cancellations(payments, clock, self._objects)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[answers(self._faults)])
        reading = {"/v2/GetState": self._state, "/v2/CheckOrder": self._order, "/v2/GetQr": self._code}
        changing = {
            "/v2/Init": self._init,
            "/v2/Resend": self._resend,
            "/v2/Confirm": self._confirm,
            "/v2/Cancel": self._cancel,
            "/v2/cashbox/SendClosingReceipt": self._closing_receipt,
            "/cashbox/SendClosingReceipt": self._closing_receipt,
        }
        for path, command in (reading | changing).items():
            handler = self._handler(path.rpartition("/")[2], command, changes=path in changing)
            # Shops in use write the path with a slash at its end as well.
            app.add_routes([web.post(path, handler), web.post(f"{path}/", handler)])
        return app

    def _handler(
        self, call: str, command: Command, *, changes: bool
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            document = self._authentic(await read_json(request))
            if fault := SCHEMAS.fault(call, document):
                raise TKassaError(INVALID, f"{fault.where}: {fault.message} ({SCHEMAS.source})")
            with self._database.transaction():
                payment_id, answer = command(document)
            if command == self._init:
                await self._instant_payer.pay(payment_id)
            if changes:
                await self._faults.after_commit(request, payment_id)
            return web.json_response(answer)

        return handle

    def _authentic(self, document: Any) -> Document:
        if not isinstance(document, dict):
            raise TKassaError(INVALID, "Ожидается объект JSON")
        if document.get("TerminalKey") != self._terminal:
            raise TKassaError(WRONG_TERMINAL)
        if not is_signed(document, self._password):
            raise TKassaError(WRONG_TOKEN)
        return document

    def _init(self, document: Document) -> tuple[str, Document]:
        asked = requests.parse(requests.Init, document)
        requests.check_amount(asked.amount)
        requests.check_receipt(asked.receipt, asked.amount)
        if self._payments.find(NAME, asked.order_id):
            raise TKassaError(DUPLICATE_ORDER)
        payment = self._payments.create(self._payment(asked))
        return payment.id, self._objects.created(payment)

    def _payment(self, asked: requests.Init) -> Payment:
        now = self._clock.now()
        return Payment(
            # Ten digits, as the real ones have; the first is never a zero.
            id=str(10**9 + secrets.randbelow(9 * 10**9)),
            provider=NAME,
            order_number=asked.order_id,
            amount=asked.amount,
            capture=asked.pay_type == "O",
            description=asked.description,
            return_url=asked.success_url or f"{self._public_url}/payments",
            fail_url=asked.fail_url,
            callback_url=asked.notification_url,
            metadata=asked.data or {},
            has_receipt=asked.receipt is not None,
            receipt=asked.receipt,
            created_at=now,
            deadline=asked.deadline(now),
        )

    def _state(self, document: Document) -> tuple[str, Document]:
        payment = self._own(requests.parse(requests.OfPayment, document))
        return payment.id, self._objects.state(payment, self._payments.refunds.of(payment.id))

    def _order(self, document: Document) -> tuple[str, Document]:
        order_id = requests.parse(requests.CheckOrder, document).order_id
        if not (payment := self._payments.find(NAME, order_id)):
            raise NotFoundError(order_id)
        return payment.id, self._objects.order(payment, self._payments.refunds.of(payment.id))

    def _confirm(self, document: Document) -> tuple[str, Document]:
        asked = requests.parse(requests.OfPart, document)
        payment = self._own(asked)
        requests.check_receipt(asked.receipt, payment.amount if asked.amount is None else asked.amount)
        payment = self._payments.capture(payment.id, asked.amount)
        return payment.id, self._objects.state(payment, [])

    def _cancel(self, document: Document) -> tuple[str, Document]:
        asked = requests.parse(requests.OfPart, document)
        payment = self._own(asked)
        return payment.id, self._cancellations.cancel(payment, asked)

    def _code(self, document: Document) -> tuple[str, Document]:
        asked = requests.parse(requests.GetQr, document)
        payment = self._own(asked)
        if payment.status != "pending" or not payment.capture:
            raise TransitionError(payment)
        text = payload(self._public_url, payment)
        return payment.id, self._objects.code(payment, picture(text) if asked.data_type == "IMAGE" else text)

    def _closing_receipt(self, document: Document) -> tuple[str, Document]:
        asked = requests.parse(requests.ClosingReceipt, document)
        payment = self._own(asked)
        receipt = requests.closing_receipt(asked.receipt)
        if status(payment, self._payments.refunds.of(payment.id)) != "CONFIRMED":
            raise TransitionError(payment)
        self._payments.tell(payment, [self._dialect.receipt_notice(payment, receipt, payment.amount, "Income")])
        return payment.id, self._objects.answer(payment)

    def _resend(self, _: Document) -> tuple[str, Document]:
        """Everything that the shop has not acknowledged is told again, at once."""
        count = self._payments.tell_again(NAME)
        return "", {"TerminalKey": self._terminal, "Count": count, "Success": True, "ErrorCode": "0"}

    def _own(self, asked: requests.OfPayment) -> Payment:
        return self._payments.get(asked.payment_id, NAME)
