"""What was told to whom, for the studio's staff."""

from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.context import current_flow
from core.idempotency import IdempotencyKey
from core.paging import decode_cursor, encode_cursor
from notification.domain import is_current, repeat
from notification.errors import NotificationOutdatedError
from notification.ports import Outgoing, Work
from shared_schemas.common import Page
from shared_schemas.notification import Notification, NotificationsQuery


class History:
    """Look messages up; send one again."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, outgoing: Outgoing) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._outgoing = outgoing

    def page(self, query: NotificationsQuery) -> Page[Notification]:
        """Newest first."""
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.notifications.page(query, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].created_at, page[-1].id) if more else None)

    def get(self, notification_id: UUID) -> Notification:
        with self._unit_of_work() as work:
            return work.notifications.get(notification_id)

    def resend(self, notification_id: UUID, key: IdempotencyKey | None) -> Notification:
        """The same message again, as a new one, to where its recipient is reached now.

        `NotificationOutdatedError` where it would mislead."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return work.notifications.get(UUID(replay["id"]))
            first = work.notifications.delivery(notification_id)
            booking = work.bookings.get(first.booking_id)
            if not is_current(first.template, first.facts, booking):
                raise NotificationOutdatedError(status=booking.status)
            again = repeat(first, current_flow().causation_id)
            work.notifications.add(again, self._clock.now())
            work.idempotency.remember(key, {"id": str(again.id)})
            work.commit()
        self._outgoing.send([again.id])
        return self.get(again.id)
