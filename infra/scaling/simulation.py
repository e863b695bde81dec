"""Bookings arrive by chance, wait where all servers are busy, and take their turn: a network of queues."""

import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from statistics import fmean, quantiles
from typing import Any

import simpy

from infra.scaling.parts import Part

Steps = Generator[simpy.Event, Any, None]


@dataclass
class Watched:
    """A part while the clock runs: how long each of its visitors waited, in s, and how many wait at the end."""

    part: Part
    resource: simpy.Resource
    waits: list[float] = field(default_factory=list)
    left: int = 0

    @property
    def mean(self) -> float:
        return fmean(self.waits) if self.waits else 0.0

    @property
    def p95(self) -> float:
        return quantiles(self.waits, n=20)[-1] if len(self.waits) > 1 else self.mean


def simulate(
    parts: Sequence[Part], rate: float, seconds: float, seed: int, progress: Callable[[], object] = lambda: None
) -> list[Watched]:
    """`rate` bookings a second for so long. What a client waits for comes in order, the rest all at once after it."""
    chance = random.Random(seed)  # noqa: S311
    world = simpy.Environment()
    watched = [Watched(part, simpy.Resource(world, part.servers)) for part in parts]
    world.process(_arrivals(world, watched, rate, seconds, chance))
    for second in range(1, int(seconds) + 1):
        world.run(until=second)
        progress()
    for each in watched:
        each.left = len(each.resource.queue)
    return watched


def _arrivals(
    world: simpy.Environment, watched: Sequence[Watched], rate: float, seconds: float, chance: random.Random
) -> Steps:
    while world.now < seconds:
        yield world.timeout(chance.expovariate(rate))
        world.process(_booking(world, watched, chance))


def _booking(world: simpy.Environment, watched: Sequence[Watched], chance: random.Random) -> Steps:
    for each in watched:
        if each.part.awaited:
            yield from _visits(world, each, chance)
    for each in watched:
        if not each.part.awaited:
            world.process(_visits(world, each, chance))


def _visits(world: simpy.Environment, each: Watched, chance: random.Random) -> Steps:
    whole, rest = divmod(each.part.visits, 1)
    for _ in range(int(whole) + (chance.random() < rest)):
        came = world.now
        with each.resource.request() as turn:
            yield turn
            each.waits.append(world.now - came)
            yield world.timeout(chance.expovariate(1 / each.part.seconds))
