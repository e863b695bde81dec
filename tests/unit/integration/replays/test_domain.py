"""What may be replayed, and how a replay goes on."""

from datetime import timedelta
from uuid import uuid4

import pytest

from integration.replays.domain import (
    MAX_ATTEMPTS,
    Running,
    Subscription,
    advanced,
    check_period,
    check_type,
    held_up,
    unknown_subscriber,
)
from shared_schemas.errors import RuleViolationError
from shared_schemas.integration.replays import Replay, ReplayRequest
from tests.support.booking.made import NOW
from tests.support.samples import envelope

EVENT = envelope("eventbridge_booking_created")
RULE = "arn:aws:events:eu-central-1:000000000000:rule/cyclorama/cyclorama-one"


def request(since_hours: float, to_hours: float | None = None) -> ReplayRequest:
    to = None if to_hours is None else NOW - timedelta(hours=to_hours)
    return ReplayRequest.model_validate({"from": NOW - timedelta(hours=since_hours), "to": to, "reason": "lost"})


def running() -> Running:
    replay = Replay(
        id=uuid4(), status="waiting", from_=NOW, to=NOW, reason="lost", requested_by="somebody", requested_at=NOW,
        total=3, sent=0,
    )  # fmt: skip
    return Running(replay, next_attempt_at=NOW)


def refused(check: object) -> list[tuple[str, str]]:
    assert isinstance(check, RuleViolationError)
    assert check.message("ru") != check.message("en")
    return [(v.field, v.code) for v in check.violations]


@pytest.mark.parametrize(
    ("asked", "violations"),
    [
        (request(1), []),
        (request(30 * 24, 1), []),
        (request(30 * 24 + 1), [("from", "replay_too_old")]),
        (request(1, 1), [("to", "empty_period")]),
        (request(-1), [("to", "empty_period")]),
        (request(31 * 24, 32 * 24), [("to", "empty_period"), ("from", "replay_too_old")]),
    ],
)
def test_a_period_holds_something_that_consumers_still_remember(
    asked: ReplayRequest, violations: list[tuple[str, str]]
) -> None:
    try:
        check_period(asked, NOW, days=30)
        found = []
    except RuleViolationError as error:
        found = refused(error)
    assert found == violations


def test_a_subscriber_gets_only_what_it_subscribed_to() -> None:
    one = Subscription("one", "https://sqs.test/one", RULE, ["booking.created"])
    check_type("booking.created", one)
    check_type(None, one)
    check_type("anything.else", Subscription("all", "https://sqs.test/all", RULE, None))
    with pytest.raises(RuleViolationError) as caught:
        check_type("booking.cancelled", one)
    assert refused(caught.value) == [("type", "type_not_subscribed")]
    assert caught.value.violations[0].params == {"subscriber": "one", "allowed": "booking.created"}


def test_who_asks_for_nobody_is_told_whom_there_is() -> None:
    error = unknown_subscriber(["two", "one"])
    assert refused(error) == [("subscriber", "unknown_subscriber")]
    assert "one, two" in error.message()


def test_a_batch_moves_the_mark_and_an_incomplete_one_ends_it() -> None:
    stuck = held_up(running(), "away", NOW)
    on = advanced(stuck, [EVENT], NOW, at_end=False)
    assert (on.replay.status, on.replay.sent, on.last, on.replay.reached) == ("running", 1, EVENT.id, EVENT.time)
    assert (on.attempts, on.next_attempt_at) == (0, NOW)

    done = advanced(on, [], NOW, at_end=True)
    assert (done.replay.status, done.replay.sent, done.replay.error) == ("done", 1, None)
    assert (done.next_attempt_at, done.replay.finished_at) == (None, NOW)
    assert done.last == EVENT.id


def test_what_is_held_up_waits_longer_each_time_and_is_given_up_in_the_end() -> None:
    stuck, pauses = running(), []
    while stuck.next_attempt_at:
        stuck = held_up(stuck, "away", NOW)
        if stuck.next_attempt_at:
            pauses.append((stuck.next_attempt_at - NOW).total_seconds())
    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert len(pauses) == MAX_ATTEMPTS - 1
    assert (stuck.replay.status, stuck.replay.error, stuck.replay.finished_at) == ("failed", "away", NOW)
