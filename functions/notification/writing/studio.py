"""What the studio says of itself, for messages: asked of Booking when one is about to be sent, once a minute at most.

A message does without it where Booking does not answer: it goes out in time, by the name that heads the mail anyway."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import urllib3
from pydantic import BaseModel

from core.clock import Clock
from core.observability import logger
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.bookings.domain import Facts
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.studio import Address, Studio
from shared_schemas.common import LocaleCode
from shared_schemas.words import Story, Title

T = TypeVar("T", bound=BaseModel)
REMEMBERED = timedelta(minutes=1)
MOST_KNOWN = 200
PATIENCE = urllib3.Timeout(total=2)


@dataclass(frozen=True)
class Signature:
    """Who writes, where the visit is, and whom to call; empty where the studio does not say."""

    name: str = ""
    address: str = ""
    phone: str = ""
    directions: str = ""
    """How to get in."""
    site: str = ""
    timezone: str = "Europe/Moscow"


class Anonymous:
    """A studio that says nothing."""

    def signature(self, _hall_id: UUID | None, _locale: LocaleCode) -> Signature:
        return Signature()

    def in_language(self, facts: Facts, _locale: LocaleCode) -> Facts:
        return facts


class StudioClient:
    """Asks through the public API."""

    def __init__(self, client: ServiceClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[datetime, BaseModel | None]] = {}

    def signature(self, hall_id: UUID | None, locale: LocaleCode) -> Signature:
        """Of a message about a visit to this hall, or about none."""
        studio = self._remembered("/v1/studio", Studio.model_validate)
        if studio is None or studio.version == 0:
            return Signature()
        address = self._address(studio, hall_id) if hall_id else None
        return Signature(
            _words(studio.name, locale),
            _words(address.address, locale) if address else "",
            studio.phone or "",
            _words(address.directions, locale) if address else "",
            studio.links.site or "",
            studio.timezone,
        )

    def in_language(self, facts: Facts, locale: LocaleCode) -> Facts:
        """The same visit, its halls called as the studio calls them in this language; as they were sold, if it does
        not say or one of them is not known."""
        ids = [facts.hall_id, *facts.also_hall_ids] if facts.hall_id else []
        halls = [self._remembered(f"/v1/halls/{hall_id}", Hall.model_validate) for hall_id in ids]
        known = [hall for hall in halls if hall]
        if len(known) < len(halls) or not any(_named(hall, locale) for hall in known):
            return facts
        return facts.model_copy(update={"hall_name": " + ".join(_named(hall, locale) or hall.name for hall in known)})

    def _address(self, studio: Studio, hall_id: UUID) -> Address | None:
        """That of the hall, or else the first; halls are asked about only where there are several."""
        by_id = {address.id: address for address in studio.addresses}
        own = self._remembered(f"/v1/halls/{hall_id}", Hall.model_validate) if len(by_id) > 1 else None
        named = own.address_id if own else None
        return by_id.get(named) if named else next(iter(by_id.values()), None)

    def _remembered(self, path: str, read: Callable[[object], T]) -> T | None:
        """The document; in an outage what was heard last, if anything was."""
        now, known = self._clock.now(), self._known.get(path)
        if known is None or now >= known[0]:
            known = (now + REMEMBERED, self._asked(path, read) or (known[1] if known else None))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[path] = known
        return known[1]  # type: ignore[return-value]  # A path is always read as the same contract.

    def _asked(self, path: str, read: Callable[[object], T]) -> T | None:
        try:
            return read(self._client.get(path, PATIENCE))
        except (ServiceUnreachableError, ServiceCallError):
            logger.warning("Booking does not say where the studio is", path=path, exc_info=True)
            return None


def _named(hall: Hall, locale: LocaleCode) -> str | None:
    """What it is called in this language, where the studio says so."""
    wording = getattr(hall.texts, locale, None)
    return wording.name if wording else None


def _words(title: Title | Story | None, locale: LocaleCode) -> str:
    """In this language, or else in the other."""
    if title is None:
        return ""
    return ((title.ru or title.en) if locale == "ru" else (title.en or title.ru)) or ""
