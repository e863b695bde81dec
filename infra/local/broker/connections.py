"""Connections of programs that ask for messages, or publish: read here, because Hypercorn takes a millisecond for what
they ask dozens of times a booking. Whatever else comes on a connection is Hypercorn's, with all that follows."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar
from uuid import uuid4

from hypercorn.asyncio import run as hypercorn_run
from hypercorn.asyncio.tcp_server import TCPServer
from ministack.services import eventbridge, sqs  # type: ignore[import-untyped]

from infra.local.broker import queues
from infra.local.broker.backlog import Backlog
from infra.local.machine.guard import Guard
from infra.local.machine.region import REGION

QUEUES, RECEIVE, PUBLISH = "AmazonSQS.", "AmazonSQS.ReceiveMessage", "AWSEvents.PutEvents"
REMEMBERED = 1000
"""Events that ministack keeps in memory to show them; it never forgets any by itself."""
Headers = dict[str, str]
Answer = tuple[int, dict[str, str], bytes]


class Connection(TCPServer):
    """Requests one after another, until one is not for this class."""

    guard: ClassVar[Guard]
    _open: ClassVar[set["Connection"]] = set()
    _closing: ClassVar["asyncio.Task[None] | None"] = None

    async def run(self) -> None:
        """Serve the connection to its end."""
        cls = type(self)
        if cls._closing is None:
            cls._closing = asyncio.create_task(self._close_all())
        cls._open.add(self)
        try:
            rest = await self._serve()
        except (ConnectionError, asyncio.CancelledError):
            rest = None
        finally:
            cls._open.discard(self)
        if rest is None:
            await self._close()
        else:
            self.reader = _Reread(self.reader, rest)  # type: ignore[assignment]
            await super().run()

    async def _close_all(self) -> None:
        """At the end whoever waits is hung up on; Hypercorn would wait three seconds for polls that don't see that."""
        await self.context.terminated.wait()
        for connection in list(self._open):
            connection.writer.close()
        Backlog.wake_all()

    async def _serve(self) -> bytes | None:
        """What was read and is not ours, nothing at the connection's end."""
        while True:
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError as error:
                return error.partial or None
            except asyncio.LimitOverrunError:
                return b""
            answer = _whose(head, self.guard)
            if answer is None:
                return head
            respond, length, headers = answer
            body = await self.reader.readexactly(length)
            status, told, document = await respond(headers, body, self._gone)
            self.writer.write(_written(status, told, document))
            await self.writer.drain()

    def _gone(self) -> bool:
        return self.reader.at_eof() or self.writer.is_closing()


Respond = Callable[[Headers, bytes, Callable[[], bool]], Awaitable[Answer]]


def _whose(head: bytes, guard: Guard) -> tuple[Respond, int, Headers] | None:
    """Who answers, and how long the body is: nobody here, if it is not a plain call by one of ours."""
    line, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines if each)}
    target = headers.get("x-amz-target", "")
    respond = _published if target == PUBLISH else _asked if target.startswith(QUEUES) else None
    plain = line.startswith("POST ") and not headers.keys() & {"transfer-encoding", "expect", "content-encoding"}
    ours = f"/{REGION}/" in headers.get("authorization", f"/{REGION}/")
    if respond is None or not plain or not ours or not guard.admits(headers.get):
        return None
    return respond, int(headers.get("content-length", "0")), headers


async def _asked(headers: Headers, body: bytes, gone: Callable[[], bool]) -> Answer:
    data = json.loads(body or b"{}")
    target = headers["x-amz-target"]
    if target != RECEIVE:
        answer: Answer = await sqs._handle_json(target.removeprefix(QUEUES), data, "/")
        return answer
    try:
        return (
            200,
            {"Content-Type": "application/x-amz-json-1.0"},
            json.dumps(await queues.receive(data, data.get("QueueUrl", ""), gone)).encode(),
        )
    except sqs._Err as error:
        refusal: Answer = sqs._json_err_resp(error.code, error.message, error.status)
        return refusal


async def _published(_headers: Headers, body: bytes, _gone: Callable[[], bool]) -> Answer:
    answer: Answer = eventbridge._put_events(json.loads(body))
    events = eventbridge._events_log_list()
    if len(events) > 2 * REMEMBERED:
        del events[:-REMEMBERED]
    return answer


def _written(status: int, headers: dict[str, Any], body: bytes) -> bytes:
    told = {**headers, "x-amzn-requestid": str(uuid4()), "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} \r\n{lines}\r\n".encode() + body


class _Reread:
    """A connection of which something was read already."""

    def __init__(self, reader: asyncio.StreamReader, read: bytes) -> None:
        self._reader = reader
        self._read = read

    async def read(self, most: int) -> bytes:
        if self._read:
            data, self._read = self._read, b""
            return data
        return await self._reader.read(most)

    def at_eof(self) -> bool:
        return not self._read and self._reader.at_eof()


def install(guard: Guard) -> None:
    """Have each connection of this process's server begin here."""
    queues.install()
    Connection.guard = guard
    hypercorn_run.TCPServer = Connection  # type: ignore[attr-defined]
