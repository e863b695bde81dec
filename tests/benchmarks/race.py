"""Sixteen clients who all want the same hour: who gets it, and how soon everybody knows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles
from threading import Barrier, Thread

from tests.benchmarks.load import Connection
from tests.benchmarks.requests import slot

RACERS = 16


@dataclass(frozen=True)
class Race:
    """Latencies in milliseconds over all racers; winners of each round, of which there must be one."""

    p50_ms: float
    p99_ms: float
    winners: list[int]


def run(base_url: str, token: str, hall: str, rounds: int, progress: Callable[[], None], first: int = 0) -> Race:
    """Race for another hour of the hall in each round; `first` is the number of the first."""
    latencies: list[float] = []
    winners = []
    connections = [Connection(base_url) for _ in range(RACERS)]
    for number in range(first, first + rounds):
        winners.append(_round(connections, token, hall, number, latencies))
        progress()
    for connection in connections:
        connection.close()
    cuts = quantiles([took * 1000 for took in latencies], n=100)
    return Race(cuts[49], cuts[98], winners)


def _round(connections: list[Connection], token: str, hall: str, number: int, latencies: list[float]) -> int:
    statuses: list[int] = []
    start = Barrier(RACERS)

    def race(connection: Connection) -> None:
        composed = connection.compose(slot(hall, number), token)
        start.wait()
        begin = time.perf_counter()
        statuses.append(connection.send(composed))
        latencies.append(time.perf_counter() - begin)

    threads = [Thread(target=race, args=(connection,)) for connection in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses.count(201)
