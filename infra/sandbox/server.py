"""Serving the sandbox, with the work that goes on beside requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from infra.sandbox.operator_api import plain_errors
from infra.sandbox.payments.service import Payments
from infra.sandbox.requests.guard import own_only
from infra.sandbox.retention import Retention
from infra.sandbox.sandbox import Sandbox

STATIC = Path(__file__).parent / "static"
SWEEP_SECONDS = 0.25
PURGE_SECONDS = 1
SHUTDOWN_SECONDS = 1
# SES takes mail of up to 40 MB.
MAX_BODY = 40 * 1024 * 1024


def application(sandbox: Sandbox) -> web.Application:
    guard = own_only(sandbox.settings.port, sandbox.settings.public_url)
    app = web.Application(middlewares=[guard, plain_errors], client_max_size=MAX_BODY)
    for gateway in sandbox.gateways:
        app.add_subapp(gateway.prefix, gateway.app())
    for part in sandbox.parts:
        app.add_routes(part.routes())
    app.router.add_static("/static", STATIC)
    return app


@asynccontextmanager
async def serve(sandbox: Sandbox) -> AsyncIterator["list[asyncio.Task[None]]"]:
    """Listen; the tasks given never end by themselves unless something is broken."""
    # A client that hangs up ends its request: what is committed is committed, and nobody waits for the rest.
    runner = web.AppRunner(
        application(sandbox), access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN_SECONDS
    )
    await runner.setup()
    work = (sandbox.sender.run(), _sweep(sandbox.payments), _purge(Retention(sandbox.database)))
    background = [asyncio.create_task(each) for each in work]
    try:
        await web.TCPSite(runner, sandbox.settings.host, sandbox.settings.port).start()
        async with sandbox.mail_server.listening():
            yield background
    finally:
        await runner.cleanup()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


async def _sweep(payments: Payments) -> None:
    """Let links expire and refunds be decided even without requests."""
    while True:
        payments.sweep()
        await asyncio.sleep(SWEEP_SECONDS)


async def _purge(retention: Retention) -> None:
    """Keep the state file from growing for ever."""
    while True:
        retention.purge()
        await asyncio.sleep(PURGE_SECONDS)
