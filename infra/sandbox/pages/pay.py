"""The hosted pay page, where the shop sends its customers."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from yarl import URL

from infra.sandbox.clock import Clock
from infra.sandbox.pages.render import Renderer
from infra.sandbox.payments.cards import TEST_CARD, CardError, future_expiry, parse_card
from infra.sandbox.payments.model import Card, Payment
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.payments.states import DECLINES, SBP, TransitionError
from infra.sandbox.providers.base import Dialect
from infra.sandbox.requests.bodies import read_form

TEST_CSC = "123"
TEST_CODE = "1234"
CARD = "bank_card"
CHECK_FAILED = "3d_secure_failed"
PAID = ("succeeded", "held")
# The state that an action leads to; a form that was sent twice has reached it already.
WANTED = {"pay": PAID, "check": PAID, "confirm": PAID, "decline": ("canceled",), "fail": ("canceled",)}


def header_url(url: str) -> str:
    """A URL as a header may carry it: letters beyond ASCII are encoded, all else is left as the shop wrote it."""
    return url if url.isascii() else str(URL(url))


class PayPage:
    """Shows a payment and takes the payer's decision."""

    def __init__(self, renderer: Renderer, payments: Payments, clock: Clock, dialects: Mapping[str, Dialect]) -> None:
        self._renderer = renderer
        self._payments = payments
        self._clock = clock
        self._dialects = dialects

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/pay/{id}", self.show), web.post("/pay/{id}", self.submit)]

    async def show(self, request: web.Request) -> web.Response:
        try:
            payment = self._payments.show(request.match_info["id"])
        except NotFoundError:
            return self._renderer.page(request, "not_found", status=404)
        return self._page(request, payment)

    async def submit(self, request: web.Request) -> web.Response:
        """Act and send the payer on (303): to the shop, or back here where something is left to do."""
        form = await read_form(request)
        try:
            payment = self._payments.get(request.match_info["id"])
            payment = self._act(payment, form)
        except NotFoundError:
            return self._renderer.page(request, "not_found", status=404)
        except CardError as error:
            return self._page(request, payment, status=422, form=form, wrong=error.field)
        except TransitionError as error:
            payment = error.payment
            if payment.status not in WANTED[form["action"]]:
                return self._page(request, payment, status=409)
        return web.Response(status=303, headers={"Location": _onward(request, payment, form["action"])})

    def _act(self, payment: Payment, form: Mapping[str, str]) -> Payment:
        match form.get("action"):
            case "pay":
                return self._pay(payment, form)
            case "check":
                return self._payments.check(payment.id, self._card(form))
            case "confirm":
                return self._payments.confirm(payment.id)
            case "fail":
                return self._payments.decline(payment.id, CHECK_FAILED)
            case "decline":
                return self._payments.decline(payment.id, _reason(form))
            case "abandon":
                return payment
        raise web.HTTPBadRequest(text="action: expected pay, check, confirm, fail, decline or abandon")

    def _pay(self, payment: Payment, form: Mapping[str, str]) -> Payment:
        method = self._method(payment, form.get("method"))
        if method != CARD:
            return self._payments.pay(payment.id, None, method)
        card = self._card(form)
        if payment.status == "pending" and self._payments.needs_check(payment):
            return payment if payment.step == "checking" else self._payments.check(payment.id, card)
        return self._payments.pay(payment.id, card, method)

    def _method(self, payment: Payment, wanted: str | None) -> str:
        """How the payer pays; a program that does not say pays by the first way offered."""
        offered = self._methods(payment)
        if wanted is None:
            return offered[0]
        if wanted not in offered:
            raise web.HTTPBadRequest(text=f"method: expected one of {', '.join(offered)}")
        return wanted

    def _methods(self, payment: Payment) -> tuple[str, ...]:
        if payment.method:
            return (payment.method,)
        methods = self._dialects[payment.provider].methods
        return tuple(method for method in methods if method != SBP or payment.capture)

    def _card(self, form: Mapping[str, str]) -> Card:
        """The card of the form; a program that names none pays with the test card."""
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
        checking = payment.status == "pending" and payment.step == "checking"
        methods = self._methods(payment)
        asked = request.query.get("method")
        values: dict[str, Any] = {
            "payment": payment,
            "methods": methods,
            "method": asked if asked in methods else methods[0],
            "form": self._test_card() | {"code": TEST_CODE} | dict(form or {}),
            "wrong": wrong,
            "reasons": DECLINES,
        }
        return self._renderer.page(request, "check" if checking else "pay", status, **values)


def _reason(form: Mapping[str, str]) -> str:
    reason = form.get("reason", DECLINES[0])
    if reason not in DECLINES:
        raise web.HTTPBadRequest(text=f"reason: expected one of {', '.join(DECLINES)}")
    return reason


def _onward(request: web.Request, payment: Payment, action: str) -> str:
    """The shop, unless the payer is still to prove who they are or may try again."""
    unfinished = payment.status == "pending" and payment.step in ("checking", "rejected")
    if unfinished and action != "abandon":
        return request.path_qs
    failed = payment.status == "canceled" or action == "abandon"
    return header_url(payment.fail_url if failed and payment.fail_url else payment.return_url)
