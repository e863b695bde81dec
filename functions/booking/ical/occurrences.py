"""Repetition rules of our own series and closures, by the same code as those of external calendars."""

from collections.abc import Iterator
from datetime import datetime

from booking.ical.rules import Effort, parsed

ENDLESS = 10**12
"""Callers take a few hundred starts of a few years; the rest is never computed."""


def local_starts(rule: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """The starts of an RRULE that has neither COUNT nor UNTIL, up to and including `last`; none if the rule is invalid.

    A rule that never matches costs no more than another."""
    found = parsed(rule, first)
    if found is None or found.ignored:
        return iter(())
    [one] = found.rules
    return one.starts(first, last, Effort(ENDLESS))
