"""Who makes things go wrong: the gateways by their knobs, and a killer of the payment service's processes."""

import os
import signal
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any

import urllib3

from infra.local.client import TIMEOUT, Client
from tests.support.chance import wanted
from tests.support.stories.background import Background
from tests.support.stories.money.journal import Journal
from tests.support.system.whole import System

VICTIMS = (
    "PaymentApi",
    "PaymentWebhooks",
    "PaymentNotifications",
    "PaymentRefundBookings",
    "PaymentPollAttempts",
    "PaymentPollRefunds",
    "PaymentRelayOutbox",
)
# Weights against each other; the rest of a hundred is no fault at all.
PAYMENT_FAULTS = {
    "duplicate_webhook": 8, "lost_webhook": 10, "reordered_webhook": 8, "forged_webhook": 7, "webhook_delay_ms": 7,
    "three_ds": 8, "wrong_amount": 6, "refund_delay_ms": 6, "refund_canceled": 9, "pay_after_expiry": 5,
    "error_after_commit": 9, "timeout_after_commit": 1, "receipt_canceled": 3,
}  # fmt: skip
WEATHER = {
    "error_after_commit": 8, "early_webhook": 8, "latency_ms": 6, "duplicate_webhook": 6, "lost_webhook": 5,
    "reordered_webhook": 5, "forged_webhook": 5, "timeout_after_commit": 1,
}  # fmt: skip
CALM = 30
KILL = "kill a function"
# How often each is dealt out before chance alone decides: a short run has all of them, too.
DEALT = 2
LONGEST_MS = {"webhook_delay_ms": 2500, "refund_delay_ms": 3000, "latency_ms": 250}
MOST_TIMES = {"timeout_after_commit": 1, "wrong_amount": 1, "refund_canceled": 1, "three_ds": 1, "pay_after_expiry": 1}
# Longer than any link of the gateways lives.
LINK_LIFE_SECONDS = 3700
# Stories of a fast machine are over in seven seconds, and each weather is to come in them.
WEATHER_SECONDS = 0.4
LINKS_RUN_OUT = "links run out"
# In how many changes of the weather all unpaid links run out at once.
LINKS_RUN_OUT_EVERY = 12
KILL_SECONDS = (0.7, 1.8)
# A slow machine is not to spend its time on rising from the dead.
FIRST_DEATHS, STORIES_PER_DEATH = 5, 2
# So long the killer waits for somebody to be at work.
THREADS = 16
LOOKS = 40
LOOK_SECONDS = 0.02


def busy_pool() -> urllib3.PoolManager:
    """Connections that many threads share."""
    return urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=THREADS)


def deal(random: Random, faults: Iterable[str]) -> list[str]:
    """Each of the faults that this run may inject, so many times, in an order of chance."""
    named = wanted(faults)
    return [name for _ in range(DEALT) for name in random.sample(named, len(named))]


def draw(random: Random, faults: dict[str, int], dealt: str = "") -> dict[str, int]:
    """Some faults with how often or how long; mostly one, often none, and the one that is dealt in any case."""
    drawn: dict[str, int] = {}
    weights = {name: faults[name] for name in wanted(faults)}
    names = [random.choices([*weights, ""], [*weights.values(), CALM])[0] for _ in range(random.choice((1, 1, 2)))]
    for name in [dealt, *names[1:]] if dealt else names:
        if name in LONGEST_MS:
            drawn[name] = random.randrange(LONGEST_MS[name])
        elif name:
            drawn[name] = random.randint(1, MOST_TIMES.get(name, 2))
    return drawn


class Sandbox:
    """The gateways as their operator steers them."""

    def __init__(self, system: System) -> None:
        self._client = Client(system.endpoints.sandbox_url, pool=busy_pool())

    def set(self, knobs: dict[str, int], payment_id: str | None = None) -> None:
        """These in place of all that were set, for everybody or for one payment."""
        path = f"/_sandbox/payments/{payment_id}/knobs" if payment_id else "/_sandbox/knobs"
        answer = self._client.request("PUT", path, knobs)
        assert answer.status == 200, answer.document

    def let_links_run_out(self) -> None:
        """An hour passes at the gateways, and is taken back: their time and ours belong together."""
        for offset in (LINK_LIFE_SECONDS, 0):
            answer = self._client.request("PUT", "/_sandbox/clock", {"offset_seconds": offset})
            assert answer.status == 200, answer.document


class Storm(Background):
    """Changes the gateways' weather and kills processes until it is over."""

    def __init__(self, system: System, random: Random, journal: Journal) -> None:
        super().__init__(journal, (self._change, self._kill))
        self._system = system
        self._sandbox = Sandbox(system)
        self._weather_of, self._death_of = Random(random.random()), Random(random.random())
        self._killed: Counter[str] = Counter()
        self._dealt = iter(deal(self._weather_of, [*WEATHER, LINKS_RUN_OUT]))

    def __exit__(self, *_: Any) -> None:
        super().__exit__()
        self._sandbox.set({})

    def _change(self) -> None:
        dealt = next(self._dealt, "")
        knobs = draw(self._weather_of, WEATHER, dealt if dealt in WEATHER else "")
        self._sandbox.set(knobs)
        for name in knobs:
            self._journal.note("weather", name)
        by_chance = self._weather_of.randrange(LINKS_RUN_OUT_EVERY) == 0 and wanted([LINKS_RUN_OUT])
        if by_chance or dealt == LINKS_RUN_OUT:
            self._sandbox.let_links_run_out()
            self._journal.note("weather", LINKS_RUN_OUT)
        self._over.wait(WEATHER_SECONDS)

    def _kill(self) -> None:
        """At work: that is when it hurts."""
        self._over.wait(self._death_of.uniform(*KILL_SECONDS))
        most = FIRST_DEATHS + self._journal.counted("stories") / STORIES_PER_DEATH
        if not wanted([KILL]) or self._killed.total() > most:
            return
        victim, pid = self._victim()
        if not victim:
            return
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._killed[victim] += 1
        self._journal.note("killed at work", victim)

    def _victim(self) -> tuple[str, int]:
        """Whoever was spared most, once it is at work; else anybody who is, if there is one."""
        spared = min(VICTIMS, key=lambda name: (self._killed[name], self._death_of.random()))
        for _ in range(LOOKS):
            busy = self._busy()
            if spared in busy:
                return spared, busy[spared]
            self._over.wait(LOOK_SECONDS)
        return next(iter(busy.items()), ("", 0))

    def _busy(self) -> dict[str, int]:
        functions = self._system.local.functions()
        return {name: int(one["pid"]) for name in VICTIMS for one in functions[name] if one["state"] == "busy"}
