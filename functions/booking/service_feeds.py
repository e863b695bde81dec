"""Use cases of calendar feeds: secret addresses that calendars subscribe to."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

from booking.domain_calendar import spaces
from booking.domain_feeds import (
    PAST,
    FeedEvent,
    client_event,
    closed_event,
    current,
    digest,
    hall_event,
)
from booking.domain_ranges import TimeRange
from booking.errors_calendar import CalendarFeedNotFoundError
from booking.ports import Work
from booking.ports_calendar import RenderFeed
from core.clock import Clock
from core.identity import Identity
from shared_schemas.errors import ForbiddenError, Locale, Text
from shared_schemas.halls import CalendarFeed, CalendarFeedRequest

TOKEN_BYTES = 32
SUFFIX = ".ics"
CLIENT_HORIZON = timedelta(days=1100)
"""As far ahead as any hall takes bookings."""
OWN = Text("My bookings", "Мои бронирования")


class Feeds:
    """Make, list, revoke, read. Who holds the address reads the feed; only a digest of it is stored."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, render: RenderFeed, api_url: Callable[[], str]
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._render = render
        self._api_url = api_url

    def add(self, request: CalendarFeedRequest, caller: Identity) -> CalendarFeed:
        """The only answer that ever shows the address, which is why no idempotency key keeps it."""
        if request.hall_id and not caller.is_staff:
            raise ForbiddenError
        token = secrets.token_urlsafe(TOKEN_BYTES)
        feed = CalendarFeed(
            id=uuid4(),
            hall_id=request.hall_id,
            customer_id=None if request.hall_id else caller.user_id,
            created_at=self._clock.now(),
        )
        with self._unit_of_work() as work:
            if request.hall_id:
                work.halls.get(request.hall_id)
            work.feeds.add(feed, digest(token), caller.user_id)
            work.commit()
        url = f"{self._api_url().rstrip('/')}/v1/calendars/{token}{SUFFIX}"
        return feed.model_copy(update={"url": url})

    def of(self, caller: Identity) -> list[CalendarFeed]:
        """One's own, without their addresses."""
        with self._unit_of_work() as work:
            return work.feeds.of(caller.user_id)

    def revoke(self, feed_id: UUID, caller: Identity) -> None:
        """From now on the address is nobody's."""
        with self._unit_of_work() as work:
            work.feeds.revoke(feed_id, caller.user_id, self._clock.now())
            work.commit()

    def read(self, name: str, locale: Locale) -> str:
        """The iCalendar file at `<token>.ics`; `CalendarFeedNotFoundError` where there is none any more."""
        if not name.endswith(SUFFIX):
            raise CalendarFeedNotFoundError
        with self._unit_of_work() as work:
            feed = work.feeds.by_token(digest(name.removesuffix(SUFFIX)))
            if feed is None or feed.revoked_at:
                raise CalendarFeedNotFoundError
            title, events = self._events(work, feed, locale)
        return self._render(title, events)

    def _events(self, work: Work, feed: CalendarFeed, locale: Locale) -> tuple[str, list[FeedEvent]]:
        now = self._clock.now()
        if feed.customer_id:
            window = TimeRange(now - PAST, now + CLIENT_HORIZON)
            visits = work.feeds.visits_of_customer(feed.customer_id, window)
            return OWN.render(locale, {}), [client_event(visit) for visit in current(visits, now)]
        hall = work.halls.get(feed.hall_id) if feed.hall_id else None
        if hall is None:
            raise CalendarFeedNotFoundError
        window = TimeRange(now - PAST, now + timedelta(days=hall.horizon_days))
        visits = work.feeds.visits_of_spaces(spaces(hall), window)
        closed = work.feeds.closed(spaces(hall), window)
        events = [hall_event(visit, locale) for visit in current(visits, now)]
        return hall.name, [*events, *(closed_event(stretch, locale) for stretch in closed)]
