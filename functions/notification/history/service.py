"""Sent messages, for the studio's staff."""

from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.context import current_flow
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from notification.errors import CodeNotRepeatedError, NotificationOutdatedError
from notification.history.masking import masked, without_secrets
from notification.history.ports import Work
from notification.messages.domain.deliveries import repeat
from notification.messages.domain.plans import is_current
from notification.messages.ports import Outgoing
from shared_schemas.common import Page
from shared_schemas.notification import Notification, NotificationsQuery


class History:
    """Look messages up, without what their links open; send one again."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, outgoing: Outgoing) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._outgoing = outgoing

    def page(self, query: NotificationsQuery, *, whole: bool = True) -> Page[Notification]:
        """Newest first, masked unless `whole`; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.history.page(query, after, query.limit + 1)
        page = paged(found, query.limit, lambda last: encode_cursor(last.created_at, last.id))
        return page.model_copy(update={"data": [_shown(each, whole=whole) for each in page.data]})

    def get(self, notification_id: UUID, *, whole: bool = True) -> Notification:
        """A message, masked unless `whole`; `NotificationNotFoundError`."""
        with self._unit_of_work() as work:
            found = work.history.get(notification_id)
        return _shown(found, whole=whole)

    def resend(self, notification_id: UUID, key: IdempotencyKey | None, *, whole: bool = True) -> Notification:
        """Send the same message again, as a new one, to the recipient's current address; masked unless `whole`.

        `NotificationNotFoundError`; `NotificationOutdatedError` if the booking has changed since;
        `CodeNotRepeatedError`."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                replayed = work.history.get(UUID(replay["id"]))
                return _shown(replayed, whole=whole)
            first = work.history.delivery(notification_id)
            if first.code_id:
                raise CodeNotRepeatedError
            if first.booking_id and first.facts:
                booking = work.bookings.get(first.booking_id)
                if not is_current(first.template, first.facts, booking):
                    raise NotificationOutdatedError(status=booking.status)
            again = repeat(first, current_flow().causation_id)
            work.notifications.add([again], self._clock.now())
            work.idempotency.remember(key, {"id": str(again.id)})
            work.commit()
        self._outgoing.send([again.id])
        return self.get(again.id, whole=whole)


def _shown(notification: Notification, *, whole: bool) -> Notification:
    return without_secrets(notification) if whole else masked(notification)
