"""Whatever the staff may change leaves exactly one line, which has nothing that people wrote; all routes are played."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from booking import composition as booking
from core.safe_http import OutsideAnswer, OutsideClient
from integration import composition as integration
from payment import composition as payment
from tests.support.booking.calendar import ics, vevent
from tests.support.clock import FixedClock
from tests.support.database import SERVICES, EngineFor
from tests.support.integration.failures import FakeQueues
from tests.support.payment.gateways import FakeGateway
from tests.support.staff_day.chapter import SECRETS, Done
from tests.support.staff_day.day import StaffDay
from tests.support.system.furnished import register
from tests.support.system.hostile import DOCUMENT
from tests.support.system.whole_api import WholeApi, whole_api

CHANGE_NOTHING = {
    "preview_bank_statement",
    "preview_extension",
    "preview_message_template",
    "preview_reschedule",
    "simulate_tariff_version",
}
"""They are asked by POST, because what they are asked has a body."""
WITHOUT_ID = {"import", "logo", "policy", "studio", "reconciliation"}
"""Targets of which there is only one, or of which a call makes several."""


def operations() -> set[str]:
    """Everything by which the staff may change something."""
    return {
        operation["operationId"]
        for path in DOCUMENT["paths"].values()
        for method, operation in path.items()
        if method in ("post", "put", "patch", "delete") and {"manager", "admin"} & set(operation.get("x-roles", ()))
    } - CHANGE_NOTHING


class Played:
    """What was called, and which lines it left."""

    def __init__(self, engines: list[tuple[str, Engine]]) -> None:
        self._engines = engines
        self._read = dict.fromkeys((name for name, _ in engines), 0)
        self.calls: list[tuple[Done, list[dict[str, Any]]]] = []
        self.new()

    def __call__(self, done: Done) -> None:
        self.calls.append((done, self.new()))

    def new(self) -> list[dict[str, Any]]:
        """Lines since it was last asked, from all outboxes."""
        found: list[dict[str, Any]] = []
        for name, engine in self._engines:
            later = text(f"SELECT position, type, envelope FROM {name}.outbox WHERE position > :read ORDER BY position")  # noqa: S608
            with engine.connect() as connection:
                rows = connection.execute(later, {"read": self._read[name]}).all()
            self._read[name] = rows[-1].position if rows else self._read[name]
            found += [row.envelope["data"] for row in rows if row.type == "staff.acted"]
        return found


@pytest.fixture(scope="module")
def api(engine_for: EngineFor) -> Iterator[WholeApi]:
    file = ics(vevent("DTSTART:20261201T090000Z", "DTEND:20261201T100000Z")).encode()
    with pytest.MonkeyPatch.context() as patch, whole_api(engine_for, patch) as made:
        patch.setattr(OutsideClient, "_checked", lambda *_: "93.184.216.34")
        patch.setattr(OutsideClient, "exchange", lambda *_, **__: OutsideAnswer(200, None, file))
        yield made


@pytest.fixture(scope="module")
def played(api: WholeApi, engine_for: EngineFor) -> Iterator[Played]:
    register(engine_for("gateway"))
    clock, gateway, queues = FixedClock(datetime.now(UTC)), FakeGateway(), FakeQueues()
    at, paying, hub = booking.app(), payment.app(), integration.app()
    found = Played([(name, engine_for(name)) for name in SERVICES])
    with (
        booking.app.replaced(replace(at, world=replace(at.world, clock=clock))),
        payment.app.replaced(
            replace(paying, outside=replace(paying.outside, gateways=lambda _: {"yookassa": gateway}))
        ),
        integration.app.replaced(replace(hub, outside=replace(hub.outside, queues=lambda _: queues))),
    ):
        StaffDay(api, engine_for, clock, gateway, found).whole()
        yield found


def test_every_route_by_which_the_staff_change_something_is_played(played: Played) -> None:
    assert operations() - {done.operation for done, _ in played.calls} == set(), (
        "add it to a chapter of tests/support/staff_day"
    )


def test_each_leaves_one_line_that_says_who_did_what_to_what(played: Played) -> None:
    wrong = {
        done.operation: lines
        for done, lines in played.calls
        if [line["action"] for line in lines] != [done.operation] or not says_enough(lines[0])
    }
    assert wrong == {}


def says_enough(line: dict[str, Any]) -> bool:
    kind, _, key = line["target"].partition(":")
    # Who accepts an invitation has not signed in yet.
    signed_in = line["session_id"] or line["action"] == "accept_invitation"
    return bool(line["actor_id"] and signed_in and line["network"] and kind and (key or kind in WITHOUT_ID))


def test_no_line_has_what_people_wrote(played: Played) -> None:
    told = [str(line) for _, lines in played.calls for line in lines]
    assert len(told) > 60
    assert [line for line in told if any(secret in line for secret in SECRETS)] == []


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        ("change_hall", {"capacity": 5}, {"capacity": 6, "description": "(text)"}),
        ("change_promo_code", {"active": True}, {"active": False}),
        ("set_customer_prepayment", {"prepayment_percent": 90}, {"prepayment_percent": 100}),
        ("change_staff", {"role": "manager"}, {"role": "admin"}),
        ("note_no_show", {"status": "confirmed"}, {"status": "no_show"}),
        ("pause_connector", {}, {"paused": True}),
    ],
)
def test_a_line_says_what_it_was_and_what_it_is(
    played: Played, operation: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    [line] = next(lines for done, lines in played.calls if done.operation == operation)
    assert (line["before"].items() >= before.items(), line["after"].items() >= after.items()) == (True, True), line
