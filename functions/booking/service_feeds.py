"""Use cases of calendar feeds: secret addresses that calendars subscribe to."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from booking.domain_calendar import spaces
from booking.domain_feeds import CANCELLED_STAYS, PAST, FeedEvent, client_event, closed_event, digest, hall_event
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
HORIZON = timedelta(days=1100)
"""As far ahead as any hall takes bookings."""
RENDERING = 1
"""To be raised when the same bookings are written in another way."""
OWN = Text("My bookings", "Мои бронирования")


@dataclass(frozen=True)
class Shown:
    """A feed's tag, and its text where the caller does not have it already."""

    tag: str
    text: str | None = None


@dataclass(frozen=True)
class Contents:
    """What a feed shows, in any language; as long as the stamp is the same that is so, too."""

    stamp: str
    title: Callable[[Locale], str]
    events: Callable[[Locale], list[FeedEvent]]


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

    def read(self, name: str, locale: Locale, known: str = "") -> Shown:
        """The iCalendar file at `<token>.ics`, unless its tag is among those that the caller knows (`If-None-Match`).

        `CalendarFeedNotFoundError` where there is none any more."""
        if not name.endswith(SUFFIX):
            raise CalendarFeedNotFoundError
        with self._unit_of_work() as work:
            feed = work.feeds.by_token(digest(name.removesuffix(SUFFIX)))
            if feed is None or feed.revoked_at:
                raise CalendarFeedNotFoundError
            contents = self._of_customer(work, feed.customer_id) if feed.customer_id else self._of_hall(work, feed)
            tag = f'"{digest(f"{RENDERING} {locale} {contents.stamp}")[:32]}"'
            if tag in known:
                return Shown(tag)
            title, events = contents.title(locale), contents.events(locale)
        return Shown(tag, self._render(title, events))

    def _of_customer(self, work: Work, customer_id: UUID) -> Contents:
        window, since = self._window(), self._clock.now() - CANCELLED_STAYS
        return Contents(
            f"{customer_id} {work.feeds.stamp_of_customer(customer_id, window, since)}",
            lambda locale: OWN.render(locale, {}),
            lambda _: [client_event(visit) for visit in work.feeds.visits_of_customer(customer_id, window, since)],
        )

    def _of_hall(self, work: Work, feed: CalendarFeed) -> Contents:
        """Closures are few, and are their own stamp."""
        if feed.hall_id is None:
            raise CalendarFeedNotFoundError
        hall = work.halls.get(feed.hall_id)
        taken, window, since = spaces(hall), self._window(), self._clock.now() - CANCELLED_STAYS
        closed = work.feeds.closed_or_opened(taken, window, since)

        def events(locale: Locale) -> list[FeedEvent]:
            visits = work.feeds.visits_of_spaces(taken, window, since)
            return [*(hall_event(one, locale) for one in visits), *(closed_event(one, locale) for one in closed)]

        stamp = f"{hall.id} {hall.name} {closed} {work.feeds.stamp_of_spaces(taken, window, since)}"
        return Contents(stamp, lambda _: hall.name, events)

    def _window(self) -> TimeRange:
        now = self._clock.now()
        return TimeRange(now - PAST, now + HORIZON)
