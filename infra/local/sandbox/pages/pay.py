"""The hosted pay page, where the shop sends its customers."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from yarl import URL

from infra.local.sandbox.bodies import read_form
from infra.local.sandbox.clock import Clock
from infra.local.sandbox.pages.render import Renderer
from infra.local.sandbox.payments.cards import TEST_CARD, CardError, future_expiry, parse_card
from infra.local.sandbox.payments.model import Card, Payment
from infra.local.sandbox.payments.service import NotFoundError, Payments
from infra.local.sandbox.payments.states import DECLINES, TransitionError

TEST_CSC = "123"
BY_CARD = (None, "bank_card")
# The state that an action leads to; a form that was sent twice has reached it already.
WANTED = {"pay": ("succeeded", "held"), "decline": ("canceled",)}


def header_url(url: str) -> str:
    """A URL as a header may carry it: letters beyond ASCII are encoded, all else is left as the shop wrote it."""
    return url if url.isascii() else str(URL(url))


class PayPage:
    """Shows a payment and takes the payer's decision."""

    def __init__(self, renderer: Renderer, payments: Payments, clock: Clock) -> None:
        self._renderer = renderer
        self._payments = payments
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/pay/{id}", self.show), web.post("/pay/{id}", self.submit)]

    async def show(self, request: web.Request) -> web.Response:
        try:
            payment = self._payments.get(request.match_info["id"])
        except NotFoundError:
            return self._renderer.page(request, "not_found", status=404)
        return self._page(request, payment)

    async def submit(self, request: web.Request) -> web.Response:
        """Act and send the payer back to the shop (303)."""
        form = await read_form(request)
        try:
            payment = self._payments.get(request.match_info["id"])
            self._act(payment, form)
        except NotFoundError:
            return self._renderer.page(request, "not_found", status=404)
        except CardError as error:
            return self._page(request, payment, status=422, form=form, wrong=error.field)
        except TransitionError as error:
            if error.payment.status not in WANTED[form["action"]]:
                return self._page(request, error.payment, status=409)
        return web.Response(status=303, headers={"Location": header_url(payment.return_url)})

    def _act(self, payment: Payment, form: Mapping[str, str]) -> None:
        action = form.get("action")
        if action == "pay":
            self._payments.pay(payment.id, self._card(payment, form))
        elif action == "decline":
            reason = form.get("reason", DECLINES[0])
            if reason not in DECLINES:
                raise web.HTTPBadRequest(text=f"reason: expected one of {', '.join(DECLINES)}")
            self._payments.decline(payment.id, reason)
        elif action != "abandon":
            raise web.HTTPBadRequest(text="action: expected pay, decline or abandon")

    def _card(self, payment: Payment, form: Mapping[str, str]) -> Card | None:
        """The card of the form; a program that names none pays with the test card."""
        if payment.method not in BY_CARD:
            return None
        defaults = self._test_card()
        given = [form.get(name, defaults[name]) for name in ("card_number", "card_expiry", "card_csc")]
        return parse_card(given[0], given[1], given[2], self._clock.now())

    def _test_card(self) -> dict[str, str]:
        return {
            "card_number": TEST_CARD,
            "card_expiry": future_expiry(self._clock.now()),
            "card_csc": TEST_CSC,
        }

    def _page(
        self,
        request: web.Request,
        payment: Payment,
        status: int = 200,
        form: Mapping[str, str] | None = None,
        wrong: str | None = None,
    ) -> web.Response:
        values: dict[str, Any] = {
            "payment": payment,
            "by_card": payment.method in BY_CARD,
            "form": self._test_card() | dict(form or {}),
            "wrong": wrong,
            "reasons": DECLINES,
        }
        return self._renderer.page(request, "pay", status, **values)
