"""The Faster Payments System: the QR code of a payment, and the bank's app that it leads to."""

from aiohttp import web

from infra.sandbox.pages.render import Renderer
from infra.sandbox.payments.model import Payment
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.qr import payload, picture


class SbpPages:
    """`/qr/{payment}.svg` and `/sbp/{payment}`."""

    def __init__(self, renderer: Renderer, payments: Payments, public_url: str) -> None:
        self._renderer = renderer
        self._payments = payments
        self._public_url = public_url

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/qr/{id}.svg", self.code), web.get("/sbp/{id}", self.app)]

    async def code(self, request: web.Request) -> web.Response:
        payment = self._payment(request)
        headers = {"X-Content-Type-Options": "nosniff"}
        return web.Response(
            text=picture(payload(self._public_url, payment)), content_type="image/svg+xml", headers=headers
        )

    async def app(self, request: web.Request) -> web.Response:
        try:
            payment = self._payment(request)
        except NotFoundError:
            return self._renderer.page(request, "not_found", status=404)
        return self._renderer.page(request, "sbp", payment=payment)

    def _payment(self, request: web.Request) -> Payment:
        """One that can be paid so: what is to be held cannot."""
        payment = self._payments.get(request.match_info["id"])
        if not payment.capture:
            raise NotFoundError(payment.id)
        return payment
