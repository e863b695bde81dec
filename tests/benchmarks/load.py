"""Load on an HTTP address from several processes, each with one keep-alive connection.

The clients share the machine with what they measure, so they do as little as a client can: requests are composed
ahead of time, and of an answer only its status and length are read.
"""

import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from statistics import quantiles
from urllib.parse import urlsplit

from tests.benchmarks.requests import Asked, Following, Make

TIMEOUT_SECONDS = 30
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """What the clients saw: latencies in milliseconds, and requests per second over all of them."""

    p50_ms: float
    p99_ms: float
    per_second: float
    failures: int


class Connection:
    """One keep-alive connection that sends whole requests and reads whole answers."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        self._host = address.netloc.encode()
        self._socket = socket.create_connection((address.hostname, address.port), TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def compose(self, asked: Asked, token: str) -> bytes:
        """The request as it travels."""
        body = json.dumps(asked.body).encode() if asked.body else b""
        headers = {**asked.headers, "Authorization": f"Bearer {token}", "Content-Length": str(len(body))}
        lines = [f"{asked.method} {asked.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\nHost: " + self._host + HEAD_END + body

    def send(self, composed: bytes) -> int:
        """The status of the answer."""
        self._socket.sendall(composed)
        data = b""
        while HEAD_END not in data:
            data += self._receive()
        head, _, rest = data.partition(HEAD_END)
        missing = _content_length(head) - len(rest)
        while missing > 0:
            missing -= len(self._receive())
        return int(head[9:12])

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _receive(self) -> bytes:
        if data := self._socket.recv(65536):
            return data
        raise ConnectionError("the server hung up")


def measure(base_url: str, tokens: Sequence[str], make: Make, clients: int, seconds: float) -> Load:
    """Each client sends the requests that `make(client)` gives it, one after the other, for `seconds`; they take turns
    with the tokens."""
    context = get_context("fork")  # The makers are closures, which only a fork carries over.
    results = context.Queue()
    makers = [make(number) for number in range(clients)]
    processes = [
        context.Process(target=_client, args=(base_url, tokens[number % len(tokens)], each, seconds, results))
        for number, each in enumerate(makers)
    ]
    for process in processes:
        process.start()
    runs = [results.get(timeout=seconds + 60) for _ in processes]
    for process in processes:
        process.join()
    return summary(runs, seconds)


def summary(runs: Sequence[Sequence[float]], seconds: float) -> Load:
    """Of latencies in seconds, those of failed requests negative."""
    good = [took * 1000 for run in runs for took in run if took > 0]
    failures = sum(took < 0 for run in runs for took in run)
    if len(good) < 2:
        raise RuntimeError(f"only {len(good)} requests succeeded, {failures} failed")
    cuts = quantiles(good, n=100)
    return Load(cuts[49], cuts[98], len(good) / seconds, failures)


def _client(base_url: str, token: str, following: Following, seconds: float, results: "Queue[list[float]]") -> None:
    connection = Connection(base_url)
    latencies = []
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        composed = connection.compose(following(), token)
        begin = time.perf_counter()
        status = connection.send(composed)
        took = time.perf_counter() - begin
        latencies.append(took if status < 300 else -took)
    connection.close()
    results.put(latencies)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
