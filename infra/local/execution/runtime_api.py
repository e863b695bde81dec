"""The HTTP side of one execution environment's Runtime API.

A protocol rather than a web framework: this is on every request's path, and its only client is the runtime.
"""

import asyncio
import select
from typing import Protocol

from infra.local.execution.invocation import MAX_PAYLOAD
from infra.local.machine.ports import HOST

PREFIX = "/2018-06-01/runtime/"
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n" + b'{"status":"OK"}'
REFUSALS = {
    403: b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    404: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    413: b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}


# What the kernel says of a connection whose other end is closed; BSD's says it by the second alone.
HUNG_UP = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR


class Runtime(Protocol):
    """What the environment behind the API does."""

    def next_requested(self, connection: "RuntimeConnection") -> None: ...
    def answered(self, request_id: str, body: bytes) -> None: ...
    def raised(self, request_id: str, body: bytes) -> None: ...
    def init_failed(self, body: bytes) -> None: ...
    def answer_too_large(self, size: int) -> None: ...


class RuntimeConnection(asyncio.Protocol):
    """Parses requests with a Content-Length body; uvloop and asyncio set TCP_NODELAY themselves."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take_request():
            pass

    def hung_up(self) -> bool:
        """Whether the runtime's process is gone, asked of the kernel: the event loop may hear of it later."""
        if self._transport is None:
            return True
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket"), HUNG_UP)
        return bool(poll.poll(0))

    def send(self, response: bytes) -> None:
        """Write one whole response; a runtime that is gone is noticed by its process's end."""
        if self._transport:
            self._transport.write(response)

    def _take_request(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        line, *lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        if not _of_a_program(lines):
            self._refuse(403)
            return False
        length = _content_length(lines)
        if length > MAX_PAYLOAD:
            self._runtime.answer_too_large(length)
            self._refuse(413)
            return False
        if len(self._buffer) < end + 4 + length:
            return False
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        self._dispatch(line.split(" ")[1].removeprefix(PREFIX), body)
        return True

    def _dispatch(self, path: str, body: bytes) -> None:
        match path.split("/"):
            case ["invocation", "next"]:
                self._runtime.next_requested(self)
            case ["invocation", request_id, "response"]:
                self._runtime.answered(request_id, body)
                self.send(ACCEPTED)
            case ["invocation", request_id, "error"]:
                self._runtime.raised(request_id, body)
                self.send(ACCEPTED)
            case ["init", "error"]:
                self._runtime.init_failed(body)
                self.send(ACCEPTED)
            case _:
                self._refuse(404)

    def _refuse(self, status: int) -> None:
        self.send(REFUSALS[status])
        self._buffer.clear()
        if self._transport and status != 404:
            self._transport.close()


def _of_a_program(lines: list[str]) -> bool:
    """Whether no browser sent it: those tell where from, or name the page's host instead of this machine."""
    names = {line.partition(":")[0].lower() for line in lines}
    hosts = [line for line in lines if line.lower().startswith("host:")]
    return not names & {"origin", "sec-fetch-site"} and all(f" {HOST}:" in host for host in hosts)


def _content_length(lines: list[str]) -> int:
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0
