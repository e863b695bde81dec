"""When people are left alone: at night, and once they were told enough for one day."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notification.bookings.domain import Facts
from notification.messages.domain.deliveries import Delivery
from notification.messages.domain.plans import PLAN_OF
from shared_schemas.channels import Channel
from shared_schemas.notification import TemplateName

SILENT: frozenset[Channel] = frozenset({"email"})
"""What wakes nobody."""
NEWS = timedelta(minutes=30)
"""How long an answer to what somebody has just done goes out at night, too: after that they are asleep."""
REST = 4
"""Whatever is not needed for a visit takes a quarter of the ceiling at most, so that it leaves room for the rest."""


@dataclass(frozen=True)
class Peace:
    """Quiet hours, by the clock of the visit's hall, and how many messages a person gets in a day."""

    begins: time = time(22)
    ends: time = time(8)
    daily: int = 40

    def until(self, delivery: Delivery, now: datetime) -> datetime | None:
        """When a message may go out that has to wait for the morning; None if it goes now.

        What would come too late for the visit, or for the offer whose end it tells, goes at once."""
        if delivery.channel in SILENT or delivery.facts is None or (delivery.urgent and self._is_news(delivery, now)):
            return None
        end = self._end(now.astimezone(ZoneInfo(delivery.facts.timezone)))
        return None if end is None or now < _over(delivery.facts, delivery.template) <= end else end

    def room(self, delivery: Delivery) -> int | None:
        """How many messages of the day leave room for this one; None where they are not counted: codes, and what
        is about an account. Alarms are counted by themselves."""
        if PLAN_OF[delivery.template].for_staff:
            return self.daily // REST
        if delivery.booking_id is None:
            return None
        return self.daily if delivery.needed else self.daily // REST

    @staticmethod
    def _is_news(delivery: Delivery, now: datetime) -> bool:
        return delivery.created_at is None or now - delivery.created_at <= NEWS

    def _end(self, local: datetime) -> datetime | None:
        """The end of the quiet hours that it is in."""
        clock = local.time()
        if self.begins <= self.ends:
            quiet = self.begins <= clock < self.ends
        else:
            quiet = clock >= self.begins or clock < self.ends
        if not quiet:
            return None
        day = local.date() + timedelta(days=clock >= self.ends)
        return datetime.combine(day, self.ends, local.tzinfo)


def _over(facts: Facts, template: TemplateName) -> datetime:
    """When it is too late for a message."""
    return (PLAN_OF[template].of_offers and facts.hold_expires_at) or facts.start
