"""Deliveries on real PostgreSQL: taken in once, sent by one at a time, repeated with pauses, given up, sent again."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from integration.deliveries.domain import LEASE, Parcel
from integration.deliveries.errors import (
    ConnectorNotFoundError,
    DeliveryNotFoundError,
    DeliveryUnderWayError,
    ObsoleteError,
    PermanentSendError,
    TransientSendError,
)
from shared_schemas.integration.connectors import DeliveriesQuery
from tests.support.integration.connectors import PLENTY, STAFF_ID, FakeConnector, Studio, happened
from tests.support.trail import done_by, lines, told
from tests.support.waiting import PATIENCE_SECONDS


class Crash(BaseException):
    """A process that ends in the middle of what it does."""


@pytest.fixture
def studio(engine: Engine) -> Studio:
    return Studio(engine)


def raising(error: BaseException) -> Callable[[Parcel], int | None]:
    def send(_parcel: Parcel) -> int | None:
        raise error

    return send


def fine(_parcel: Parcel) -> int | None:
    return 200


def test_an_event_is_taken_once_and_delivered_to_each_receiver(studio: Studio) -> None:
    connector = FakeConnector(fine, ["a", "b"])
    dispatch, event = studio.dispatch(connector), happened()
    ids = dispatch.take("webhooks", event)
    assert dispatch.take("webhooks", event) == []
    assert dispatch.send("webhooks", ids, PLENTY) == 2
    assert sorted(connector.sent) == sorted(ids)
    found = studio.deliveries(connector)
    assert {(d.target, d.status, d.attempts, d.response_code) for d in found} == {
        ("a", "delivered", 1, 200),
        ("b", "delivered", 1, 200),
    }
    assert dispatch.send_due("webhooks", PLENTY) == 0


def test_what_people_wrote_is_not_kept(studio: Studio) -> None:
    seen: list[Parcel] = []

    def send(parcel: Parcel) -> int | None:
        seen.append(parcel)
        return 200

    dispatch = studio.dispatch(FakeConnector(send))
    dispatch.send("webhooks", dispatch.take("webhooks", happened("sqs_booking_cancelled", reason="My mother")), PLENTY)
    assert "reason" not in seen[0].envelope.data


def test_what_is_off_keeps_nothing(studio: Studio) -> None:
    dispatch = studio.dispatch(FakeConnector(fine))
    assert dispatch.take("telegram", happened()) == []
    assert dispatch.send("telegram", [uuid4()], PLENTY) == dispatch.send_due("telegram", PLENTY) == 0


def test_a_failure_is_repeated_with_growing_pauses_for_three_days_and_then_reported(studio: Studio) -> None:
    connector = FakeConnector(raising(TransientSendError("http_500", 500)))
    dispatch = studio.dispatch(connector)
    dispatch.take("webhooks", happened())
    began, pauses = studio.clock.now(), list[timedelta]()
    while dispatch.send_due("webhooks", PLENTY):
        (delivery,) = studio.deliveries(connector)
        if delivery.next_attempt_at:
            pauses.append(delivery.next_attempt_at - studio.clock.now())
            assert dispatch.send_due("webhooks", PLENTY) == 0
            studio.clock.advance(seconds=pauses[-1].total_seconds())
    assert pauses == sorted(pauses) and timedelta(seconds=14) < pauses[0] < pauses[-1] <= timedelta(hours=6)
    assert timedelta(days=2.7) < studio.clock.now() - began < timedelta(days=3)
    assert (delivery.status, delivery.error, delivery.response_code) == ("dead", "http_500", 500)
    (error,) = studio.publisher.taken
    assert (error.type, error.data["operation"], error.data["code"]) == (
        "service.error",
        "connector-webhooks",
        "http_500",
    )


def test_a_report_that_cannot_be_delivered_is_not_reported(studio: Studio) -> None:
    dispatch = studio.dispatch(connector := FakeConnector(raising(PermanentSendError("no"))))
    report = happened().model_copy(update={"type": "service.error"})
    dispatch.send("webhooks", dispatch.take("webhooks", report), PLENTY)
    assert studio.deliveries(connector)[0].status == "dead"
    assert studio.publisher.taken == []


def test_a_receiver_says_when_it_may_be_asked_again(studio: Studio) -> None:
    connector = FakeConnector(raising(TransientSendError("http_429", 429, retry_after=3600)))
    dispatch = studio.dispatch(connector)
    dispatch.send("webhooks", dispatch.take("webhooks", happened()), PLENTY)
    (delivery,) = studio.deliveries(connector)
    assert delivery.next_attempt_at == studio.clock.now() + timedelta(hours=1)


def test_what_is_overtaken_is_neither_repeated_nor_an_error(studio: Studio) -> None:
    dispatch = studio.dispatch(connector := FakeConnector(raising(ObsoleteError("outdated"))))
    dispatch.send("webhooks", dispatch.take("webhooks", happened()), PLENTY)
    assert [(d.status, d.error) for d in studio.deliveries(connector)] == [("skipped", "outdated")]
    assert studio.publisher.taken == []


def test_a_crash_in_the_middle_repeats_the_same_delivery_after_its_lease(studio: Studio) -> None:
    connector = FakeConnector(raising(Crash()))
    dispatch = studio.dispatch(connector)
    ids = dispatch.take("webhooks", happened())
    with pytest.raises(Crash):
        dispatch.send("webhooks", ids, PLENTY)
    revived = studio.dispatch(alive := FakeConnector(fine))
    assert revived.send_due("webhooks", PLENTY) == 0
    studio.clock.advance(seconds=LEASE.total_seconds())
    assert revived.send_due("webhooks", PLENTY) == 1
    assert alive.sent == ids
    assert studio.deliveries(alive)[0].attempts == 2


def test_an_attempt_that_outlived_its_lease_records_nothing(studio: Studio) -> None:
    """Somebody else has tried since, and will again: the late refusal must not end that."""
    second = studio.dispatch(FakeConnector(raising(TransientSendError("http_500"))))

    def slow(_parcel: Parcel) -> int | None:
        studio.clock.advance(seconds=LEASE.total_seconds())
        assert second.send_due("webhooks", PLENTY) == 1
        raise PermanentSendError("too_late")

    dispatch = studio.dispatch(connector := FakeConnector(slow))
    dispatch.send("webhooks", dispatch.take("webhooks", happened()), PLENTY)
    assert [(d.status, d.attempts, d.error) for d in studio.deliveries(connector)] == [("waiting", 2, "http_500")]


def test_workers_at_the_same_time_send_each_delivery_once(studio: Studio) -> None:
    together, sent = Barrier(4), list[UUID]()

    def send(parcel: Parcel) -> int | None:
        sent.append(parcel.id)
        return 200

    connector = FakeConnector(send)
    dispatch = studio.dispatch(connector)
    for _ in range(20):
        dispatch.take("webhooks", happened())

    def work() -> None:
        together.wait(PATIENCE_SECONDS)
        dispatch.send_due("webhooks", PLENTY)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert len(sent) == len(set(sent)) == 20


def test_what_is_about_one_person_is_sent_one_at_a_time(studio: Studio) -> None:
    inside: list[int] = []
    connector = FakeConnector(lambda _parcel: inside.append(dispatch.send_due("webhooks", PLENTY)))
    connector.subject = uuid4()
    dispatch = studio.dispatch(connector)
    dispatch.take("webhooks", happened())
    dispatch.take("webhooks", happened())
    assert dispatch.send_due("webhooks", PLENTY) == 2
    assert inside == [0, 0]


def test_a_receiver_that_fails_is_left_alone_for_the_rest_of_the_turn(studio: Studio) -> None:
    def send(parcel: Parcel) -> int | None:
        if parcel.target == "bad":
            raise TransientSendError("no_answer")
        return 200

    connector = FakeConnector(send, ["bad", "good"])
    dispatch = studio.dispatch(connector)
    for _ in range(5):
        dispatch.take("webhooks", happened())
    assert dispatch.send_due("webhooks", PLENTY) == 6
    assert [d.target for d in studio.deliveries(connector, status="delivered")] == ["good"] * 5


def test_while_paused_everything_waits_and_then_goes_on(studio: Studio) -> None:
    connector = FakeConnector(fine)
    dispatch, desk = studio.dispatch(connector), studio.desk(connector)
    with done_by(STAFF_ID):
        paused = desk.pause("webhooks", STAFF_ID, "they asked for it")
    assert (paused.paused, paused.paused_by, paused.pause_reason) == (True, STAFF_ID, "they asked for it")
    assert dispatch.send("webhooks", dispatch.take("webhooks", happened()), PLENTY) == 0
    (view,) = desk.all()
    assert (view.waiting, view.oldest_waiting_at, view.last_success_at) == (1, studio.clock.now(), None)
    with done_by(STAFF_ID):
        assert not desk.resume("webhooks", "all is well").paused
    assert dispatch.send_due("webhooks", PLENTY) == 1
    (view,) = desk.all()
    assert (view.waiting, view.dead, view.last_success_at) == (0, 0, studio.clock.now())
    assert [told(line) for line in lines(studio.publisher)] == [
        ("they asked for it", {}, {"paused": True}),
        ("all is well", {}, {"paused": False}),
    ]


def test_staff_send_what_was_given_up_once_more_under_its_own_id(studio: Studio) -> None:
    connector = FakeConnector(raising(PermanentSendError("refused")))
    dispatch, desk = studio.dispatch(connector), studio.desk(connector)
    (delivery_id,) = dispatch.take("webhooks", happened())
    with pytest.raises(DeliveryUnderWayError):
        desk.resend("webhooks", delivery_id, studio.handling())
    dispatch.send("webhooks", [delivery_id], PLENTY)
    assert (desk.all()[0].dead, desk.all()[0].last_failure) == (1, "refused")
    studio.clock.advance(days=5)
    assert desk.resend("webhooks", delivery_id, studio.handling()).status == "waiting"
    alive = FakeConnector(fine)
    assert studio.dispatch(alive).send_due("webhooks", PLENTY) == 1
    assert alive.sent == [delivery_id]
    with pytest.raises(DeliveryNotFoundError):
        desk.resend("webhooks", uuid4(), studio.handling())
    with pytest.raises(DeliveryNotFoundError):
        desk.resend("webhooks", delivery_id, studio.handling(), target="somebody else")
    with pytest.raises(ConnectorNotFoundError):
        desk.pause("fax", STAFF_ID, "no such thing")


def test_deliveries_are_listed_newest_first_page_by_page(studio: Studio) -> None:
    connector = FakeConnector(fine)
    made = []
    for _ in range(3):
        made += studio.dispatch(connector).take("webhooks", happened())
        studio.clock.advance(minutes=1)
    first = studio.desk(connector).deliveries("webhooks", DeliveriesQuery(limit=2))
    second = studio.desk(connector).deliveries("webhooks", DeliveriesQuery(limit=2, cursor=first.next_cursor))
    assert [d.id for d in first.data + second.data] == made[::-1]
    assert second.next_cursor is None


def test_what_was_finished_a_month_ago_is_forgotten_and_what_waits_is_not(studio: Studio) -> None:
    connector = FakeConnector(fine)
    dispatch = studio.dispatch(connector)
    dispatch.send("webhooks", dispatch.take("webhooks", happened()), PLENTY)
    (waiting,) = dispatch.take("webhooks", happened())
    studio.clock.advance(days=29)
    assert dispatch.tidy("webhooks", PLENTY) == 0
    studio.clock.advance(days=2)
    assert dispatch.tidy("webhooks", PLENTY) == 1
    assert [d.id for d in studio.deliveries(connector)] == [waiting]


def test_turns_are_handed_out_at_the_rate_whoever_asks(studio: Studio) -> None:
    def turn() -> float | None:
        with studio.work() as work:
            wait = work.connectors.take_turn("bitrix24", 10, 25)
            work.commit()
        return wait

    waits = [turn() for _ in range(4)]
    assert waits[0] == 0
    assert 9 < (waits[1] or 0) <= 10 and 19 < (waits[2] or 0) <= 20
    assert waits[3] is None
    with studio.work() as work:
        work.connectors.push_back("amocrm", 60)
        work.commit()
    with studio.work() as work:
        assert work.connectors.take_turn("amocrm", 1, 5) is None
