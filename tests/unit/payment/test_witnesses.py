"""Which refund a gateway speaks of that tells of a sum alone."""

from dataclasses import replace
from uuid import uuid4

from payment.domain_refunds import OUTSIDE, gone_back, new_refund
from payment.domain_witnesses import spoken_of
from tests.support.clock import NOW
from tests.support.payment import attempt


def test_what_went_back_in_the_cabinet_is_no_refund_of_ours() -> None:
    """A part of 500 rubles went back there, and then one of ours."""
    payment = attempt(status="succeeded")
    there = gone_back(new_refund(uuid4(), payment, 50_000, OUTSIDE, NOW, cause="outside:50000"), NOW)
    ours = replace(new_refund(uuid4(), payment, 50_000, "requested", NOW), attempts=1)
    assert spoken_of(50_000, payment, [there, ours]) is ours
    assert spoken_of(50_000, payment, [there]) is None
