"""Replays on real PostgreSQL: each event once and in order, whatever crashes or holds them up."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from core.http.idempotency import IdempotencyKey
from core.jobs import Turn
from integration.composition import App, Outside
from integration.errors import BrokerUnavailableError
from integration.replays import service as service_replays
from integration.replays.domain import Subscription
from integration.replays.errors import NotTakenError, ReplayNotFoundError
from integration.settings import IntegrationSettings
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.replays import Replay, ReplayRequest, ReplaysQuery
from tests.support.booking.made import NOW, FixedClock
from tests.support.database import EngineFor
from tests.support.samples import envelope
from tests.support.world import world

RULE = "arn:aws:events:eu-central-1:123456789012:rule/cyclorama/cyclorama-one"
ONE = Subscription("one", "https://sqs.test/one", RULE, ["booking.created"])
PLENTY: Callable[[], bool] = lambda: True  # noqa: E731


class Crash(BaseException):
    """A process that ends in the middle of what it does."""


class Road:
    """Where replays go: remembers all that was sent to whom; `fault` is raised once `after` batches went well."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, UUID]] = []
        self.fault: BaseException | None = None
        self.after = 0
        self.known = {"one": ONE}

    def names(self) -> Sequence[str]:
        return list(self.known)

    def find(self, name: str) -> Subscription:
        return self.known[name]

    def to_all(self, envelopes: Sequence[Envelope]) -> None:
        self._take("all", envelopes)

    def to_one(self, subscription: Subscription, envelopes: Sequence[Envelope]) -> None:
        self._take(subscription.name, envelopes)

    def _take(self, whom: str, envelopes: Sequence[Envelope]) -> None:
        if self.fault and self.after == 0:
            raise self.fault
        self.after -= 1
        self.sent += [(whom, e.id) for e in envelopes]


class Studio:
    def __init__(self, engine: Engine) -> None:
        self.clock, self.road = FixedClock(), Road()
        road = Outside(subscriptions=lambda _: self.road, redelivery=lambda _: self.road)
        app = App(world("integration", IntegrationSettings, engine, clock=self.clock), road)
        self.log, self.replays = app.event_log, app.replays

    def happened(self, minutes_ago: float, **changes: Any) -> Envelope:
        time = NOW - timedelta(minutes=minutes_ago)
        sample = envelope("eventbridge_booking_created")
        event = sample.model_copy(update={"id": uuid4(), "time": time, "correlation_id": "flow", **changes})
        self.log.record(event)
        return event

    def asked(self, minutes: float = 600, **wanted: Any) -> Replay:
        request = {"from": NOW - timedelta(minutes=minutes), "reason": "the broker lost it", **wanted}
        return self.replays.request(ReplayRequest.model_validate(request), "a-manager", None)

    def run(self, enough_time: Callable[[], bool] = PLENTY) -> list[tuple[str, UUID]]:
        """What one turn of the job sends."""
        before = len(self.road.sent)
        self.replays.run(Turn(enough_time))
        return self.road.sent[before:]


