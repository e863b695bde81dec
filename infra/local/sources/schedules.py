"""Fires the template's `rate(…)` schedules with the event that EventBridge sends."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
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

    def __init__(self, schedules: Sequence[Schedule], invoke: InvokeLater, interval: float | None = None) -> None:
        self._schedules = schedules
        self._invoke = invoke
        self._interval = interval
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Spread over the interval, so that jobs of one rate don't all start at the same moment."""
        count = len(self._schedules)
        for number, schedule in enumerate(self._schedules):
            interval = self._interval or schedule.interval
            delay = min(interval, 60) * (number + 1) / (count + 1)
            self._tasks.append(asyncio.create_task(self._fire(schedule, interval, delay)))

    async def stop(self) -> None:
        """Fire no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _fire(self, schedule: Schedule, interval: float, delay: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + delay
        while True:
            await asyncio.sleep(max(0, due - loop.time()))
            self._invoke(schedule.function, build_event(schedule, datetime.now(UTC)))
            # A machine that slept does not catch up on what it missed.
            due = max(due + interval, loop.time())
