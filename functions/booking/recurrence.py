"""Repetition rules of RFC 5545, by python-dateutil."""

from collections.abc import Iterator
from datetime import datetime

from dateutil.rrule import rrule, rrulestr


def local_starts(rule: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """The starts of an RRULE that has neither COUNT nor UNTIL, up to and with `last`.

    `last` also ends the search of a rule that never matches, which would go on to the year 9999."""
    parsed = rrulestr(rule, dtstart=first)
    assert isinstance(parsed, rrule)  # noqa: S101 - a single rule makes no set
    return iter(parsed.replace(until=last))