@pytest.fixture
def studio(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setattr(service_replays, "BATCH", 2)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM integration.events"))
        connection.execute(text("DELETE FROM integration.replays"))
    return Studio(engine)


def to_all(*events: Envelope) -> list[tuple[str, UUID]]:
    return [("all", e.id) for e in events]


def test_a_period_is_sent_to_all_in_the_order_in_which_it_happened(studio: Studio) -> None:
    late, early = studio.happened(5), studio.happened(50)
    same_time = sorted((studio.happened(20) for _ in range(4)), key=lambda e: e.id)
    studio.happened(601)
    replay = studio.asked()
    assert (replay.status, replay.total, replay.sent, replay.requested_by) == ("waiting", 6, 0, "a-manager")

    assert studio.run() == to_all(early, *same_time, late)

    done = studio.replays.get(replay.id)
    assert (done.status, done.sent, done.reached, done.finished_at) == ("done", 6, late.time, NOW)
    assert studio.run() == []


def test_it_is_narrowed_down_by_type_flow_and_booking(studio: Studio) -> None:
    by_type = studio.happened(5, type="booking.cancelled")
    by_flow = studio.happened(4, correlation_id="another")
    booking_id = uuid4()
    by_booking = studio.happened(3, data={"booking_id": str(booking_id)})
    for wanted, event in (
        ({"type": "booking.cancelled"}, by_type),
        ({"correlation_id": "another"}, by_flow),
        ({"booking_id": booking_id}, by_booking),
    ):
        assert studio.asked(**wanted).total == 1
        assert studio.run() == to_all(event)


def test_the_end_is_not_part_of_it(studio: Studio) -> None:
    first = studio.happened(5)
    studio.happened(4)
    studio.asked(to=NOW - timedelta(minutes=4))
    assert studio.run() == to_all(first)


def test_one_subscriber_gets_alone_what_it_subscribed_to(studio: Studio) -> None:
    created = studio.happened(5)
    studio.happened(4, type="booking.cancelled")
    assert studio.asked(subscriber="one").total == 1
    assert studio.run() == [("one", created.id)]


def test_an_empty_period_is_done_at_once(studio: Studio) -> None:
    replay = studio.asked()
    assert studio.run() == []
    assert studio.replays.get(replay.id).status == "done"


@pytest.mark.parametrize("fault", [Crash(), NotTakenError("away"), BrokerUnavailableError()])
def test_what_was_interrupted_goes_on_behind_the_last_batch(studio: Studio, fault: BaseException) -> None:
    events = [studio.happened(minutes) for minutes in (9, 8, 7, 6, 5)]
    replay = studio.asked()
    studio.road.fault, studio.road.after = fault, 1
    try:
        studio.run()
    except Crash:
        assert studio.replays.get(replay.id).error is None
    else:
        assert studio.replays.get(replay.id).error
        assert studio.run() == []
    assert studio.replays.get(replay.id).sent == 2

    studio.road.fault = None
    studio.clock.advance(minutes=1)
    assert studio.run() == to_all(*events[2:])
    done = studio.replays.get(replay.id)
    assert (done.status, done.sent, done.error) == ("done", 5, None)


def test_one_that_is_held_up_holds_up_no_other(studio: Studio) -> None:
    event = studio.happened(5)
    studio.asked(subscriber="one")
    studio.road.fault = NotTakenError("away")
    studio.run()
    studio.road.fault = None
    studio.asked()
    assert studio.run() == to_all(event)


def test_a_subscriber_that_is_gone_meanwhile_ends_in_a_failure_that_is_seen(studio: Studio) -> None:
    studio.happened(5)
    replay = studio.asked(subscriber="one")
    studio.road.known = {"two": ONE}
    for _ in range(10):
        assert studio.run() == []
        studio.clock.advance(minutes=10)
    failed = studio.replays.get(replay.id)
    assert failed.status == "failed"
    assert "two" in (failed.error or "")


def test_a_batch_that_was_sent_is_noted_before_the_next(studio: Studio) -> None:
    events = [studio.happened(minutes) for minutes in (9, 8, 7)]
    replay, for_one = studio.asked(), [True, False]

    assert studio.run(iter(for_one).__next__) == to_all(*events[:2])

    assert studio.replays.get(replay.id).sent == 2
    assert studio.run(iter(for_one).__next__) == to_all(*events[2:])


def test_without_time_nothing_is_begun(studio: Studio) -> None:
    studio.happened(5)
    studio.asked()
    assert studio.run(lambda: False) == []


def test_two_runners_never_send_the_same_batch(studio: Studio, engine_for: EngineFor) -> None:
    event = studio.happened(5)
    studio.asked()
    another, inner = Studio(engine_for("integration")), []

    class Meanwhile(Road):
        def to_all(self, envelopes: Sequence[Envelope]) -> None:
            inner.append(another.run())
            super().to_all(envelopes)

    studio.replays._redelivery = Meanwhile()
    studio.replays.run(Turn(PLENTY))
    assert inner == [[]]
    assert studio.replays._redelivery.sent == to_all(event)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"subscriber": "nobody"}, "subscriber"),
        ({"subscriber": "one", "type": "booking.cancelled"}, "type"),
        ({"minutes": 31 * 24 * 60}, "from"),
        ({"to": NOW - timedelta(days=1)}, "to"),
    ],
)
def test_what_cannot_be_is_refused(studio: Studio, wanted: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleViolationError) as caught:
        studio.asked(**wanted)
    assert [v.field for v in caught.value.violations] == [field]
    assert studio.replays.page(ReplaysQuery()).data == []


def test_a_repeated_request_is_one_replay(studio: Studio) -> None:
    key = IdempotencyKey("a-manager", "POST", "k-1", "f")
    request = ReplayRequest.model_validate({"from": NOW - timedelta(hours=1), "reason": "lost"})
    first = studio.replays.request(request, "a-manager", key)
    assert studio.replays.request(request, "a-manager", key) == first
    assert studio.replays.page(ReplaysQuery()).data == [first]


def test_replays_are_listed_newest_first_page_by_page(studio: Studio) -> None:
    made = []
    for _ in range(3):
        made.append(studio.asked().id)
        studio.clock.advance(minutes=1)
    first = studio.replays.page(ReplaysQuery(limit=2))
    second = studio.replays.page(ReplaysQuery(limit=2, cursor=first.next_cursor))
    assert [r.id for r in first.data + second.data] == made[::-1]
    assert second.next_cursor is None
    with pytest.raises(ReplayNotFoundError):
        studio.replays.get(uuid4())
