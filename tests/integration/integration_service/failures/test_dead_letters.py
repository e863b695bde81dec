"""Dead letters on real PostgreSQL: kept, seen, delivered once more or given up."""

import json
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from integration.errors import BrokerUnavailableError
from integration.failures.errors import DeadLetterNotFoundError, QueueNotFoundError
from shared_schemas.integration.failures import DeadLettersQuery
from tests.support.integration.failures import OPERATOR, QUEUE, Infirmary, message
from tests.support.trail import done_by, lines, told


@pytest.fixture
def infirmary(engine: Engine) -> Infirmary:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM integration.dead_letters"))
    return Infirmary(engine)


def test_a_letter_is_kept_whole_and_reported(infirmary: Infirmary) -> None:
    letter = infirmary.collect()

    kept = infirmary.letters.get(QUEUE, letter.id)
    event = json.loads(letter.body)["detail"]
    assert (kept.body, kept.type, str(kept.event_id)) == (letter.body, "payment.succeeded", event["id"])
    assert (kept.correlation_id, kept.sent_at, kept.status) == (event["correlation_id"], letter.sent_at, "waiting")
    (told,) = infirmary.told()
    assert (told.service, told.operation, told.code) == ("payment", QUEUE, "dead_letter")
    assert str(told.booking_id) == event["data"]["booking_id"]
    assert infirmary.broker.taken[0].correlation_id == event["correlation_id"]


def test_a_letter_says_how_often_it_was_delivered_and_what_went_wrong(infirmary: Infirmary) -> None:
    letter = infirmary.collect(deliveries=8, last_error="core.errors.BrokenError (broken) at payment.paying.service:7")

    (listed,) = infirmary.letters.page(QUEUE, DeadLettersQuery()).data
    assert (listed.id, listed.deliveries, listed.last_error) == (letter.id, 8, letter.last_error)
    (told,) = infirmary.told()
    assert told.detail.endswith("could not be handled: core.errors.BrokenError (broken) at payment.paying.service:7")


def test_a_letter_whose_subscriber_died_says_nothing(infirmary: Infirmary) -> None:
    letter = infirmary.collect()
    kept = infirmary.letters.get(QUEUE, letter.id)
    assert (kept.deliveries, kept.last_error) == (None, None)


def test_a_letter_that_is_collected_twice_is_one(infirmary: Infirmary) -> None:
    infirmary.collect(message_id="m1")
    infirmary.collect(message_id="m1")
    assert (len(infirmary.waiting()), len(infirmary.told())) == (1, 1)


@pytest.mark.parametrize("body", ["", "no JSON", "[]", '{"detail": {"type": "x"}}', "null"])
def test_a_message_that_is_no_event_is_kept_as_it_is(infirmary: Infirmary, body: str) -> None:
    letter = infirmary.collect(body)
    kept = infirmary.letters.get(QUEUE, letter.id)
    assert (kept.body, kept.type, kept.event_id) == (body, None, None)
    assert len(infirmary.told()) == 1


def test_a_report_that_died_itself_is_kept_but_not_reported(infirmary: Infirmary) -> None:
    """Or the log, while it cannot handle anything, would be told of its own letters for ever."""
    infirmary.collect(message(type="service.error"), queue="integration-event-log")
    assert (len(infirmary.waiting("integration-event-log")), infirmary.told()) == (1, [])


def test_queues_say_what_waits_and_what_is_still_at_the_broker(infirmary: Infirmary) -> None:
    for _ in range(3):
        infirmary.collect()
    assert [(q.name, q.waiting, q.messages, q.in_flight) for q in infirmary.letters.queues()] == [
        (QUEUE, 3, 1, 0),
        ("integration-event-log", 0, 0, 2),
    ]


