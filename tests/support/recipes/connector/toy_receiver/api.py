"""Takes lines at `/toy/lines`, and shows them."""

from collections.abc import Mapping

from aiohttp import web

from infra.sandbox.receivers.registry import Option, World
from infra.sandbox.requests.bodies import read_json

OPTIONS: list[Option] = [Option("toy-token", "toy")]


class Lines:
    def __init__(self, world: World, token: str) -> None:
        self._faults = world.faults
        self._token = token
        self._lines: list[object] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/toy/lines", self.take), web.get("/toy/lines", self.show)]

    async def take(self, request: web.Request) -> web.Response:
        if await self._faults.is_down():
            return web.json_response({}, status=500)
        if request.headers.get("Authorization") != self._token:
            return web.json_response({}, status=401)
        self._lines.append(await read_json(request))
        return web.json_response({}, status=201)

    async def show(self, _: web.Request) -> web.Response:
        return web.json_response({"data": self._lines})


def receiver(world: World, values: Mapping[str, str]) -> Lines:
    return Lines(world, values["toy_token"])
