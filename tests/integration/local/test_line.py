"""A connection that is kept: what is asked over it, and what becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress

import pytest

from infra.local.sources.line import Answer, Line
from tests.support.waiting import PATIENCE_SECONDS

PLAIN = b"HTTP/1.1 200 OK\r\nX-Word: yes\r\nContent-Length: 2\r\n\r\nhi"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
SCENE = Callable[[Line, list[bytes]], Awaitable[None]]


def with_server(answers: Sequence[bytes | None], scene: SCENE) -> list[bytes]:
    """A server that gives these answers one after another, hanging up at a None; what it was asked."""
    asked, left = list[bytes](), list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError), closing(writer):
            while left:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split()[0])
                asked.append(head + await reader.readexactly(length))
                if (answer := left.pop(0)) is None:
                    break
                writer.write(answer)

    async def play() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        line = Line(f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS)
        await scene(line, asked)
        line.close()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0)

    asyncio.run(play())
    return asked


def test_two_questions_go_over_one_connection() -> None:
    async def scene(line: Line, _asked: list[bytes]) -> None:
        assert await line.post("/a", {"X-Kind": "b"}, b"body") == Answer(
            200, {"x-word": "yes", "content-length": "2"}, b"hi"
        )
        assert (await line.post("/", {}, b"")).body == b"hello"

    first, _ = with_server([PLAIN, CHUNKED], scene)

    assert first.startswith(b"POST /a HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nX-Kind: b\r\n" in first
    assert first.endswith(b"\r\n\r\nbody")


def test_one_that_was_closed_meanwhile_is_opened_again() -> None:
    async def scene(line: Line, _asked: list[bytes]) -> None:
        await line.post("/", {}, b"1")
        assert (await line.post("/", {}, b"2")).body == b"hi"

    assert [each[-1:] for each in with_server([PLAIN, None, PLAIN], scene)] == [b"1", b"2", b"2"]


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"])
def test_no_answer_or_one_that_makes_no_sense_is_an_error(answer: bytes | None) -> None:
    async def scene(line: Line, _asked: list[bytes]) -> None:
        with pytest.raises(ConnectionError):
            await line.post("/", {}, b"")

    with_server([answer], scene)
