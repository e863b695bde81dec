"""How long and until when, as people write it: `2h`, `1d 30m`, `2026-12-05T09:00`."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
WHOLE = re.compile(r"(\d+[wdhm]\s*)+")
PART = re.compile(r"(\d+)([wdhm])")
# What lies further ahead takes longer than anybody waits; a further command goes on from there.
LONGEST = timedelta(days=92)


class LengthError(ValueError):
    """`reason` names the sentence that says what is wrong."""

    def __init__(self, reason: str, given: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.given = given


def length(text: str) -> timedelta:
    """The sum of its parts."""
    wanted = text.strip().lower()
    if not WHOLE.fullmatch(wanted):
        raise LengthError("no_length", text)
    parts = PART.findall(wanted)
    if len({unit for _, unit in parts}) < len(parts) or any(len(number) > 4 for number, _ in parts):
        raise LengthError("no_length", text)
    return sum((int(number) * UNITS[unit] for number, unit in parts), timedelta(0))


def instant(text: str, zone: ZoneInfo) -> datetime:
    """A moment; without an offset of its own it is the studio's time."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise LengthError("no_moment", text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def ahead(now: datetime, forward: str, to: str, zone: ZoneInfo) -> datetime:
    """Where the clock is to be; `LengthError` where it cannot go there."""
    if forward and to:
        raise LengthError("one_of_both", "")
    target = now + length(forward) if forward else instant(to, zone)
    if target <= now:
        raise LengthError("forward_only", forward or to)
    if target - now > LONGEST:
        raise LengthError("too_far", forward or to)
    return target
