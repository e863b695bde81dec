"""Which refund a gateway speaks of that tells of a sum alone."""

from dataclasses import replace
from uuid import uuid4

from payment.refunds.domain.refund import OUTSIDE, new_refund, returned_unasked
from payment.refunds.domain.witnesses import is_unexplained, spoken_of
from tests.support.clock import NOW
from tests.support.payment.cashier import attempt


def test_what_went_back_in_the_cabinet_is_no_refund_of_ours() -> None:
    """A part of 500 rubles went back there, and then one of ours."""
    payment = attempt(status="succeeded")
    there = returned_unasked(new_refund(uuid4(), payment, 50_000, OUTSIDE, NOW, cause="outside:50000"), NOW)
    ours = replace(new_refund(uuid4(), payment, 50_000, "requested", NOW), attempts=1)
    assert spoken_of(50_000, payment, [there, ours]) is ours
    assert spoken_of(50_000, payment, [there]) is None


def test_a_refund_that_was_never_sent_is_not_spoken_of() -> None:
    payment = attempt(status="succeeded")
    waiting = new_refund(uuid4(), payment, 50_000, "requested", NOW)
    assert spoken_of(50_000, payment, [waiting]) is None
    sent = replace(waiting, attempts=1)
    assert spoken_of(50_000, payment, [sent]) is sent


def test_a_sum_that_no_refund_is_of_went_back_besides_them() -> None:
    payment = replace(attempt(status="succeeded"), taken=200_000)
    ours = returned_unasked(new_refund(uuid4(), payment, 50_000, "requested", NOW), NOW)
    assert is_unexplained(70_000, payment, [ours])
    for known in (50_000, 150_000, 200_000):
        assert not is_unexplained(known, payment, [ours])
    # Where none is known, the gateway is asked first.
    assert not is_unexplained(70_000, payment, [])
