"""Which time rules go out, and which are passed over so that nobody is flooded."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from notification.bookings.domain import KnownBooking
from notification.reminders.domain import Due, verdicts
from notification.rules.domain.defaults import DEFAULTS
from shared_schemas.common import Money
from shared_schemas.messages.rules import MessageRule, RuleCondition
from tests.support.notification import START, facts
from tests.support.runs.table import each

BOOKING = KnownBooking(uuid4(), 2, "confirmed", uuid4(), facts(paid=Money(amount=150_000)), "a-flow")


def reminder(hours: float, **changes: object) -> MessageRule:
    base = next(rule for rule in DEFAULTS if rule.minutes == -120)
    return base.model_copy(update={"id": uuid4(), "minutes": int(-60 * hours), **changes})


def before(hours: float) -> datetime:
    return START - timedelta(hours=hours)


def found(rules: list[MessageRule], now: datetime) -> list[str | None]:
    """What becomes of the rules that are due, the earliest first."""
    due = {rule.id for rule in rules if START + timedelta(minutes=rule.minutes or 0) <= now}
    return [verdict.passed_over for verdict in verdicts(rules, Due(BOOKING, due), now)]


SENT = None


def cases() -> Iterator[tuple[str, list[str | None], list[str | None]]]:
    day, hours = reminder(24), reminder(2)
    yield "in time", found([day, hours], before(24)), [SENT]
    yield "a quarter late", found([day, hours], before(23.75)), [SENT]
    yield "late, and far from the next", found([day, hours], before(20)), [SENT]
    yield "so late that the next is nearer", found([day, hours], before(12)), ["overtaken"]
    yield "both at once", found([day, hours], before(1)), ["overtaken", SENT]
    yield "of the same time by two channels", found([day, reminder(24)], before(23)), [SENT, SENT]
    yield "the next one is off", found([day, reminder(2, active=False)], before(3)), [SENT]
    yield (
        "the next one is for other halls",
        found([day, reminder(2, condition=ELSEWHERE)], before(1)),
        [
            SENT,
            "condition",
        ],
    )
    yield "a rule that was made too late", found([reminder(24, since=before(23))], before(22)), ["before_the_rule"]
    yield "a rule that was made in time", found([reminder(24, since=before(24))], before(22)), [SENT]
    yield "who owes", found([reminder(24, condition=RuleCondition(owes=True))], before(24)), [SENT]
    yield "who owes nothing", found([reminder(24, condition=RuleCondition(owes=False))], before(24)), ["condition"]
    dear = RuleCondition(total_from=Money(amount=300_001))
    yield "what costs less", found([reminder(24, condition=dear)], before(24)), ["condition"]


ELSEWHERE = RuleCondition(hall_ids=[uuid4()])


@each(("case", "got", "wanted"), cases, ids=str)
def test_late_ones_make_no_flood(case: str, got: list[str | None], wanted: list[str | None]) -> None:
    assert got == wanted, case


def test_two_rules_of_the_same_time_make_one_message() -> None:
    rules = [reminder(24), reminder(24)]
    made = verdicts(rules, Due(BOOKING, {rule.id for rule in rules}), before(24))
    assert len({verdict.delivery.cause for verdict in made}) == 1
    ways = [verdict.delivery.by(["sms", "email"]) for verdict in made]
    assert {way.channel for way in ways if way} == {"sms"}
