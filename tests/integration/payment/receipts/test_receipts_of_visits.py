"""Receipts after visits, for what was paid before."""

from datetime import timedelta

from tests.support.payment.receipts import Bookkeeper

HOUR = timedelta(hours=1)


def test_a_visit_is_settled_for_what_is_left_once_and_followed(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.refund(payment, 50_000)
    for _ in range(3):
        studio.complete(payment)
    (closing,) = studio.gateway.closings
    settled = studio.receipt(payment, "settlement")
    assert (closing.id, closing.gateway_payment_id) == (settled.id, studio.gateway_id(payment))
    assert (closing.receipt.total, settled.status) == (150_000, "pending")
    assert {(item.mode, item.vat) for item in closing.receipt.items} == {("full_payment", "22")}
    studio.gateway.registration = "succeeded"
    studio.later(HOUR)
    studio.poll_receipts()
    assert studio.receipt(payment, "settlement").status == "succeeded"


def test_each_payment_of_a_visit_is_settled(studio: Bookkeeper) -> None:
    booking = studio.booked()
    first = studio.paid(booking)
    known = studio.booking.known[booking]
    confirmed = {"status": "confirmed", "due": known.due.model_copy(update={"amount": 0}), "kept": known.due}
    studio.booking.known[booking] = known.model_copy(update=confirmed | {"balance": known.due})
    second = studio.paid(booking)
    assert {line.mode for line in studio.receipt(second).lines} == {"full_prepayment"}
    studio.complete(first)
    lines: dict[str, int] = {}
    for item in (item for closing in studio.gateway.closings for item in closing.receipt.items):
        lines[item.name] = lines.get(item.name, 0) + item.amount
    assert lines == {"Аренда зала «Белый»": 301_001, "Кофе": 98_999}


def test_a_gateway_without_closing_receipts_leaves_it_to_staff(studio: Bookkeeper) -> None:
    studio.gateway.registration = None
    payment = studio.paid()
    studio.complete(payment)
    settled = studio.receipt(payment, "settlement")
    assert (settled.status, settled.failure) == ("unsupported", "no_such_call")
