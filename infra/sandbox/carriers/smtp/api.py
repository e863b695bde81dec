"""What there is of the mail server on the sandbox's own port: nothing but options."""

from collections.abc import Mapping

from aiohttp import web

from infra.sandbox.carriers.world import World
from infra.sandbox.receivers.registry import Option

OPTIONS: list[Option] = []


class Nothing:
    """Mail servers speak no HTTP: see `server.py`."""

    def routes(self) -> list[web.RouteDef]:
        return []


def carrier(_world: World, _values: Mapping[str, str]) -> Nothing:
    return Nothing()
