"""The query of the outbox: `?q=&to=&channel=&since=`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

from infra.sandbox.messages.model import Channel
from infra.sandbox.messages.repository import Filter

CHANNELS: dict[str, Channel | None] = {"": None, **{name: name for name in get_args(Channel)}}


class QueryError(ValueError):
    """The message names the parameter that is wrong."""


def parse_filter(query: Mapping[str, str]) -> Filter:
    """The filter; raises `QueryError`."""
    channel = query.get("channel", "")
    if channel not in CHANNELS:
        raise QueryError("channel: expected email, sms, telegram, max or push")
    return Filter(query.get("to", ""), query.get("q", ""), CHANNELS[channel], _instant(query.get("since", "")))


def _instant(value: str) -> datetime | None:
    if not value:
        return None
    try:
        # A plus sign in a query that was not encoded arrives as a space.
        instant = datetime.fromisoformat(value.strip().replace(" ", "+"))
    except ValueError:
        raise QueryError("since: expected an ISO 8601 instant") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
