"""Of which bookings a rule is true, and who is told of news of no visit how often."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from notification.bookings.domain import KnownBooking
from notification.messages.domain.conditions import applies, applies_to_news
from notification.messages.domain.news import cause_of, is_for_staff, its_reader
from notification.rules.domain.defaults import DEFAULTS
from shared_schemas.common import Money, SignedMoney
from shared_schemas.events.desk import CertificateIssued, TillClosed
from shared_schemas.events.operations import ServiceError
from shared_schemas.messages.rules import MessageRule, RuleCondition
from tests.support.clock import NOW
from tests.support.notification import facts
from tests.support.runs.table import each

HALL, OTHER = uuid4(), uuid4()
SOME, ALL = Money(amount=150_000), Money(amount=300_000)


def named(name: str) -> MessageRule:
    return next(rule for rule in DEFAULTS if rule.name == name)


def fits(condition: dict[str, Any], active: bool = True, **about: Any) -> bool:
    told = facts(hall_id=HALL, **{"paid": SOME, **about})
    rule = named("booking_confirmed.email")
    wanted = rule.model_copy(update={"condition": RuleCondition.model_validate(condition), "active": active})
    return applies(wanted, KnownBooking(uuid4(), 2, "confirmed", uuid4(), told, "a-flow"), told)


CASES = {
    "no condition": (fits({}), True),
    "switched off": (fits({}, active=False), False),
    "its status": (fits({"statuses": ["confirmed"]}), True),
    "another status": (fits({"statuses": ["pending"]}), False),
    "its hall": (fits({"hall_ids": [HALL]}), True),
    "another hall": (fits({"hall_ids": [OTHER]}), False),
    "owes, and is asked for": (fits({"owes": True}), True),
    "owes, and is not": (fits({"owes": False}), False),
    "owes nothing, and is not asked for": (fits({"owes": True}, paid=ALL), False),
    "owes nothing, and is": (fits({"owes": False}, paid=ALL), True),
    "just so dear": (fits({"total_from": {"amount": 300_000}}), True),
    "cheaper": (fits({"total_from": {"amount": 300_001}}), False),
}


@each(("case", "found", "expected"), [(case, *pair) for case, pair in CASES.items()])
def test_a_rule_is_true_of_what_it_asks_for(case: str, found: bool, expected: bool) -> None:
    assert found is expected, case


def test_of_holds_offers_alone_are_said_to_end() -> None:
    rule = named("waitlist_ending.soon.sms")
    assert rule.channels == ["max", "telegram", "push", "sms", "email"]
    for offered in (True, False):
        told = facts(offered=offered)
        held = KnownBooking(uuid4(), 1, "pending", uuid4(), told, "a-flow")
        assert applies(rule, held, told) is offered


def till(difference: int) -> TillClosed:
    sums = {"expected": SignedMoney(amount=0), "counted": Money(amount=0), "difference": SignedMoney(amount=difference)}
    return TillClosed(till_id=uuid4(), opened_at=NOW, closed_at=NOW, **sums)


def test_administrators_are_told_of_a_till_only_if_it_does_not_add_up() -> None:
    assert [is_for_staff(till(amount)) for amount in (-1, 0, 1)] == [True, False, True]
    assert not is_for_staff(CertificateIssued(certificate_id=uuid4()))


def failure(**about: Any) -> ServiceError:
    return ServiceError(service="payment", operation="refund", code="refund_failed", detail="It failed", **about)


def cause(event: ServiceError, days: int = 0) -> str:
    return cause_of(event, uuid4(), NOW + timedelta(days=days))


def test_the_same_failure_of_the_same_thing_is_one_a_day() -> None:
    payment, booking = uuid4(), uuid4()
    first = cause(failure(payment_id=payment, booking_id=booking))
    assert cause(failure(payment_id=payment, booking_id=booking)) == first
    others = {
        cause(failure(payment_id=payment, booking_id=booking), days=1),
        cause(failure(payment_id=uuid4(), booking_id=booking)),
        cause(failure(booking_id=booking)),
        cause(failure().model_copy(update={"code": "to_hand_out"})),
    }
    assert len(others - {first}) == 4


def test_other_news_is_told_whenever_it_comes() -> None:
    assert cause_of(till(1), UUID(int=7), NOW) == str(UUID(int=7))


def test_a_certificate_without_a_buyer_has_no_reader() -> None:
    buyer = uuid4()
    assert its_reader(CertificateIssued(certificate_id=uuid4(), customer_id=buyer)) == [buyer]
    assert its_reader(CertificateIssued(certificate_id=uuid4())) == []


def test_a_rule_sends_its_own_news_while_it_is_on() -> None:
    rule = named("till_difference.email")
    off = rule.model_copy(update={"active": False})
    assert applies_to_news(rule, "till_difference", "till.closed")
    assert not applies_to_news(off, "till_difference", "till.closed")
    assert not applies_to_news(rule, "staff_alarm", "service.error")
