"""`python -m infra.sandbox`: serve until SIGTERM or Ctrl-C."""

import asyncio
import logging
import signal
import sqlite3
import sys

from infra.sandbox.clock import system_time
from infra.sandbox.database import StateError
from infra.sandbox.sandbox import Sandbox
from infra.sandbox.server import serve
from infra.sandbox.settings import Settings, parse

log = logging.getLogger("sandbox")


async def run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sandbox = Sandbox(settings)
    try:
        async with serve(sandbox) as background:
            log.info("ready on %s, webhooks go to %s", settings.public_url, settings.webhook_url)
            stopping = asyncio.create_task(stop.wait())
            done, _ = await asyncio.wait([stopping, *background], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            for task in done - {stopping}:
                task.result()
    finally:
        sandbox.close()
    log.info("stopped")


def main() -> None:
    settings = parse()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)-7s %(message)s", stream=sys.stderr)
    logging.getLogger("asyncio").setLevel(logging.INFO)
    if settings.clock:
        system_time.follow(settings.clock)
    try:
        asyncio.run(run(settings))
    except (OSError, sqlite3.Error, StateError) as error:
        sys.exit(f"The sandbox cannot run on {settings.host}:{settings.port} with {settings.state}: {error}")


if __name__ == "__main__":
    main()
