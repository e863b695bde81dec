"""Load on an HTTP address from several processes, each with one keep-alive connection."""

import http.client
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from statistics import quantiles
from urllib.parse import urlsplit

Request = tuple[str, str, bytes | None, dict[str, str]]


@dataclass(frozen=True)
class Load:
    """What the clients saw: latencies in milliseconds, and requests per second over all of them."""

    p50_ms: float
    p99_ms: float
    per_second: float
    failures: int


def measure(base_url: str, make: Callable[[int], Callable[[], Request]], clients: int, seconds: float) -> Load:
    """Each client sends the requests that `make(client)` gives it, one after the other, for `seconds`."""
    context = get_context("fork")  # The makers are closures, which only a fork carries over.
    results = context.Queue()
    makers = [make(number) for number in range(clients)]
    processes = [context.Process(target=_client, args=(base_url, maker, seconds, results)) for maker in makers]
    for process in processes:
        process.start()
    runs = [results.get(timeout=seconds + 60) for _ in processes]
    for process in processes:
        process.join()
    return _summary(runs, seconds)


def _client(base_url: str, following: Callable[[], Request], seconds: float, results: "Queue[list[float]]") -> None:
    """Report the latencies of one client in seconds; a failed request counts as negative."""
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    latencies = []
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        method, path, body, headers = following()
        begin = time.perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.read()
        took = time.perf_counter() - begin
        latencies.append(took if response.status < 300 else -took)
    connection.close()
    results.put(latencies)


def _summary(runs: Sequence[Sequence[float]], seconds: float) -> Load:
    good = [took * 1000 for run in runs for took in run if took > 0]
    failures = sum(took < 0 for run in runs for took in run)
    if len(good) < 100:
        raise RuntimeError(f"only {len(good)} requests succeeded, {failures} failed")
    cuts = quantiles(good, n=100)
    return Load(cuts[49], cuts[98], len(good) / seconds, failures)


def json_body(document: object) -> bytes:
    """A request body."""
    return json.dumps(document).encode()
