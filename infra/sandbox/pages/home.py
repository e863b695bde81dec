"""The operator's pages: what there is, what can go wrong on demand, and all payments."""

from collections.abc import Collection

from aiohttp import web

from infra.sandbox.clock import Clock
from infra.sandbox.knobs import KNOBS, KnobError, Knobs, parse_knobs
from infra.sandbox.pages.render import Renderer
from infra.sandbox.payments.model import Payment
from infra.sandbox.payments.repository import Filter
from infra.sandbox.payments.service import Payments
from infra.sandbox.requests.bodies import read_form
from infra.sandbox.settings import Settings
from infra.sandbox.webhooks.queue import WebhookQueue

LISTED = 100


class HomePages:
    """`/` and `/payments`."""

    def __init__(
        self,
        renderer: Renderer,
        payments: Payments,
        knobs: Knobs,
        clock: Clock,
        queue: WebhookQueue,
        settings: Settings,
        gateways: Collection[str],
    ) -> None:
        self._renderer = renderer
        self._payments = payments
        self._knobs = knobs
        self._clock = clock
        self._queue = queue
        self._settings = settings
        self._gateways = gateways

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.home),
            web.get("/payments", self.payments),
            web.post("/knobs", self.turn_knobs),
            web.post("/clock", self.move_clock),
        ]

    async def home(self, request: web.Request) -> web.Response:
        return self._renderer.page(
            request,
            "home",
            settings=self._settings,
            gateways=self._gateways,
            knobs={name: (KNOBS[name], value) for name, value in self._knobs.all().items()},
            now=self._clock.now(),
            offset_minutes=round(self._clock.offset_seconds / 60),
        )

    async def payments(self, request: web.Request) -> web.Response:
        self._payments.sweep()
        page = self._payments.payments.page(Filter(limit=LISTED))
        payments = [Payment.model_validate_json(document) for document in page.documents]
        rows = [(p, self._queue.of([p.id]), self._payments.refunds.of(p.id)) for p in payments]
        return self._renderer.page(request, "payments", rows=rows)

    async def turn_knobs(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        turned = {name: _whole(name, value) for name, value in form.items() if name in KNOBS}
        self._knobs.replace(parse_knobs(turned))
        return _back(request)

    async def move_clock(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        try:
            self._clock.set_offset(_whole("minutes", form.get("minutes", "")) * 60)
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        self._payments.sweep()
        return _back(request)


def _whole(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise KnobError(f"{name}: expected a whole number") from None


def _back(request: web.Request) -> web.Response:
    lang = request.query.get("lang")
    return web.Response(status=303, headers={"Location": f"/?lang={lang}" if lang in ("ru", "en") else "/"})
