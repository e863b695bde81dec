"""A system that has started asks itself how it is; whatever comes of that, it has started."""

import asyncio
import socket

from aiohttp import web

from infra.local.run.health import unhealthy
from tests.support.database import free_port


async def asked(status: int) -> str:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text="payment is down")

    application = web.Application()
    application.add_routes([web.get("/health", answer)])
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return await unhealthy(f"http://127.0.0.1:{runner.addresses[0][1]}/health")
    finally:
        await runner.cleanup()


def test_only_what_is_not_well_is_told() -> None:
    assert asyncio.run(asked(200)) == ""
    assert asyncio.run(asked(503)) == "503 payment is down"


def test_no_answer_is_told_and_nothing_worse() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told = asyncio.run(unhealthy(f"http://127.0.0.1:{silent.getsockname()[1]}/health", seconds=0.1))
    assert told == "no answer within 0.1 s"

    assert asyncio.run(unhealthy(f"http://127.0.0.1:{free_port()}/health")).startswith("no answer: Cannot connect")
