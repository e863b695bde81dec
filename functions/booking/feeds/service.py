"""Use cases of calendar feeds: secret addresses that calendars subscribe to."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from booking.feeds.domain import CANCELLED_STAYS, PAST, FeedEvent, client_event, closed_event, digest, hall_event
from booking.feeds.errors import CalendarFeedNotFoundError
from booking.feeds.ports import RenderFeed, Work
from booking.halls.domain import spaces
from booking.studio.whereabouts import whereabouts
from booking.time.ranges import TimeRange
from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from shared_schemas.booking.feeds import CalendarFeed, CalendarFeedRequest
from shared_schemas.errors import ForbiddenError, Locale, Text

SUBSCRIBER = "booking-erasures"
TOKEN_BYTES = 32
SUFFIX = ".ics"
HORIZON = timedelta(days=1100)
"""As far ahead as any hall takes bookings."""
RENDERING = 2
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
        """A new address; it is shown only in this answer, so no idempotency key keeps it.

        `ForbiddenError` for a client who asks for a hall; `HallNotFoundError`."""
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
            note(target=f"calendar:{feed.id}", after=feed)
            work.commit()
        url = f"{self._api_url().rstrip('/')}/v1/calendars/{token}{SUFFIX}"
        return feed.model_copy(update={"url": url})

    def of(self, caller: Identity) -> list[CalendarFeed]:
        """The caller's own feeds, without their addresses."""
        with self._unit_of_work() as work:
            return work.feeds.of(caller.user_id)

    def revoke(self, feed_id: UUID, caller: Identity) -> None:
        """The address stops working; `CalendarFeedNotFoundError`."""
        with self._unit_of_work() as work:
            work.feeds.revoke(feed_id, caller.user_id, self._clock.now())
            work.commit()

    def end(self, event_id: UUID, account_id: UUID) -> None:
        """Who had this account has it no more, so none of its addresses may work, which ask nobody to sign in."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return
            work.feeds.erase(account_id, self._clock.now())
            work.commit()

    def read(self, name: str, locale: Locale, known: str = "") -> Shown:
        """The iCalendar file at `<token>.ics`, unless its tag is among those that the caller knows (`If-None-Match`).

        `CalendarFeedNotFoundError` if the address does not work, or no longer does."""
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
        window, since, places = (
            self._window(),
            self._clock.now() - CANCELLED_STAYS,
            whereabouts(work.studio, work.halls),
        )

        def events(locale: Locale) -> list[FeedEvent]:
            visits = work.feeds.visits_of_customer(customer_id, window, since)
            return [client_event(visit, places.of(visit.hall_id, locale)) for visit in visits]

        stamp = f"{customer_id} {places} {work.feeds.stamp_of_customer(customer_id, window, since)}"
        return Contents(stamp, lambda locale: OWN.render(locale, {}), events)

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
