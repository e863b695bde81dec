"""What a subscriber cannot handle blocks nobody, is seen, and is delivered once more when the reason is gone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.machine.aws import local_client
from tests.support.system.whole import System
from tests.support.waiting import eventually

QUEUE = "payment-notifications"
TABLE = "ALTER TABLE payment.inbox RENAME TO inbox_away"
BACK = "ALTER TABLE payment.inbox_away RENAME TO inbox"


def letters(system: System) -> list[dict[str, Any]]:
    return list(system.manager.get(f"/v1/dead-letters/{QUEUE}")["data"])


def of_flow(system: System, correlation_id: str) -> list[dict[str, Any]]:
    return [letter for letter in letters(system) if letter.get("correlation_id") == correlation_id]


def poisoned(system: System) -> list[dict[str, Any]] | None:
    """All three of them, which are no events."""
    found = [letter for letter in letters(system) if "type" not in letter]
    return found if len(found) == 3 else None


@pytest.fixture
def impatient(system: System) -> Iterator[tuple[Any, str]]:
    """The queue gives up after the second failure rather than the eighth, for one test: of others, a consumer that is
    killed may have failed before for another reason."""
    sqs = local_client("sqs", system.endpoints.aws_endpoint)
    url = next(url for url in sqs.list_queues()["QueueUrls"] if url.endswith(QUEUE))
    policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["RedrivePolicy"]
    short = json.dumps(json.loads(policy) | {"maxReceiveCount": 2})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": short})
    yield sqs, url
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})


def test_poison_blocks_nobody_and_is_given_up_by_staff(system: System, impatient: tuple[Any, str]) -> None:
    sqs, url = impatient
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=f"poison {number}")
    customer = system.customer()
    booking = customer.book(system.slot())
    payment = customer.start_payment(booking)

    customer.api.form(payment["confirmation_url"], action="pay")

    eventually(lambda: customer.booking_if(booking, "confirmed"))
    poison = eventually(lambda: poisoned(system))
    detail = system.manager.get(f"/v1/dead-letters/{QUEUE}/{poison[0]['id']}")
    assert detail["body"].startswith("poison ")
    assert detail["deliveries"] == 2
    assert "JSONDecodeError" in detail["last_error"]
    body = {"ids": [letter["id"] for letter in poison], "reason": "made by a test"}
    handled = system.manager.post(f"/v1/dead-letters/{QUEUE}/discard", body)
    assert (handled["handled"], handled["waiting"], letters(system)) == (3, 0, [])


@pytest.mark.usefixtures("impatient")
def test_a_payment_nobody_could_handle_counts_once_it_is_redriven(system: System) -> None:
    customer = system.customer()
    booking = customer.book(system.slot())
    payment = customer.start_payment(booking)
    system.sql(TABLE)
    try:
        customer.api.form(payment["confirmation_url"], action="pay")
        # The gateway may tell more than once of a payment; what other tests left may die meanwhile, too.
        own = eventually(lambda: of_flow(system, booking["correlation_id"]))
    finally:
        system.sql(BACK)
    letter = own[0]
    assert letter["type"] == "payment.notification_received"
    # Undefined table.
    assert (letter["deliveries"], "(42P01)" in letter["last_error"]) == (2, True)

    def reported() -> list[dict[str, Any]]:
        errors = system.manager.get("/v1/errors?service=payment&status=open")["data"]
        dead = [error for error in errors if error["code"] == "dead_letter" and error["operation"] == QUEUE]
        # One entry for all letters of the queue; it shows the newest.
        return [error for error in dead if error["correlation_id"] == booking["correlation_id"]]

    assert len(eventually(reported)) == 1

    handled = system.manager.post(f"/v1/dead-letters/{QUEUE}/redrive", {"ids": [letter["id"]]})

    assert handled["handled"] == 1
    assert letter["id"] not in {waiting["id"] for waiting in letters(system)}
    eventually(lambda: customer.booking_if(booking, "confirmed"))
    (action, *_) = eventually(lambda: system.manager.get(f"/v1/operator-actions?target=queue:{QUEUE}")["data"])
    assert (action["action"], action["after"]["letters"]) == ("redrive_dead_letters", [letter["id"]])
