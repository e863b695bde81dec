"""A mail server (RFC 5321) on a port of its own, with STARTTLS (RFC 3207), AUTH PLAIN (RFC 4954), SIZE and DSN."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from infra.sandbox.carriers.smtp.certificate import certificate
from infra.sandbox.carriers.smtp.session import HangUp, Session
from infra.sandbox.carriers.world import World

log = logging.getLogger("sandbox")
CERTIFICATE = "smtp.pem"
LONGEST = 1024 * 1024
IDLE_SECONDS = 60


class SmtpServer:
    """Listens if it has a port. Its certificate is made anew and lies in the state directory, for clients to trust."""

    def __init__(self, world: World, host: str, port: int, state: Path) -> None:
        self._world = world
        self._host, self._port = host, port
        self._state = state

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        if not self._port:
            yield
            return
        self._context = _context(self._state / CERTIFICATE)
        async with await asyncio.start_server(self._serve, self._host, self._port, limit=LONGEST):
            yield

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self._world)
        try:
            await _say(writer, session.greeting())
            while not session.over:
                line = await asyncio.wait_for(reader.readuntil(b"\n"), IDLE_SECONDS)
                await _say(writer, session.hear(line))
                if session.begins_tls:
                    await writer.start_tls(self._context)
                    session.encrypted()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, OSError):
            log.info("a mail client went away")
        except HangUp:
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _say(writer: asyncio.StreamWriter, lines: list[str]) -> None:
    writer.write("".join(f"{line}\r\n" for line in lines).encode())
    await writer.drain()


def _context(path: Path) -> ssl.SSLContext:
    key, trusted = certificate()
    with_key = path.with_suffix(".key.pem")
    with_key.touch(mode=0o600)
    with_key.write_bytes(key + trusted)
    path.write_bytes(trusted)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(with_key)
    return context
