"""What is read of a message together with its lease, in one question: right before it goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from notification.bookings.domain import KnownBooking
from notification.messages.domain.deliveries import Delivery
from notification.sending.domain import Told
from notification.writing.edited import EditedText
from notification.writing.reader import Reader
from shared_schemas.common import LocaleCode


@dataclass(frozen=True)
class Known:
    """The booking as it is, how many other messages its reader got in a day and how many are under way, the words of
    staff by language, and what the reader has left."""

    booking: KnownBooking | None = None
    told: int = 0
    under_way: int = 0
    texts: Mapping[LocaleCode, EditedText] = field(default_factory=dict)
    reader: Reader = field(default_factory=Reader)


@dataclass(frozen=True)
class Claimed:
    """A message that nobody else sends meanwhile."""

    delivery: Delivery
    known: Known

    def after(self, sent: Sequence[Told]) -> "Claimed":
        """The same once these have gone out, which were not counted when it was leased."""
        more = sum(one.is_like(self.delivery) for one in sent)
        return replace(self, known=replace(self.known, told=self.known.told + more)) if more else self
