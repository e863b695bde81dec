"""What must hold once faults are over; each check names what is wrong, and nothing where all is well."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import TypeVar
from uuid import UUID

from integration.visits.domain import folded, movement_of, visit_of
from notification.messages.domain.plans import CODE_PLANS, PLAN_OF, Plan, plan_for
from shared_schemas.events.accounts import CodeRequested
from shared_schemas.events.bookings import BookingEvent, BookingPaymentRefused
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentEvent
from tests.support.stories.delivery.broker import NEWS_OF_MAIL_DEAD
from tests.support.stories.delivery.facts import Facts, Known, Note
from tests.support.stories.delivery.receivers import TYPES

T = TypeVar("T")

# The channel whose provider refuses everything while faults last: there a message may have been given up, and is seen.
FAILING = "sms"


def every_event_is_in_the_log_once(facts: Facts) -> Iterator[str]:
    """As it was told, and no other."""
    yield from (f"{event} was never published" for event in facts.unpublished)
    told = {event.id: event for event in facts.told}
    times = Counter(event.id for event in facts.logged)
    yield from (f"{e.type} {e.id} is in the log {times[e.id]} times" for e in facts.told if times[e.id] != 1)
    for event in facts.logged:
        if told.get(event.id, event) != event:
            yield f"{event.type} {event.id} is in the log otherwise than it was told"
        elif event.id not in told:
            yield f"{event.type} {event.id} is in the log, and nobody told it"


def every_subscriber_got_everything(facts: Facts) -> Iterator[str]:
    if facts.missing:
        yield facts.missing


def every_dead_letter_is_seen(facts: Facts) -> Iterator[str]:
    """What nobody can handle is kept once; no dead letter is left in the broker, nor unhandled, nor unreported."""
    kept = Counter((letter.queue, letter.body) for letter in facts.letters)
    for body, queue in facts.poison.items():
        if kept[queue, body] != 1:
            yield f"{body!r} in {queue} was kept {kept[queue, body]} times"
    yield from (
        f"{depth} messages are left in {queue}"
        for queue, depth in facts.depths.items()
        if depth and queue != NEWS_OF_MAIL_DEAD
    )
    yield from (f"a letter of {one.queue} waits: {one.body[:200]}" for one in facts.letters if one.status == "waiting")
    for queue in sorted({letter.queue for letter in facts.letters} - facts.reported):
        yield f"the error log tells nothing of {queue}'s dead letters"


def nobody_is_told_twice(facts: Facts) -> Iterator[str]:
    times = Counter((note.cause, note.template, note.channel) for note in facts.notes)
    yield from (f"{'/'.join(key)} was told {count} times" for key, count in times.items() if count > 1)


def everybody_is_told(facts: Facts) -> Iterator[str]:
    """What was never overtaken was sent; through the channel that failed it may have been given up."""
    notes = {(note.cause, note.template, note.channel): note for note in facts.notes}
    stages = _stages(facts.told)
    for event in facts.told:
        plan = plan_for(event.payload())
        if plan and _stands(event, plan, stages):
            for channel in plan.channels:
                yield from _unsent(event, channel, notes.get((str(event.id), plan.template, channel)))


def nobody_is_told_what_did_not_happen(facts: Facts) -> Iterator[str]:
    templates = {str(e.id): plan.template for e in facts.told if (plan := plan_for(e.payload()))}
    asked = [e.payload() for e in facts.told]
    templates |= {
        str(e.id): CODE_PLANS[data.purpose].template
        for e, data in zip(facts.told, asked, strict=True)
        if isinstance(data, CodeRequested)
    }
    failures = {f"{d.service}.{d.operation}.{d.code}" for d in asked if isinstance(d, ServiceError)}
    for note in facts.notes:
        if note.template not in PLAN_OF:
            yield f"{note.template} is no message"
        elif note.cause.startswith("alarm:"):
            _, _, failure = note.cause.split(":", 2)
            if note.template != "staff_alarm" or failure.rpartition(":")[0] not in failures:
                yield f"{note.template} of {note.cause}, which did not happen"
        elif not note.cause.startswith("reminder:") and templates.get(note.cause) != note.template:
            yield f"{note.template} of {note.cause}, which asks for no such message"


def notification_knows_every_booking(facts: Facts) -> Iterator[str]:
    yield from _differences("booking", _newest(facts.told), facts.known)


def reports_have_every_visit(facts: Facts) -> Iterator[str]:
    told = defaultdict(list)
    for visit in filter(None, map(visit_of, facts.told)):
        told[visit.booking_id].append(visit)
    yield from _differences("visit", {key: folded(visits) for key, visits in told.items()}, facts.visits)


def reports_have_every_movement(facts: Facts) -> Iterator[str]:
    moved = {movement.id: movement for movement in filter(None, map(movement_of, facts.told))}
    yield from _differences("movement", moved, facts.movements)


def webhooks_reach_whoever_works(facts: Facts) -> Iterator[str]:
    """One delivery of each event to each receiver: where that works it arrived, and where not it is seen why."""
    # What was told before the run, receivers had not asked for.
    ours = set(facts.bookings)
    wanted = {str(e.id) for e in facts.told if e.type in TYPES and e.data.get("booking_id") in ours}
    for receiver in facts.receivers:
        times = Counter(event for event, *_ in receiver.deliveries)
        for event in sorted(wanted | times.keys()):
            if times[event] != (event in wanted):
                yield f"{event} has {times[event]} deliveries to {receiver.name}"
        for event, status, error in receiver.deliveries:
            if receiver.works and (status != "delivered" or not receiver.calls[event]):
                yield f"{event} is {status} and arrived {receiver.calls[event]} times at {receiver.name}"
            elif not receiver.works and (status not in ("waiting", "dead") or not error):
                yield f"{event} is {status} at {receiver.name}, which takes nothing: {error}"
        if receiver.forged:
            yield f"{receiver.forged} calls of {receiver.name} are not signed as they should be"


def no_booking_is_lost_or_doubled(facts: Facts) -> Iterator[str]:
    """Each request that was answered made one booking, and no other came of it."""
    made = Counter(booking for booking in facts.answered.values() if booking)
    yield from (f"{count} requests made {booking}" for booking, count in made.items() if count > 1)
    yield from (f"{booking} was made and is not there" for booking in made.keys() - set(facts.bookings))
    yield from (f"{booking} is there and nobody made it" for booking in set(facts.bookings) - made.keys())


CHECKS: tuple[Callable[[Facts], Iterator[str]], ...] = (
    every_event_is_in_the_log_once,
    every_subscriber_got_everything,
    every_dead_letter_is_seen,
    nobody_is_told_twice,
    everybody_is_told,
    nobody_is_told_what_did_not_happen,
    notification_knows_every_booking,
    reports_have_every_visit,
    reports_have_every_movement,
    webhooks_reach_whoever_works,
    no_booking_is_lost_or_doubled,
)


def wrong(facts: Facts) -> list[str]:
    """All that does not hold, each line with the name of its check."""
    return [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(facts)]


def _stages(told: list[Envelope]) -> dict[UUID, list[BookingEvent]]:
    """What a booking went through, in order."""
    stages: defaultdict[UUID, list[BookingEvent]] = defaultdict(list)
    for event in told:
        if isinstance(data := event.payload(), BookingEvent):
            stages[data.booking_id].append(data)
    return {key: sorted(events, key=lambda e: e.booking_version) for key, events in stages.items()}


def _stands(event: Envelope, plan: Plan, stages: Mapping[UUID, list[BookingEvent]]) -> bool:
    """Whether an event's message was right at every moment at which it may have been written."""
    data = event.payload()
    if isinstance(data, BookingEvent):
        later = [stage for stage in stages[data.booking_id] if stage.booking_version >= data.booking_version]
        return all(stage.status in plan.while_status and stage.start == data.start for stage in later)
    if isinstance(data, PaymentEvent | BookingPaymentRefused):
        return not plan.while_status or all(s.status in plan.while_status for s in stages[data.booking_id])
    return False


def _unsent(event: Envelope, channel: str, note: Note | None) -> Iterator[str]:
    if note is None:
        yield f"nothing was written of {event.type} {event.id} by {channel}"
    elif note.status != "sent" and (channel, note.status) != (FAILING, "failed"):
        yield f"the {channel} of {event.type} {event.id} is {note.status}: {note.reason}"


def _newest(told: list[Envelope]) -> dict[UUID, Known]:
    newest = {key: events[-1] for key, events in _stages(told).items()}
    return {key: Known(e.booking_version, e.status, e.start.astimezone(UTC).isoformat()) for key, e in newest.items()}


def _differences(what: str, right: Mapping[UUID, T], kept: Mapping[UUID, T]) -> Iterator[str]:
    for key in sorted(right.keys() | kept.keys()):
        if right.get(key) != kept.get(key):
            yield f"{what} {key} is {kept.get(key)} and should be {right.get(key)}"
