"""The operator's JSON API below `/_sandbox`: knobs, clock, payments with their webhooks."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from infra.sandbox.clock import Clock
from infra.sandbox.knobs import KnobError, Knobs, parse_knobs
from infra.sandbox.messages.query import QueryError
from infra.sandbox.payments.model import Payment
from infra.sandbox.payments.repository import Filter
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.requests.bodies import BodyError, read_json
from infra.sandbox.webhooks.queue import WebhookQueue

LISTED = 200
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Mistakes in a request to anything but a gateway, as JSON."""
    try:
        return await handler(request)
    except NotFoundError as error:
        return web.json_response({"error": f"there is nothing with the id {error}"}, status=404)
    except (BodyError, KnobError, QueryError) as error:
        return web.json_response({"error": str(error)}, status=400)


class OperatorApi:
    """What tests and curious people steer the sandbox by."""

    def __init__(self, payments: Payments, knobs: Knobs, clock: Clock, queue: WebhookQueue) -> None:
        self._payments = payments
        self._knobs = knobs
        self._clock = clock
        self._queue = queue

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/health", self.health),
            web.get("/_sandbox/knobs", self.get_knobs),
            web.put("/_sandbox/knobs", self.put_knobs),
            web.get("/_sandbox/clock", self.get_clock),
            web.put("/_sandbox/clock", self.put_clock),
            web.get("/_sandbox/payments", self.list_payments),
            web.get("/_sandbox/payments/{id}", self.get_payment),
            web.get("/_sandbox/payments/{id}/knobs", self.get_payment_knobs),
            web.put("/_sandbox/payments/{id}/knobs", self.put_payment_knobs),
        ]

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def get_knobs(self, _: web.Request) -> web.Response:
        return web.json_response(self._knobs.all())

    async def put_knobs(self, request: web.Request) -> web.Response:
        """Replace them: what the body does not name goes back to its default."""
        self._knobs.replace(parse_knobs(await read_json(request)))
        return web.json_response(self._knobs.all())

    async def get_payment_knobs(self, request: web.Request) -> web.Response:
        """Only what was set for this payment."""
        return web.json_response(self._knobs.of(self._payments.get(request.match_info["id"]).id))

    async def put_payment_knobs(self, request: web.Request) -> web.Response:
        payment = self._payments.get(request.match_info["id"])
        self._knobs.replace(parse_knobs(await read_json(request), per_payment=True), payment.id)
        return web.json_response(self._knobs.of(payment.id))

    async def get_clock(self, _: web.Request) -> web.Response:
        now = self._clock.now().isoformat()
        told = {"now": now, "offset_seconds": self._clock.offset_seconds, "webhooks_due": len(self._queue.due())}
        return web.json_response(told)

    async def put_clock(self, request: web.Request) -> web.Response:
        """Move the gateways' time; what has become due by it happens before the answer."""
        document = await read_json(request)
        offset = document.get("offset_seconds") if isinstance(document, dict) else None
        if not isinstance(offset, int | float) or isinstance(offset, bool):
            return web.json_response({"error": "offset_seconds: expected a number"}, status=400)
        try:
            self._clock.set_offset(offset)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        self._payments.sweep()
        return await self.get_clock(request)

    async def list_payments(self, request: web.Request) -> web.Response:
        """The newest first; `before` goes on from the `next_before` of the page that came before."""
        before = request.query.get("before")
        if before is not None and not before.isdecimal():
            raise QueryError("before: expected a whole number")
        self._payments.sweep()
        page = self._payments.payments.page(Filter(limit=LISTED, before=int(before) if before else None))
        payments = [Payment.model_validate_json(document) for document in page.documents]
        data = [self._document(payment) for payment in payments]
        return web.json_response({"data": data, "next_before": page.next_before})

    async def get_payment(self, request: web.Request) -> web.Response:
        return web.json_response(self._document(self._payments.get(request.match_info["id"])))

    def _document(self, payment: Payment) -> dict[str, Any]:
        deliveries = [delivery.model_dump(mode="json") for delivery in self._queue.of([payment.id])]
        refunds = [refund.model_dump(mode="json") for refund in self._payments.refunds.of(payment.id)]
        knobs = self._knobs.of(payment.id)
        return payment.model_dump(mode="json") | {"refunds": refunds, "webhooks": deliveries, "knobs": knobs}
