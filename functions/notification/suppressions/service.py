"""What providers of mail tell: messages have it, and addresses that mail cannot reach, or must not, get no more."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from core.clock import Clock
from core.http.paging import decode_cursor, encode_cursor, paged
from core.observability import count, logger
from core.trail.deed import note
from notification.channels.email.news import MailNews
from notification.history.masking import masked_address
from notification.suppressions.domain import why
from notification.suppressions.errors import MailUnknownError, SuppressionNotFoundError
from notification.suppressions.ports import Work
from shared_schemas.common import Page
from shared_schemas.messages.suppressions import Suppression, SuppressionLift, SuppressionsQuery

RECORDED_WITHIN = timedelta(minutes=1)
"""After which time a message that is not known is none of ours, or its reader was erased: a mail is recorded as soon as
it is taken. Shorter than a queue offers an event again, so that none of an erased person ends as a dead letter."""


class Suppressions:
    """Taken in, listed, lifted."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def take(self, news: MailNews) -> None:
        """Once or more often, in any order. `MailUnknownError` where it should come again."""
        with self._unit_of_work() as work:
            known = work.suppressions.mark(news)
            if not known and self._clock.now() - news.sent_at < RECORDED_WITHIN:
                raise MailUnknownError
            # Of a mail that is not ours, or of somebody who was erased, no address is kept.
            told = [each for each in news.addresses if news.for_good]
            new = [each for each in told if work.suppressions.suppress(each, news, named=known)]
            work.commit()
        count("MailNews", provider=news.provider, kind=news.kind)
        if not known:
            logger.info("News of a mail that is not known", provider=news.provider, kind=news.kind)
        if new:
            count("AddressesSuppressed", float(len(new)), reason=why(news))

    def page(self, query: SuppressionsQuery, *, whole: bool) -> Page[Suppression]:
        """Newest first; addresses are masked unless `whole`. `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.suppressions.page(after, query.limit + 1)
        page = paged(found, query.limit, lambda last: encode_cursor(last.since, last.id))
        return page.model_copy(update={"data": [_shown(each, whole=whole) for each in page.data]})

    def lift(self, suppression_id: UUID, request: SuppressionLift, *, whole: bool) -> Suppression:
        """Mail goes there again; the trail has why. `SuppressionNotFoundError`."""
        with self._unit_of_work() as work:
            found = work.suppressions.lift(suppression_id, self._clock.now())
            if found is None:
                raise SuppressionNotFoundError
            note(target=f"suppression:{suppression_id}", why=request.reason)
            work.commit()
        return _shown(found, whole=whole)


def _shown(suppression: Suppression, *, whole: bool) -> Suppression:
    address = suppression.address and (suppression.address if whole else masked_address(suppression.address))
    return suppression.model_copy(update={"address": address})
