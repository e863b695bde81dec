"""Whoever is erased is nowhere any more: what they said and what was said of them is looked for in every table."""

import json
from datetime import UTC, datetime

import pytest

from infra.local.client import Client
from tests.support.privacy.late import QUEUE, all_is_quiet, dead_letter, everybody_has_heard
from tests.support.privacy.life import Life
from tests.support.privacy.person import Marks, book_as_guest
from tests.support.privacy.scan import Found, scan
from tests.support.stories.money.studio import MoneyStudio
from tests.support.system.whole import PASSWORD, System
from tests.support.waiting import eventually

# Events are told to everybody who subscribes: neither the person's words nor their contact may ever be in one.
EVENTS = ("integration.events", "integration.deliveries", "integration.dead_letters", "outbox")


@pytest.fixture(scope="module")
def studio(system: System) -> MoneyStudio:
    return MoneyStudio(system)


def found(system: System, marks: Marks) -> Found:
    with system.database() as engine:
        return scan(engine, list(marks.told.values()))


def places(found: Found, word: str) -> set[str]:
    return {column for column, words in found.items() if word in words}


def test_an_erased_person_is_in_no_table_and_nothing_late_brings_them_back(system: System, studio: MoneyStudio) -> None:
    since = datetime.now(UTC).isoformat()
    life = Life(system, studio).lived()
    life.gateway_tells("payment.waiting_for_capture")
    letter = dead_letter(life)
    all_is_quiet(system)
    before = found(system, life.marks)
    # Otherwise the rest would prove nothing.
    assert set(life.marks.told.values()) == set().union(*before.values())
    assert [column for column in before if any(name in column for name in EVENTS)] == []

    exported = life.customer.api.request("GET", "/v1/me/export")
    assert exported.headers["Content-Disposition"].startswith("attachment")
    assert exported.document["complete"]
    untold = {word for word in life.marks.told.values() if word not in json.dumps(exported.document)}
    # What was changed since is nowhere but in answers that are repeated for a day.
    assert untold == {word for word in untold if places(before, word) == {"booking.idempotency_keys.response"}}

    assert life.customer.api.request("DELETE", "/v1/me").status == 204

    everybody_has_heard(life)
    assert found(system, life.marks) == {}

    life.gateway_tells("payment.canceled")
    life.staff("POST", f"/v1/dead-letters/{QUEUE}/redrive", {"ids": [letter]})
    message = system.manager.get(f"/v1/notifications?recipient_id={life.id}")["data"][0]
    life.staff("POST", f"/v1/notifications/{message['id']}/resend", {})
    life.staff("POST", "/v1/events/replay", {"from": since, "reason": "after an erasure"})
    all_is_quiet(system)
    assert found(system, life.marks) == {}


def test_a_guest_is_erased_by_who_was_asked_to(system: System, studio: MoneyStudio) -> None:
    marks, admin = Marks(), Client(system.api_url).sign_in("admin@cyclorama.test", PASSWORD)
    booking = book_as_guest(system, marks, studio.slot())
    all_is_quiet(system)
    assert set(marks.told.values()) == set().union(*found(system, marks).values())

    exported = admin.get(f"/v1/customers/{booking['customer_id']}/export")
    assert [word for word in marks.told.values() if word not in json.dumps(exported)] == []
    assert admin.request("DELETE", f"/v1/accounts/{booking['customer_id']}").status == 204

    eventually(lambda: found(system, marks) == {})
    assert system.manager.get(f"/v1/bookings/{booking['id']}")["total"] == booking["total"]
