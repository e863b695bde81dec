"""Fires the template's `rate(…)` schedules with the event that EventBridge sends."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from infra.local.machine.region import ACCOUNT, REGION
from infra.local.template.model import Schedule

InvokeLater = Callable[[str, bytes], None]


def build_event(schedule: Schedule, now: datetime) -> bytes:
    """The schedule's own input, or the standard event of its kind."""
    if schedule.payload is not None:
        return schedule.payload.encode()
    scheduler = schedule.source == "aws.scheduler"
    kind = f"scheduler:{REGION}:{ACCOUNT}:schedule/default" if scheduler else f"events:{REGION}:{ACCOUNT}:rule"
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": "Scheduled Event",
            "source": schedule.source,
            "account": ACCOUNT,
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [f"arn:aws:{kind}/{schedule.name}"],
            # EventBridge Scheduler passes the detail as text, rules as an object.
            "detail": "{}" if scheduler else {},
        }
    ).encode()


class Scheduler:
    """One task a schedule; `interval` (s) replaces the template's rates, for tests and demonstrations."""

    def __init__(
        self,
        schedules: Sequence[Schedule],
        invoke: InvokeLater,
        now: Callable[[], datetime],
        interval: float | None = None,
    ) -> None:
        self._invoke = invoke
        self._now = now
        self._interval = interval
        self._rates = [_Rate(schedule, interval or schedule.interval) for schedule in schedules]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Spread over the first minute, or over the interval that was asked for, however long that is: jobs of one
        rate don't all start at the same moment."""
        began = asyncio.get_running_loop().time()
        for number, rate in enumerate(self._rates, 1):
            rate.due = began + (self._interval or min(rate.interval, 60)) * number / (len(self._rates) + 1)
            self._tasks.append(asyncio.create_task(self._fire(rate)))

    async def stop(self) -> None:
        """Fire no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def skip(self, seconds: float) -> list[str]:
        """The clock went forward by so much: what fell due meanwhile runs now, once each. Returns the functions."""
        if not self._tasks:
            return []
        now = asyncio.get_running_loop().time()
        for rate in self._rates:
            rate.due -= seconds
        due = [rate for rate in self._rates if rate.due <= now]
        for rate in due:
            self._run(rate, now)
        for rate in self._rates:
            rate.moved.set()
        return [rate.schedule.function for rate in due]

    async def _fire(self, rate: "_Rate") -> None:
        loop = asyncio.get_running_loop()
        while True:
            rate.moved.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(rate.moved.wait(), max(0, rate.due - loop.time()))
            if rate.due <= loop.time():
                self._run(rate, loop.time())

    def _run(self, rate: "_Rate", now: float) -> None:
        self._invoke(rate.schedule.function, build_event(rate.schedule, self._now()))
        # A machine that slept does not catch up on what it missed; the rate keeps its beat.
        missed = max(0, now - rate.due) // rate.interval
        rate.due += (missed + 1) * rate.interval


@dataclass
class _Rate:
    """A schedule and when it is due next, by the event loop's clock."""

    schedule: Schedule
    interval: float
    due: float = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)
