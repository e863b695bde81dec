"""What the life of a booking does to the links that nobody has paid yet."""

from typing import Any
from uuid import uuid4

import pytest

from payment.attempts.errors import BookingChangedError, PaymentNotFoundError
from payment.gateways.port import GatewayUnreachableError
from payment.paying.errors import NoPayLinkError
from shared_schemas.events.payments import PaymentLinkRequested
from shared_schemas.payment.payments import PayLinkRequest
from tests.support.payment.cashier import MANAGER, CrashError, crash
from tests.support.payment.refunds import Treasury, cancelled, expired, moved


@pytest.mark.parametrize("event", [expired, lambda payment: cancelled(payment, 0)])
def test_the_link_of_a_released_slot_dies(treasury: Treasury, event: Any) -> None:
    payment = treasury.pay()

    treasury.tell(event(payment))

    assert treasury.gateway.payments[treasury.gateway_id(payment)].status == "failed"
    shown = treasury.payments.get(payment.id, treasury.customer)
    assert (shown.status, shown.reason, shown.confirmation_url) == ("failed", "declined", None)
    assert treasury.events()[-1] == "payment.failed"


def test_a_link_that_was_just_paid_is_left_alone(treasury: Treasury) -> None:
    payment = treasury.pay()
    treasury.gateway.change(treasury.gateway_id(payment), status="succeeded")
    treasury.tell(expired(payment))
    assert treasury.status(payment) == "pending"
    treasury.settle(payment, status="succeeded")
    assert treasury.status(payment) == "succeeded"


def test_a_link_that_could_not_be_killed_leaves_the_event_to_its_queue(treasury: Treasury) -> None:
    payment, event_id = treasury.pay(), uuid4()
    treasury.gateway.fault = "down"
    with pytest.raises(GatewayUnreachableError):
        treasury.tell(expired(payment), event_id)
    treasury.gateway.fault = None

    treasury.tell(expired(payment), event_id)

    assert treasury.status(payment) == "failed"


def test_an_attempt_without_a_link_is_given_up(treasury: Treasury, monkeypatch: pytest.MonkeyPatch) -> None:
    booking_id = treasury.booked()

    with monkeypatch.context() as broken, pytest.raises(CrashError):
        broken.setattr(treasury.gateway, "create", crash)
        treasury.pay(booking_id)
    (payment,) = treasury.payments.of_booking(booking_id, treasury.customer).data

    treasury.tell(expired(payment))

    assert treasury.payments.get(payment.id, treasury.customer).reason == "not_created"
    assert treasury.gateway.payments == {}


@pytest.mark.parametrize(("previous", "status"), [(500_000, "failed"), (300_000, "pending"), (None, "pending")])
def test_a_booking_that_became_cheaper_is_not_paid_by_an_older_link(
    treasury: Treasury, previous: int | None, status: str
) -> None:
    payment = treasury.pay()
    treasury.tell(moved(payment, previous))
    assert treasury.status(payment) == status


def test_news_that_comes_late_leaves_a_newer_link_alone(treasury: Treasury) -> None:
    """It was asked for as the booking is since then."""
    booking_id = treasury.booked(booking_version=3)
    payment = treasury.pay(booking_id)

    for event in (moved(payment, 500_000), expired(payment)):
        treasury.tell(event)

    assert treasury.status(payment) == "pending"


def test_who_asks_once_more_for_the_same_money_has_the_link_of_the_newer_booking(treasury: Treasury) -> None:
    booking_id = treasury.booked()
    payment = treasury.pay(booking_id)
    treasury.booked(booking_id=booking_id, booking_version=3)
    assert treasury.pay(booking_id).id == payment.id

    treasury.tell(moved(payment, 500_000))

    assert treasury.status(payment) == "pending"


def test_a_payment_in_the_making_of_a_booking_that_became_cheaper_is_to_be_asked_for_again(
    treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking_id = treasury.booked()
    create = treasury.gateway.create

    def change(*arguments: Any, **options: Any) -> Any:
        found = create(*arguments, **options)
        (payment,) = treasury.payments.of_booking(booking_id, treasury.customer).data
        treasury.tell(moved(payment, 500_000))
        return found

    with monkeypatch.context() as meanwhile, pytest.raises(BookingChangedError):
        meanwhile.setattr(treasury.gateway, "create", change)
        treasury.pay(booking_id)
    treasury.booked(booking_id=booking_id, booking_version=3)

    assert treasury.pay(booking_id).status == "pending"


def test_staff_have_a_link_sent_once_for_each_key_while_it_is_open(treasury: Treasury) -> None:
    payment, links, key = treasury.pay(), treasury.app.links, treasury.key()
    request = PayLinkRequest(channel="sms")
    assert links.send(payment.id, request, MANAGER, key) == links.send(payment.id, request, MANAGER, key)
    (told,) = [each.payload() for each in treasury.broker.taken if each.type == PaymentLinkRequested.type]
    assert isinstance(told, PaymentLinkRequested)
    assert (told.payment_id, told.channel) == (payment.id, "sms")
    assert "pay.example" not in told.model_dump_json()
    assert links.to_send(payment.id).url == payment.confirmation_url

    treasury.settle(payment, status="succeeded")
    for ask in (links.to_send, lambda known: links.send(known, request, MANAGER, treasury.key())):
        with pytest.raises(NoPayLinkError):
            ask(payment.id)
        with pytest.raises(PaymentNotFoundError):
            ask(uuid4())
