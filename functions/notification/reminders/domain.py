"""Which time rules a visit's customer is told by now, and which are passed over: late ones make no flood."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from notification.bookings.domain import KnownBooking
from notification.messages.domain.conditions import applies
from notification.messages.domain.deliveries import Delivery, by_rule
from shared_schemas.messages.rules import MessageRule, Moment

GRACE = timedelta(minutes=15)
"""Whoever is told so late is told in time: the job runs every minute, and providers may be down for some."""
STALE = timedelta(days=1)
"""After that nobody wants to hear any more of what is over."""


@dataclass(frozen=True)
class Due:
    """A booking, and the rules whose time has come for it."""

    booking: KnownBooking
    rule_ids: Collection[UUID]


@dataclass(frozen=True)
class Timed:
    """A rule, and what it counts from."""

    rule: MessageRule
    moment: datetime

    @property
    def due(self) -> datetime:
        return self.moment + timedelta(minutes=self.rule.minutes or 0)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a rule that is due; `passed_over` says why nothing is sent."""

    booking: KnownBooking
    timed: Timed
    passed_over: str | None = None

    @property
    def delivery(self) -> Delivery:
        """Its message. Two rules that say the same at the same time make one."""
        rule, moment, booking = self.timed.rule, self.timed.moment, self.booking
        cause = f"{rule.moment}{rule.minutes:+}:{booking.booking_id}:{moment.timestamp():.0f}"
        return by_rule(rule, f"reminder:{cause}", booking, booking.facts, booking.correlation_id, None)


def moments(booking: KnownBooking) -> Mapping[Moment, datetime | None]:
    """What rules may count from."""
    facts = booking.facts
    return {"start": facts.start, "end": facts.end, "hold_end": facts.hold_expires_at}


def timed(rules: Iterable[MessageRule], booking: KnownBooking) -> list[Timed]:
    """The time rules that there is a moment for."""
    at = moments(booking)
    found = [(rule, at[rule.moment]) for rule in rules if rule.moment]
    return [Timed(rule, moment) for rule, moment in found if moment]


def verdicts(rules: Iterable[MessageRule], due: Due, now: datetime) -> list[Verdict]:
    """What becomes of the rules that are due for a booking."""
    all_of_them = timed(rules, due.booking)
    fitting = [each for each in all_of_them if applies(each.rule, due.booking, due.booking.facts)]
    judged = [each for each in all_of_them if each.rule.id in due.rule_ids]
    return [Verdict(due.booking, each, passed_over(each, fitting, now)) for each in judged]


def passed_over(this: Timed, fitting: list[Timed], now: datetime) -> str | None:
    """Why nothing is sent by this one; `fitting` are those that are on and have their conditions."""
    if this not in fitting:
        return "condition"
    if this.rule.since and this.due < this.rule.since:
        return "before_the_rule"
    return "overtaken" if _overtaken(this, fitting, now) else None


def _overtaken(this: Timed, fitting: list[Timed], now: datetime) -> bool:
    """A later one of its kind is due as well, or so soon that this one is nearer to it than to its own time."""
    late = now - this.due
    later = [each.due for each in fitting if each.rule.template == this.rule.template and each.due > this.due]
    return any(due <= now or (late > GRACE and due - now < late) for due in later)
