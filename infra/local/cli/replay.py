"""`python -m infra.local replay`: what the outboxes published goes out again, for a broker that lost it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.local.cli.commands import invoke
from infra.local.cli.receipts import oldest_missing, publishers
from infra.local.machine.errors import LocalError
from infra.local.machine.logs import answers
from infra.local.machine.settings import LocalSettings
from infra.local.plan.endpoints import Endpoints
from infra.local.postgres.admin import execute
from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.model import System

# Some subscribers keep no receipts. What a queue holds is done within half an hour, or a dead letter by then.
AT_LEAST = timedelta(hours=1)


@dataclass(frozen=True)
class ReplayOptions:
    """Instants with an offset; without `since`, from the oldest event on that a subscriber did not get."""

    since: datetime | None = None
    until: datetime | None = None
    types: tuple[str, ...] = ()


def instant(text: str) -> datetime:
    """A command's argument; without an offset it is this machine's time."""
    return datetime.fromisoformat(text).astimezone()


def replay(settings: LocalSettings, options: ReplayOptions) -> int:
    """Have every outbox publish its range again; returns how many events the broker took."""
    endpoints = Endpoints.load(settings.state)
    system = load_template(settings.template, settings.parameters, endpoints.aws_endpoint, EVERYTHING_ON)
    since = options.since or _since(endpoints, system)
    request = {"since": since.isoformat(), "types": options.types}
    if options.until:
        request["until"] = options.until.isoformat()
    total = sum(_publish_again(endpoints, name, request) for name in publishers(system).values())
    answers.print(f"{total} events since {since:%Y-%m-%d %H:%M:%S %z} were published again.")
    return total


def _since(endpoints: Endpoints, system: System) -> datetime:
    earlier = _an_hour_ago(endpoints)
    missing = oldest_missing(endpoints.database_url, system)
    if missing is None:
        answers.print("No event is known to be missing; the last hour is published again anyway.")
        return earlier
    answers.print(f"The oldest missing event: {missing.type} of {missing.since}, for {missing.subscriber}.")
    return min(missing.since, earlier)


def _an_hour_ago(endpoints: Endpoints) -> datetime:
    """By the database's clock, which says when events were stored."""
    now: Any = execute(endpoints.database_url, "SELECT now()")[0][0]
    earlier: datetime = now - AT_LEAST
    return earlier


def _publish_again(endpoints: Endpoints, function: str, request: dict[str, Any]) -> int:
    answer = invoke(endpoints, function, json.dumps({"replay": request}).encode())
    total, left = answer["replayed"], answer["left"]
    while left > 0:
        # A long range goes on where its function ran out of time.
        more = invoke(endpoints, function, b"{}")["replayed"]
        if not more:
            raise LocalError(
                f"{function} still has {left} events that the broker does not accept; it retries by itself"
            )
        total, left = total + more, left - more
    return int(total)
