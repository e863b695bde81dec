"""Time zones of iCalendar files by name: IANA, Windows, Microsoft, offsets, with the prefixes that programs add."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from booking.ical.values import UTC_ZONE, FixedZone, Zone, clamped, offset

ALIASES = {
    "utc": "UTC",
    "z": "UTC",
    "gmt": "UTC",
    "utc/gmt": "UTC",
    "coordinated universal time": "UTC",
    "greenwich mean time": "UTC",
    "msk": "Europe/Moscow",
    "moscow": "Europe/Moscow",
    "moscow standard time": "Europe/Moscow",
}
OFFSET = re.compile(r"\(?(?:utc|gmt)?\s*([+\-\u2212])\s*(\d{1,2})(?:[:.]?(\d\d))?(?::\d\d)?\)?(.*)", re.IGNORECASE)
BARE_UTC = re.compile(r"\((?:utc|gmt)\).*", re.IGNORECASE)
# POSIX names have the opposite sign.
POSIX = re.compile(r"gmt[+-]\d{1,2}", re.IGNORECASE)


@dataclass(frozen=True)
class NamedZone:
    """A zone of the IANA database."""

    name: str
    rules: ZoneInfo

    def utc(self, local: datetime) -> datetime:
        return clamped(local).replace(tzinfo=self.rules, fold=0).astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Named:
    """A zone found by name; `official` for an IANA or Windows name, `guessed` if the name is ambiguous."""

    zone: Zone
    guessed: bool = False
    official: bool = False


def by_name(name: str) -> Named | None:
    """The zone of a well-known name, whatever the file says."""
    plain = name.strip().strip("\"'").strip()
    for text in (plain, *_inner(plain)):
        if found := _certain(text):
            return found
    return _guess(plain)


def _inner(name: str) -> list[str]:
    """The name without the prefixes of Microsoft, Mozilla, Evolution and others."""
    parts = re.split(r"[/\\]+", name.strip("/"))
    return (
        ["/".join(parts[-count:]) for count in (3, 2, 1) if count < len(parts)]
        if name[:1] == "/" or "://" in name
        else []
    )


def _certain(name: str) -> Named | None:
    key = _iana().get(name.lower().replace(" ", "_")) or _windows().get(name.lower())
    official, key = key is not None, key or ALIASES.get(name.lower())
    if key is None:
        return None
    return Named(UTC_ZONE if key == "UTC" else NamedZone(key, ZoneInfo(key)), official=official)


def _guess(name: str) -> Named | None:
    """An offset in the name, or a city."""
    if BARE_UTC.fullmatch(name):
        return Named(UTC_ZONE, guessed=True)
    if match := OFFSET.fullmatch(name):
        hours, minutes = match[2].zfill(2), match[3] or "00"
        shift = offset(("+" if match[1] == "+" else "-") + hours + minutes)
        if shift is not None and int(minutes) < 60:
            text = f"UTC{match[1]}{hours}:{minutes}"
            return Named(FixedZone(text, shift), bool(match[4].strip()) or bool(POSIX.fullmatch(name)))
    key = _cities().get(name.lower().replace(" ", "_"))
    return Named(NamedZone(key, ZoneInfo(key)), guessed=True) if key else None


# Read once and shared: they contain nothing from any file.
@cache
def _iana() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones() if name not in ("Factory", "localtime")}


@cache
def _windows() -> Mapping[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {name.lower(): key for name, key in WINDOWS_TO_OLSON.items() if key.lower() in _iana()}


@cache
def _cities() -> Mapping[str, str]:
    """The last part of each name of a region, where only one zone has it."""
    keys: dict[str, set[str]] = {}
    for key in _iana().values():
        if "/" in key and not key.startswith(("Etc/", "SystemV/")):
            keys.setdefault(key.rpartition("/")[2].lower(), set()).add(key)
    return {city: found.pop() for city, found in keys.items() if len(found) == 1}


def hall_zone(zone: ZoneInfo) -> Zone:
    return NamedZone(zone.key, zone)
