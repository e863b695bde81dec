"""A payer who is erased leaves the books, and nothing told later brings them back, on real PostgreSQL."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from core.http.idempotency import IdempotencyKey
from payment.gateways.port import WebhookRequest
from shared_schemas.payment.payments import Payment, RefundRequest
from tests.support.database import EngineFor, somebody_waits
from tests.support.payment.cashier import MANAGER, Cashier, webhook
from tests.support.waiting import eventually

PERSON = "anna@example.com"
EVERYTHING = """
SELECT concat_ws(' ', (SELECT string_agg(t::text, ' ') FROM payment.notifications t),
    (SELECT string_agg(t::text, ' ') FROM payment.payments t), (SELECT string_agg(t::text, ' ') FROM payment.refunds t),
    (SELECT string_agg(t::text, ' ') FROM payment.idempotency_keys t))
"""


def everything(cashier: Cashier) -> str:
    with cashier.engine.connect() as connection:
        return str(connection.execute(text(EVERYTHING)).scalar_one())


def told(cashier: Cashier, payment: Payment, status: str) -> WebhookRequest:
    """A gateway's word, with the payer's address in it."""
    body: dict[str, Any] = json.loads(webhook(cashier.gateway_id(payment), status))
    body["object"]["receipt"] = {"customer": {"email": PERSON}}
    return WebhookRequest(json.dumps(body).encode())


def payer(cashier: Cashier) -> UUID:
    return UUID(cashier.customer.subject)


def paid(cashier: Cashier) -> Payment:
    """A payment with the person everywhere: in its address, in what the gateway told, in a refund's words."""
    payment = cashier.pay(return_url=f"https://studio.example/thanks?for={PERSON}")
    cashier.settle(payment, status="succeeded")
    cashier.notifications.receive("yookassa", told(cashier, payment, "waiting_for_capture"))
    key = IdempotencyKey(cashier.customer.subject, "POST /v1/payments", PERSON, "digest")
    with cashier.unit_of_work() as work:
        work.idempotency.remember(key, {})
        work.commit()
    cashier.refunds.create(payment.id, RefundRequest(reason=f"asked by {PERSON}"), MANAGER, None)
    return payment


def test_a_payer_is_forgotten_and_the_books_are_not(cashier: Cashier) -> None:
    payment = paid(cashier)
    assert everything(cashier).count(PERSON) == 4
    before = cashier.refunds.of_payment(payment.id, MANAGER).data

    cashier.app.privacy.forget(uuid4(), payer(cashier))

    assert PERSON not in everything(cashier)
    assert cashier.refunds.of_payment(payment.id, MANAGER).data == [
        refund.model_copy(update={"comment": None}) for refund in before
    ]
    assert cashier.status(payment) == "succeeded"


def test_others_are_not_forgotten(cashier: Cashier) -> None:
    paid(cashier)

    cashier.app.privacy.forget(uuid4(), uuid4())

    assert everything(cashier).count(PERSON) == 4


def test_what_a_gateway_tells_later_is_stored_without_the_person_and_still_counts(cashier: Cashier) -> None:
    payment = cashier.pay()
    cashier.app.privacy.forget(uuid4(), payer(cashier))
    cashier.gateway.change(cashier.gateway_id(payment), status="succeeded")

    cashier.notifications.receive("yookassa", told(cashier, payment, "succeeded"))
    cashier.process(cashier.notified()[0])

    assert PERSON not in everything(cashier)
    assert cashier.status(payment) == "succeeded"


def test_the_event_acts_once(cashier: Cashier) -> None:
    event_id = uuid4()
    cashier.app.privacy.forget(event_id, payer(cashier))
    with cashier.unit_of_work() as work:
        assert work.payers.is_erased(payer(cashier))
        assert not work.inbox.accept("payment-erasures", event_id)


def test_an_erasure_waits_for_what_is_being_stored_and_then_forgets_it(engine_for: EngineFor, cashier: Cashier) -> None:
    """The gateway speaks just before: the row is not committed yet when the erasure looks for it."""
    payment, other, watcher = cashier.pay(), cashier.beside(engine_for("payment")), engine_for("payment")
    notification = cashier.gateway.parse_webhook(told(cashier, payment, "succeeded"))
    assert notification
    with cashier.unit_of_work() as work, ThreadPoolExecutor(1) as thread:
        assert not work.payers.is_erased(payer(cashier))
        attempt = work.attempts.get(payment.id)
        work.notifications.add(uuid4(), attempt, notification, PERSON)
        erasure = thread.submit(other.app.privacy.forget, uuid4(), payer(cashier))
        eventually(lambda: somebody_waits(watcher))
        work.commit()
        erasure.result()

    assert PERSON not in everything(cashier)
