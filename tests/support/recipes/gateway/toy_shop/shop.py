"""The shop at ToyPay: its dialect, and its API."""

import json
from typing import Any

from aiohttp import web

from infra.sandbox.ids import gateway_id
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.providers.base import Change, Notice
from infra.sandbox.providers.world import Till, World
from infra.sandbox.requests.bodies import read_json
from infra.sandbox.webhooks.backoff import DAY_AND_NIGHT

NAME = "toypay"
STATUSES = {"pending": "pending", "held": "pending", "succeeded": "succeeded", "canceled": "failed"}


class ToyDialect:
    """Tells of every change alike."""

    name = NAME
    schedule = DAY_AND_NIGHT
    methods: tuple[str, ...] = ("bank_card",)
    second_chance = False

    def payment_notices(self, payment: Payment, change: Change) -> list[Notice]:  # noqa: ARG002 - all alike
        told = {"payment": payment.id, "order": payment.order_number, "status": STATUSES[payment.status]}
        return [Notice(payment.status, json.dumps(told))]

    def refund_notices(self, payment: Payment, refund: Refund) -> list[Notice]:  # noqa: ARG002 - it has none
        return []

    def forged_notice(self, payment: Payment) -> Notice:
        return Notice("forged", json.dumps({"payment": payment.id, "order": "", "status": "succeeded"}))

    def accepts(self, status: int, body: bytes) -> bool:
        return status == 200 and body == b"thanks"


class ToyApi:
    """Makes payments and shows them."""

    prefix = "/toypay"

    def __init__(self, key: str, world: World, till: Till) -> None:
        self._key = key
        self._world = world
        self._payments = till.payments

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/payments", self.create), web.get("/payments/{id}", self.show)])
        return app

    async def create(self, request: web.Request) -> web.Response:
        self._admit(request)
        asked = await read_json(request)
        if not (payment := self._payments.find(NAME, asked["order"])):
            payment = self._payments.create(self._payment(asked))
        return self._told(payment)

    async def show(self, request: web.Request) -> web.Response:
        self._admit(request)
        return self._told(self._payments.get(request.match_info["id"], NAME))

    def _admit(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != self._key:
            raise web.HTTPForbidden

    def _payment(self, asked: dict[str, Any]) -> Payment:
        return Payment(
            id=gateway_id(),
            provider=NAME,
            order_number=asked["order"],
            amount=asked["amount"],
            capture=True,
            return_url=asked["return_url"],
            created_at=self._world.clock.now(),
            deadline=None,
        )

    def _told(self, payment: Payment) -> web.Response:
        body = {"id": payment.id, "order": payment.order_number, "amount": payment.amount}
        url = f"{self._world.public_url}/pay/{payment.id}"
        return web.json_response(body | {"status": STATUSES[payment.status], "url": url})


class Shop:
    """Its dialect, and its API once there are payments."""

    def __init__(self, settings: Any, world: World) -> None:
        self._key = settings.key
        self._world = world
        self.dialect = ToyDialect()

    def gateway(self, till: Till) -> ToyApi:
        return ToyApi(self._key, self._world, till)
