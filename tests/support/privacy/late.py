"""What comes late, after somebody was erased: it must bring nothing back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from infra.local.machine.aws import local_client
from tests.support.privacy.life import Life
from tests.support.stories.clockwork import ALIVE_SECONDS, MESSAGES
from tests.support.system.whole import System
from tests.support.waiting import eventually

QUEUE = "notification-messages"
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
CANCELLED = """
SELECT envelope FROM integration.events
 WHERE type = 'booking.cancelled' AND envelope -> 'data' ->> 'customer_id' = :id LIMIT 1
"""
# Each names one place that has heard of the erasure.
HEARD = {
    "booking": "SELECT id FROM booking.customers WHERE id = :id AND erased_at IS NOT NULL",
    "payment": "SELECT customer_id FROM payment.erased_payers WHERE customer_id = :id",
    "notification": """
SELECT 1 WHERE NOT EXISTS (SELECT FROM notification.notifications WHERE recipient_id = :id AND address IS NOT NULL)""",
    "CRMs": """
SELECT 1 WHERE 2 = (SELECT count(*) FROM integration.crm_links
                     WHERE kind = 'contact' AND our_id = :id AND erased_at IS NOT NULL)""",
}
UNPUBLISHED = " UNION ALL ".join(
    f"SELECT '{service} ' || event_id AS it FROM {service}.outbox WHERE published_at IS NULL OR replay_at IS NOT NULL"  # noqa: S608
    for service in ("gateway", "booking", "payment", "integration", "notification")
)
UNDONE = f"""
{UNPUBLISHED} UNION ALL SELECT 'replay ' || id FROM integration.replays WHERE next_attempt_at IS NOT NULL
 UNION ALL SELECT concat_ws(' ', template, channel, status, reason, attempts, next_attempt_at, cause)
             FROM notification.notifications WHERE next_attempt_at IS NOT NULL"""  # noqa: S608


def dead_letter(life: Life) -> str:
    """A cancellation of theirs, as if the subscriber had given it up; the letter's id, once it is collected."""
    known = {letter["id"] for letter in _letters(life.system)}
    event = eventually(lambda: _first(life.system, CANCELLED, id=life.id))
    sqs = local_client("sqs", life.system.endpoints.aws_endpoint)
    url = next(url for url in sqs.list_queues()["QueueUrls"] if url.endswith(f"{QUEUE}-dead-letters"))
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"detail-type": event["type"], "detail": event}))
    with _told_of(life.system, []):
        collected = eventually(lambda: [x["id"] for x in _letters(life.system) if x["id"] not in known])
    return str(collected[0])


def everybody_has_heard(life: Life) -> None:
    """Wait until the erasure is done everywhere."""
    eventually(lambda: all(_first(life.system, query, id=life.id) for query in HEARD.values()))


def all_is_quiet(system: System) -> None:
    """Wait until no event is on its way and no message is to be sent.

    What a busy machine made fail comes again: a message at once, as its pauses and its lease last longer than a test
    waits, and an event after the pauses that the system of these tests is given."""

    left: list[Any] = []

    def is_quiet() -> bool:
        system.sql(MESSAGES, alive=ALIVE_SECONDS)
        left[:] = [each for each in (_first(system, UNDONE), *_waiting(system)) if each]
        return not left

    with _told_of(system, left):
        eventually(is_quiet)


@contextmanager
def _told_of(system: System, left: list[Any]) -> Iterator[None]:
    """Who waits in vain says for what, and which functions are at work."""
    try:
        yield
    except AssertionError as error:
        at_work = {
            name: busy
            for name, environments in system.local.functions().items()
            if (busy := [each for each in environments if each["state"] != "idle"])
        }
        raise AssertionError(f"still under way: {left}; at work: {at_work}") from error


def _letters(system: System) -> list[dict[str, Any]]:
    return list(system.manager.get(f"/v1/dead-letters/{QUEUE}")["data"])


def _first(system: System, query: str, **parameters: str) -> Any:
    with system.database() as engine, engine.connect() as connection:
        return connection.execute(text(query), parameters).scalars().first()


def _waiting(system: System) -> list[str]:
    sqs = local_client("sqs", system.endpoints.aws_endpoint)
    asked = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
        for url in sqs.list_queues()["QueueUrls"]
    }
    return [f"{url} {name}" for url, found in asked.items() for name in COUNTS if int(found[name])]
