"""Since when a replay is needed: the oldest published event that a subscriber has not taken in."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.engine import URL

from infra.local.cli.receipts import oldest_missing
from infra.local.postgres.admin import execute
from tests.support.system.template import whole_system

SYSTEM = whole_system()
OUTBOX = """
INSERT INTO booking.outbox (event_id, type, envelope, created_at, published_at)
VALUES (:id, :type, '{}', now() - :age * interval '1 minute', CASE WHEN :published THEN now() END)
"""
NOTIFICATION = """
INSERT INTO notification.inbox (subscriber, event_id, received_at)
VALUES ('notification-messages', :id, now() - :age * interval '1 minute')
"""
LOG = """
INSERT INTO integration.events (id, type, version, source, time, correlation_id, envelope, received_at)
VALUES (:id, 'booking.created', 1, 'booking', now(), 'flow', '{}', now() - :age * interval '1 minute')
"""


@pytest.fixture
def url(database: URL) -> str:
    url = database.render_as_string(hide_password=False)
    for table in ("booking.outbox", "notification.inbox", "integration.events"):
        execute(url, f"DELETE FROM {table}")  # noqa: S608 - our own names
    return url


def happened(url: str, age: int, kind: str = "booking.created", *, published: bool = True) -> UUID:
    event_id = uuid4()
    execute(url, OUTBOX, id=event_id, type=kind, age=age, published=published)
    return event_id


def taken_in(url: str, age: int, event_id: UUID, *statements: str) -> None:
    for statement in statements:
        execute(url, statement, id=event_id, age=age)


def missing(url: str) -> tuple[str, int] | None:
    """Which subscriber lacks the oldest, and how many minutes old it is."""
    found = oldest_missing(url, SYSTEM)
    [(now,)] = execute(url, "SELECT now()")
    assert isinstance(now, datetime)
    return (found.subscriber, round((now - found.since) / timedelta(minutes=1))) if found else None


def test_nothing_is_missing_where_everybody_has_everything(url: str) -> None:
    for age in (30, 20):
        taken_in(url, age, happened(url, age), LOG, NOTIFICATION)
    assert missing(url) is None


def test_the_oldest_that_one_of_them_lacks_is_found(url: str) -> None:
    taken_in(url, 40, happened(url, 40), LOG, NOTIFICATION)
    taken_in(url, 30, happened(url, 30), LOG)
    taken_in(url, 20, happened(url, 20), NOTIFICATION)
    taken_in(url, 10, happened(url, 10), LOG)
    assert missing(url) == ("notification-messages", 30)


def test_what_was_not_published_or_not_subscribed_to_is_not_missing(url: str) -> None:
    taken_in(url, 40, happened(url, 40), LOG, NOTIFICATION)
    happened(url, 30, published=False)
    taken_in(url, 20, happened(url, 20, "staff.acted"), LOG)
    assert missing(url) is None


def test_what_was_before_a_subscribers_first_receipt_was_not_for_it(url: str) -> None:
    taken_in(url, 300, happened(url, 300), LOG)
    taken_in(url, 30, happened(url, 30), LOG, NOTIFICATION)
    assert missing(url) is None
    # Of those that were lost before it took in anything, the last hour counts.
    taken_in(url, 60, happened(url, 60), LOG)
    assert missing(url) == ("notification-messages", 60)
