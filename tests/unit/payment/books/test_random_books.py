"""Random books on both sides, held against a look at every pair of payments."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from payment.attempts.domain import Attempt
from payment.books.domain import compare, match, unknown_here, unknown_there
from payment.gateways.words import GatewayPayment, GatewayStatus
from shared_schemas.common import Money
from tests.support.payment.cashier import attempt, found
from tests.unit.payment.books.test_domain import OURS, STATUS_DIFFERS


@dataclass(frozen=True)
class TwoBooks:
    """What a gateway lists, and what we have."""

    listed: list[GatewayPayment]
    attempts: list[Attempt]


IDS = [f"g{number}" for number in range(6)]
AMOUNTS = st.sampled_from([100, 200])


@st.composite
def two_books(draw: st.DrawFn) -> TwoBooks:
    """Few ids and amounts, so that the books meet often; each gateway id once in each book, as the database has it."""
    attempts = []
    for gateway_id in draw(st.lists(st.sampled_from(IDS), unique=True, max_size=4)):
        values = draw(st.sampled_from(list(OURS.values())))
        amount = draw(AMOUNTS)
        money = {"taken": draw(AMOUNTS)} if values["status"] == "succeeded" or "taken" in values else {}
        back = {"refunded": draw(st.integers(0, money["taken"]))} if money else {}
        lost = values["status"] in ("creating", "failed") and not money and draw(st.booleans())
        identity = {"gateway_payment_id": None if lost else gateway_id}
        attempts.append(attempt(**(values | money | back | identity | {"amount": Money(amount=amount)})))
    return TwoBooks([draw(payments(gateway_id, attempts)) for gateway_id in draw(subset())], attempts)


def subset() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(IDS), unique=True, max_size=5)


@st.composite
def payments(draw: st.DrawFn, gateway_id: str, attempts: list[Attempt]) -> GatewayPayment:
    twin = next((ours for ours in attempts if ours.gateway_payment_id == gateway_id), None)
    if twin and draw(st.booleans()):
        return copied(twin)
    claims: list[UUID | None] = [None, uuid4(), *(ours.id for ours in attempts)]
    claimed = draw(st.sampled_from(claims))
    status: GatewayStatus = draw(st.sampled_from(get_args(GatewayStatus)))
    amount = draw(AMOUNTS)
    refunded = draw(st.integers(0, amount)) if status == "succeeded" else 0
    return GatewayPayment(gateway_id, status, amount, "RUB", str(claimed) if claimed else None, refunded=refunded)


def copied(ours: Attempt) -> GatewayPayment:
    """What an honest gateway says of it."""
    status = "succeeded" if ours.taken else "failed" if ours.status == "failed" else "pending"
    return found(ours, status=status, amount=ours.taken or ours.amount.amount, refunded=ours.refunded)


def report(books: TwoBooks) -> set[tuple[str, str | None, UUID | None]]:
    matched = match(books.listed, books.attempts)
    differences = [one for ours, theirs in matched.pairs for one in compare(ours, ours.refunded, theirs)]
    differences += [one for claimed, theirs in matched.strangers for one in unknown_here(theirs, claimed)]
    differences += [unknown_there(ours) for ours in matched.unlisted if ours.gateway_payment_id]
    return {(one.kind, one.gateway_payment_id, one.payment_id) for one in differences}


def partner(payment: GatewayPayment, books: TwoBooks) -> Attempt | None:
    """The attempt behind a payment, found by looking at everything."""
    for ours in books.attempts:
        if ours.gateway_payment_id == payment.id:
            return ours
    for ours in books.attempts:
        rivals = [one for one in books.listed if one.attempt_id == str(ours.id) and not known(one, books)]
        rivals = [one for one in rivals if one.status == "succeeded"] or rivals
        if ours.gateway_payment_id is None and rivals and rivals[0] is payment:
            return ours
    return None


def known(payment: GatewayPayment, books: TwoBooks) -> bool:
    return any(ours.gateway_payment_id == payment.id for ours in books.attempts)


def expected(books: TwoBooks) -> Iterator[tuple[str, str | None, UUID | None]]:
    for payment in books.listed:
        ours = partner(payment, books)
        named = [one.payment_id for one in books.attempts if str(one.id) == payment.attempt_id]
        if ours is None:
            if payment.status in ("succeeded", "held"):
                yield "unknown_here", payment.id, named[0] if named else None
            continue
        state = "succeeded" if ours.taken else ours.status
        if payment.status in STATUS_DIFFERS[state]:
            yield "status_differs", payment.id, ours.payment_id
        figures = {payment.amount, ours.amount.amount}
        if payment.status == "succeeded" and ours.taken:
            figures.add(ours.taken)
            if payment.refunded != ours.refunded:
                yield "refunded_differs", payment.id, ours.payment_id
        if len(figures) > 1 and payment.status != "failed":
            yield "amount_differs", payment.id, ours.payment_id
    listed = {payment.id for payment in books.listed}
    for ours in books.attempts:
        if ours.gateway_payment_id and ours.gateway_payment_id not in listed:
            yield "unknown_there", ours.gateway_payment_id, ours.payment_id


@given(two_books())
def test_random_books_differ_in_what_a_look_at_every_pair_finds(books: TwoBooks) -> None:
    assert report(books) == set(expected(books))


@given(two_books())
def test_books_without_a_difference_hold_the_same_money(books: TwoBooks) -> None:
    if not report(books):
        taken = sum(payment.amount for payment in books.listed if payment.status == "succeeded")
        back = sum(payment.refunded or 0 for payment in books.listed)
        ours = [one for one in books.attempts if one.gateway_payment_id or one.taken]
        assert (sum(one.taken for one in ours), sum(one.refunded for one in ours)) == (taken, back)
