"""A long poll ends with whoever waits for it, and takes nothing along."""

import asyncio
from collections.abc import Sequence
from typing import Any

from infra.local.broker.awaited import App, while_awaited

BODY: list[dict[str, Any]] = [
    {"type": "http.request", "body": b"1", "more_body": True},
    {"type": "http.request", "body": b"2"},
]
DISCONNECTED = {"type": "http.disconnect"}


class Client:
    """Sends a body, and hangs up when told to."""

    def __init__(self, messages: Sequence[dict[str, Any]] = BODY) -> None:
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for message in messages:
            self.queue.put_nowait(message)
        self.got: list[Any] = []

    def hang_up(self) -> None:
        self.queue.put_nowait(DISCONNECTED)

    async def ask(self, app: App) -> None:
        async def send(message: Any) -> None:
            self.got.append(message)

        await while_awaited(app)({"type": "http"}, self.queue.get, send)


def test_the_application_gets_the_whole_body_and_its_answer_arrives() -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await send([await receive(), await receive()])

    client = Client()
    asyncio.run(client.ask(app))

    assert client.got == [BODY]


def test_who_hangs_up_takes_no_message_from_the_queue() -> None:
    taken, ended = [], []

    async def scene() -> None:
        waiting, message = asyncio.Event(), asyncio.Event()

        async def app(*_: Any) -> None:
            waiting.set()
            try:
                await message.wait()
                taken.append("the message")
            finally:
                ended.append("the poll")

        client = Client()
        asked = asyncio.create_task(client.ask(app))
        await waiting.wait()
        client.hang_up()
        await asked
        message.set()
        await asyncio.sleep(0)

    asyncio.run(scene())
    assert (taken, ended) == ([], ["the poll"])


def test_its_errors_are_those_of_the_application() -> None:
    async def app(*_: Any) -> None:
        raise LookupError("no such queue")

    try:
        asyncio.run(Client().ask(app))
    except LookupError as error:
        assert str(error) == "no such queue"
    else:
        raise AssertionError("it was swallowed")
