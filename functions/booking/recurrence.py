"""Repetition rules of our own series and closures, by the same days as those of other people's calendars."""

from collections.abc import Iterator
from datetime import datetime

from booking.ical_rules import Effort, parsed

ENDLESS = 10**12
"""Whoever asks takes a few hundred starts of a few years, and the rest is never looked at."""


def local_starts(rule: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """The starts of an RRULE that has neither COUNT nor UNTIL, up to and with `last`; none of one that makes no sense.

    A rule that never matches costs no more than another."""
    found = parsed(rule, first)
    if found is None or found.ignored:
        return iter(())
    [one] = found.rules
    return one.starts(first, last, Effort(ENDLESS))