def test_one_some_or_all_are_delivered_once_more_unchanged(infirmary: Infirmary) -> None:
    letters = [infirmary.collect() for _ in range(25)]
    first = [letters[0].id, letters[7].id]

    with done_by(OPERATOR):
        some = infirmary.letters.redrive(QUEUE, first, OPERATOR.user_id)
        again = infirmary.letters.redrive(QUEUE, first, OPERATOR.user_id)
        rest = infirmary.letters.redrive(QUEUE, None, OPERATOR.user_id)

    assert [(each.handled, each.waiting) for each in (some, again, rest)] == [(2, 23), (0, 23), (23, 0)]
    assert sorted(infirmary.queues.sent) == sorted(letter.body for letter in letters)
    kept = infirmary.letters.get(QUEUE, letters[0].id)
    assert (kept.status, kept.handled_by, kept.handled_at) == ("redriven", OPERATOR.user_id, infirmary.clock.now())
    done = lines(infirmary.broker)
    moved = [each for line in done for each in line.after["letters"]]
    assert {line.target for line in done} == {f"queue:{QUEUE}"} and sorted(moved) == sorted(str(x.id) for x in letters)


def test_what_the_queue_refuses_waits_on(infirmary: Infirmary) -> None:
    good, bad = infirmary.collect(), infirmary.collect()
    infirmary.queues.refuses = {bad.body}

    handled = infirmary.letters.redrive(QUEUE, [good.id, bad.id], OPERATOR.user_id)

    assert (handled.handled, infirmary.waiting()) == (1, [str(bad.id)])


def test_while_the_broker_is_away_nothing_is_lost(infirmary: Infirmary) -> None:
    letter = infirmary.collect()
    infirmary.queues.down = True
    with pytest.raises(BrokerUnavailableError):
        infirmary.letters.redrive(QUEUE, None, OPERATOR.user_id)
    assert infirmary.waiting() == [str(letter.id)]


def test_what_is_given_up_stays_readable_and_says_why(infirmary: Infirmary) -> None:
    letter, other = infirmary.collect(), infirmary.collect()

    with done_by(OPERATOR):
        handled = infirmary.letters.discard(QUEUE, [letter.id], "a test of ours", OPERATOR.user_id)

    assert (handled.handled, handled.waiting, infirmary.waiting()) == (1, 1, [str(other.id)])
    kept = infirmary.letters.get(QUEUE, letter.id)
    assert (kept.status, kept.reason, kept.body) == ("discarded", "a test of ours", letter.body)
    assert infirmary.letters.redrive(QUEUE, [letter.id], OPERATOR.user_id).handled == 0
    assert [told(line) for line in lines(infirmary.broker)] == [("a test of ours", {}, {"letters": [str(letter.id)]})]


def test_letters_come_in_pages_by_what_was_done_with_them(infirmary: Infirmary) -> None:
    letters = [infirmary.collect() for _ in range(5)]
    infirmary.letters.discard(QUEUE, [letters[0].id], "x", OPERATOR.user_id)
    seen: list[UUID] = []
    cursor: str | None = None
    while True:
        page = infirmary.letters.page(QUEUE, DeadLettersQuery(limit=2, cursor=cursor))
        seen += [letter.id for letter in page.data]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == [letter.id for letter in reversed(letters[1:])]
    discarded = infirmary.letters.page(QUEUE, DeadLettersQuery(status="discarded")).data
    assert [letter.id for letter in discarded] == [letters[0].id]


def test_what_there_is_not_is_said(infirmary: Infirmary) -> None:
    letter = infirmary.collect()
    for do in (
        lambda: infirmary.letters.page("nobody", DeadLettersQuery()),
        lambda: infirmary.letters.redrive("nobody", None, OPERATOR.user_id),
        lambda: infirmary.letters.discard("nobody", [letter.id], "x", OPERATOR.user_id),
    ):
        with pytest.raises(QueueNotFoundError) as refusal:
            do()
        assert "integration-event-log, payment-refunds" in refusal.value.message()
    for queue, letter_id in (("integration-event-log", letter.id), (QUEUE, uuid4())):
        with pytest.raises(DeadLetterNotFoundError):
            infirmary.letters.get(queue, letter_id)
