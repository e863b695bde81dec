"""Terms and customers as they are stored."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from booking.customers.repository import CustomerRepository, PolicyRepository
from shared_schemas.booking.customers import Acceptance, Note
from shared_schemas.booking.policy import Policy
from tests.support.database import EngineFor

NOW = datetime(2026, 12, 1, 6, tzinfo=UTC)


@pytest.fixture
def connection(engine_for: EngineFor) -> Iterator[Connection]:
    with engine_for("booking").connect() as connected:
        yield connected


def test_the_newest_policy_counts(connection: Connection) -> None:
    policies = PolicyRepository(connection)
    assert policies.current().version == 0

    first = policies.add(Policy(rules_version="2026-01"), "somebody", NOW)
    second = policies.add(Policy(offer_minutes=30), "somebody", NOW)

    assert (first.version, second.version) == (1, 2)
    assert policies.current() == second


def test_nothing_is_known_of_a_stranger(connection: Connection) -> None:
    customers = CustomerRepository(connection)
    stranger = uuid4()

    assert customers.standing(stranger) == (False, None)
    assert customers.get(stranger).model_dump(exclude_defaults=True) == {
        "id": stranger,
        "bookings": {},
        "spent": {"amount": 0},
    }


def test_a_block_is_set_and_lifted(connection: Connection) -> None:
    customers, customer_id = CustomerRepository(connection), uuid4()

    customers.set_block(customer_id, "Broke a lamp", NOW)
    assert customers.standing(customer_id) == (True, None)
    assert customers.get(customer_id).block_reason == "Broke a lamp"

    customers.set_block(customer_id, None, NOW)
    blocked = customers.get(customer_id)
    assert (customers.standing(customer_id)[0], blocked.block_reason, blocked.blocked_at) == (False, None, None)


def test_a_no_show_raises_the_prepayment_and_never_lowers_it(connection: Connection) -> None:
    customers, customer_id = CustomerRepository(connection), uuid4()

    first, second = uuid4(), uuid4()
    customers.add_no_show(first, customer_id, 80, NOW)
    customers.add_no_show(second, customer_id, 60, NOW + timedelta(days=1))

    known = customers.get(customer_id)
    assert (known.no_shows, known.prepayment_percent) == (2, 80)

    customers.remove_no_show(first, customer_id)
    known = customers.get(customer_id)
    assert (known.no_shows, known.prepayment_percent) == (1, 60)
    customers.set_prepayment(customer_id, None)
    assert customers.standing(customer_id) == (False, None)
    customers.remove_no_show(second, customer_id)
    known = customers.get(customer_id)
    assert (known.no_shows, known.prepayment_percent) == (0, None)


def test_of_a_no_show_from_before_it_was_kept_only_the_count_is_undone(connection: Connection) -> None:
    customers, customer_id = CustomerRepository(connection), uuid4()
    statement = "INSERT INTO booking.customers (id, no_shows, prepayment_percent) VALUES (:id, 1, 100)"
    connection.execute(text(statement), {"id": customer_id})
    customers.remove_no_show(uuid4(), customer_id)
    known = customers.get(customer_id)
    assert (known.no_shows, known.prepayment_percent) == (0, 100)


def test_the_first_acceptance_of_a_version_is_kept(connection: Connection) -> None:
    customers, customer_id = CustomerRepository(connection), uuid4()
    later = NOW + timedelta(days=1)

    customers.accept(customer_id, Acceptance(version="1", at=NOW))
    customers.accept(customer_id, Acceptance(version="1", at=later))
    customers.accept(customer_id, Acceptance(version="2", at=later))

    assert customers.get(customer_id).acceptances == [
        Acceptance(version="1", at=NOW),
        Acceptance(version="2", at=later),
    ]


def test_notes_come_newest_first(connection: Connection) -> None:
    customers, customer_id = CustomerRepository(connection), uuid4()
    notes = [Note(id=uuid4(), author="staff", text=text, at=NOW + timedelta(hours=hour))
             for hour, text in enumerate(("old", "new"))]  # fmt: skip

    for note in notes:
        customers.add_note(customer_id, note)

    assert customers.get(customer_id).notes == notes[::-1]
