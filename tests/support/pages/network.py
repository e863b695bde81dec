"""The network between a page and the server: slow, away, or losing an answer that the server has sent."""

from dataclasses import dataclass, field

from playwright.sync_api import Page, Route

# What browsers' own tools call 3G: 400 kilobits a second, and nearly half a second to and fro.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
AWAY = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}


class Network:
    """What the browser sees of the network, for one page."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def slow(self) -> None:
        self._session.send("Network.emulateNetworkConditions", SLOW)

    def away(self) -> None:
        self._session.send("Network.emulateNetworkConditions", AWAY)


@dataclass
class LostAnswers:
    """The first `lost` requests arrive and are carried out, but their answers do not come; `hang` leaves the page
    waiting for them. `keys` are those of all requests."""

    lost: int = 1
    hang: bool = False
    keys: list[str] = field(default_factory=list)
    arrived: int = 0
    """How many whose answers were lost have been carried out."""

    def __call__(self, route: Route) -> None:
        self.keys.append(route.request.headers["idempotency-key"])
        if len(self.keys) > self.lost:
            route.continue_()
            return
        route.fetch()
        self.arrived += 1
        if not self.hang:
            route.abort("connectionreset")
