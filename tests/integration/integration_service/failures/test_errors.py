"""The error log on real PostgreSQL."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from core.http.paging import InvalidCursorError
from integration.failures.errors import ErrorNotFoundError
from shared_schemas.integration.failures import ErrorsQuery
from tests.support.booking.made import NOW
from tests.support.integration.failures import OPERATOR, Infirmary
from tests.support.trail import done_by, lines, told


@pytest.fixture
def infirmary(engine: Engine) -> Infirmary:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM integration.errors"))
    return Infirmary(engine)


def test_repeated_failures_are_one_group_with_the_words_of_the_latest(infirmary: Infirmary) -> None:
    for minutes, flow in ((5, "second"), (9, "third"), (1, "first-but-late")):
        infirmary.fails("slot_taken", minutes, flow)
    infirmary.fails("payment_too_small", 20, "other")

    found = infirmary.group("slot_taken")

    assert (found.occurrences, found.correlation_id, found.detail) == (3, "third", "at 9")
    assert found.sample["detail"] == "at 9"
    assert (found.first_seen, found.last_seen) == (NOW + timedelta(minutes=1), NOW + timedelta(minutes=9))
    assert [group.code for group in infirmary.listed()] == ["payment_too_small", "slot_taken"]


def test_a_failure_delivered_twice_counts_once(infirmary: Infirmary) -> None:
    told = infirmary.fails("slot_taken")
    infirmary.log.record(told)
    assert infirmary.group("slot_taken").occurrences == 1


def test_staff_say_that_they_are_at_it_and_that_it_is_over(infirmary: Infirmary) -> None:
    infirmary.fails("slot_taken")
    group = infirmary.group("slot_taken")

    with done_by(OPERATOR):
        at_it = infirmary.errors.handle(group.id, "acknowledged", OPERATOR.user_id, None)
        infirmary.clock.advance(minutes=5)
        over = infirmary.errors.handle(group.id, "resolved", OPERATOR.user_id, "the hall was sold twice")

    assert (at_it.status, over.status, over.note) == ("acknowledged", "resolved", "the hall was sold twice")
    assert (over.handled_by, over.handled_at) == (OPERATOR.user_id, infirmary.clock.now())
    about = {"service": "integration", "code": "slot_taken"}
    assert [told(line) for line in lines(infirmary.broker)] == [
        (None, {}, about | {"status": "acknowledged"}),
        ("the hall was sold twice", {}, about | {"status": "resolved"}),
    ]


@pytest.mark.parametrize(
    ("status", "minutes", "then"),
    [("resolved", 10, "open"), ("resolved", -10, "resolved"), ("acknowledged", 10, "acknowledged")],
)
def test_only_what_happens_after_it_was_over_opens_it_again(
    infirmary: Infirmary, status: str, minutes: int, then: str
) -> None:
    infirmary.fails("slot_taken")
    infirmary.errors.handle(infirmary.group("slot_taken").id, status, OPERATOR.user_id, "done")  # type: ignore[arg-type]

    infirmary.fails("slot_taken", minutes)

    assert infirmary.group("slot_taken").status == then


def test_errors_are_found_by_service_status_and_time(infirmary: Infirmary) -> None:
    infirmary.fails("here", 0)
    infirmary.fails("there", 10, service="payment")
    infirmary.errors.handle(infirmary.group("here").id, "acknowledged", OPERATOR.user_id, None)

    def codes(**query: object) -> list[str]:
        return [group.code for group in infirmary.listed(**query)]

    assert codes(service="payment") == ["there"]
    assert codes(status="acknowledged") == ["here"]
    assert codes(**{"from": NOW + timedelta(minutes=10)}) == ["there"]
    assert codes(to=NOW + timedelta(minutes=10)) == ["here"]


def test_pages_join_into_the_whole_list(infirmary: Infirmary) -> None:
    for number in range(5):
        infirmary.fails(f"code_{number}", number // 2)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = infirmary.errors.page(ErrorsQuery(limit=2, cursor=cursor))
        seen += [group.code for group in page.data]
        if (cursor := page.next_cursor) is None:
            break
    assert sorted(seen) == [f"code_{number}" for number in range(5)]
    with pytest.raises(InvalidCursorError):
        infirmary.errors.page(ErrorsQuery(cursor="x"))


def test_an_error_that_there_is_not_cannot_be_handled(infirmary: Infirmary) -> None:
    with pytest.raises(ErrorNotFoundError):
        infirmary.errors.get(uuid4())
    with pytest.raises(ErrorNotFoundError):
        infirmary.errors.handle(uuid4(), "resolved", OPERATOR.user_id, "x")


@pytest.mark.parametrize(
    "statement", ["UPDATE integration.operator_actions SET action = ''", "DELETE FROM integration.operator_actions"]
)
def test_what_staff_did_cannot_be_changed(engine: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), engine.begin() as connection:
        connection.execute(text(statement))
