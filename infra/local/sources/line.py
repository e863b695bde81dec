"""A keep-alive connection to another program's HTTP port, with as little around it as that takes: what feeds two dozen
queues makes three requests for each batch."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
MOST = 8 * 1024 * 1024
"""Bytes of a head or of a part; an answer of a function has 6 MB at most."""


@dataclass(frozen=True)
class Answer:
    """`headers` have their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Line:
    """One caller at a time; `timeout` (s) is for a whole exchange, whatever the other side does meanwhile."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer; `OSError` if there is none. A connection that was closed meanwhile is opened again."""
        told = {"Host": self._url.netloc, **headers, "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        request = f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
        kept = self._streams is not None
        try:
            async with asyncio.timeout(self._timeout):
                try:
                    return await self._exchange(request)
                except _HungUpError:
                    if not kept:
                        raise
                    return await self._exchange(request)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up; the next request connects again."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, request: bytes) -> Answer:
        reader, writer = await self._connected()
        try:
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(HEAD_END)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            self.close()
            raise _HungUpError(str(error)) from error
        try:
            return await _read(reader, head)
        except (ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ConnectionError(str(error)) from error

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            secure = self._url.scheme == "https"
            port = self._url.port or (443 if secure else 80)
            self._streams = await asyncio.open_connection(self._url.hostname, port, limit=MOST, ssl=secure or None)
        return self._streams


class _HungUpError(ConnectionError):
    """Nothing of an answer came: the other side may have closed the connection before it saw the request."""


async def _read(reader: asyncio.StreamReader, head: bytes) -> Answer:
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = b""
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(first.split(" ")[1]), headers, body)
