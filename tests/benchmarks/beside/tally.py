"""What a system asks of AWS: the actions of SQS and EventBridge by way of a relay, and invocations of functions."""

import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from infra.local.machine.child import Child
from infra.local.machine.ports import HOST, free_ports
from infra.local.run.broker import GUARDED
from tests.benchmarks.beside.meter import Looking

TARGET = re.compile(rb"\r\nx-amz-target: *([\w.]+)\r\n", re.IGNORECASE)
LONGEST = 100
"""Bytes of a header that may lie across two reads."""
LOOK_SECONDS, TIMEOUT_SECONDS = 0.5, 10


class Relay:
    """Passes on what comes to its port, and counts the actions that requests name."""

    def __init__(self, port: int, target: int) -> None:
        self.actions: Counter[str] = Counter()
        self._port = port
        self._target = target

    async def run(self, ended: asyncio.Event) -> None:
        """Until it is to end."""
        server = await asyncio.start_server(self._pass_on, HOST, self._port)
        await ended.wait()
        server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, questions = await asyncio.open_connection(HOST, self._target)
        except OSError:
            # The broker is not there yet: whoever asks hears the same of its own port.
            writer.close()
            return
        await asyncio.gather(self._questions(reader, questions), _copy(answers, writer))

    async def _questions(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        rest = b""
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
                found = list(TARGET.finditer(rest + data))
                self.actions.update(match[1].decode() for match in found)
                rest = (rest + data)[found[-1].end() if found else 0 :][-LONGEST:]
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def relayed_broker(state: Path) -> Iterator[tuple[str, Relay]]:
    """An endpoint for a system to use instead of its own, and what counts. Both builds get this one's broker."""
    ports = free_ports()
    port, target = ports.broker, ports.gateway
    relay, ended = Relay(port, target), asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(relay.run(ended)))
    thread.start()
    (state / "logs").mkdir(parents=True)
    address = {"GATEWAY_PORT": str(target), "BIND_HOST": HOST, "MINISTACK_HOST": HOST}
    endpoint = f"http://{HOST}:{port}"
    program, health = ["-m", GUARDED, str(port), "ministack"], f"{endpoint}/_localstack/health"
    broker = Child("broker", program, address | {"LOG_LEVEL": "WARNING"}, state / "logs", health)
    try:
        broker.launch()
        asyncio.run(broker.wait_ready())
        yield endpoint, relay
    finally:
        broker.stop()
        loop.call_soon_threadsafe(ended.set)
        thread.join()


class Invocations(Looking):
    """Counts them by asking now and again how many each process has served: those end some seconds after the last."""

    def __init__(self, lambdas: str) -> None:
        """`lambdas` is the address of the Invoke API."""
        super().__init__(LOOK_SECONDS)
        self._url = f"{lambdas}/_runtime/functions"
        self._served: dict[int, int] = {}

    def look(self) -> None:
        self.count()

    def count(self) -> int:
        """So many, until now."""
        with urlopen(self._url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - an address of this machine
            functions: list[dict[str, Any]] = json.load(answer)
        self._served |= {each["pid"]: each["served"] for function in functions for each in function["environments"]}
        return sum(self._served.values())
