"""Payments of guests who turn out to be somebody with an account."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from payment import composition, consumers
from payment.attempts.errors import PaymentNotFoundError
from shared_schemas.common import Role
from shared_schemas.payment.payments import RefundRequest
from tests.support.payment.cashier import Cashier
from tests.support.payment.receipts import Bookkeeper, FiscalGateway
from tests.support.samples import envelope, sample

CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="r1", function_name="f")


def test_what_a_guest_paid_is_the_accounts(cashier: Cashier) -> None:
    payment, other = cashier.pay(), cashier.pay()
    account, guest = Identity(str(uuid4()), Role.CLIENT), cashier.customer
    with pytest.raises(PaymentNotFoundError):
        cashier.payments.get(payment.id, account)

    event_id = uuid4()
    for _ in range(2):
        cashier.app.privacy.join(event_id, account.user_id, [guest.user_id])

    assert cashier.payments.get(payment.id, account).id == payment.id
    with pytest.raises(PaymentNotFoundError):
        cashier.payments.get(other.id, Identity(guest.subject, Role.CLIENT, booking=payment.booking_id))


@pytest.mark.usefixtures("emptied")
def test_refunds_and_receipts_go_along(engine: Engine) -> None:
    studio = Bookkeeper(engine, FiscalGateway())
    payment, account_id = studio.paid(), uuid4()
    studio.app.refunds.create(payment.id, RefundRequest(reason="Rain"), Identity(str(uuid4()), Role.MANAGER), None)
    studio.app.privacy.join(uuid4(), account_id, [studio.customer.user_id])
    with engine.connect() as connection:
        for table in ("payments WHERE id", "refunds WHERE payment_id", "receipts WHERE payment_id"):
            query = text(f"SELECT DISTINCT customer_id FROM payment.{table} = :id")  # noqa: S608
            assert connection.execute(query, {"id": payment.id}).scalars().all() == [account_id], table


def test_the_sample_of_a_joining_is_taken(cashier: Cashier) -> None:
    cashier.customer = Identity(str(envelope("sqs_account_joined").data["guest_ids"][0]), Role.CLIENT)
    payment = cashier.pay()
    with composition.app.replaced(cashier.app):
        taken = consumers.forget_payers(sample("sqs_account_joined"), CONTEXT)
    assert taken == {"batchItemFailures": []}
    account = Identity(str(UUID(envelope("sqs_account_joined").data["account_id"])), Role.CLIENT)
    assert cashier.payments.get(payment.id, account).id == payment.id
