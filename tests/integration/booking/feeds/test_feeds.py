"""Calendar feeds: what subscribers see, and that another calendar reads the same busy time out of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booking import composition, consumers
from booking.feeds.errors import CalendarFeedNotFoundError
from booking.ical.domain import CalendarLimits
from booking.ical.reading import read_calendar
from booking.time.ranges import TimeRange, merge
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import CancelRequest, RescheduleRequest
from shared_schemas.booking.feeds import CalendarFeedRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Role
from shared_schemas.errors import ConflictError, ForbiddenError, Locale, RejectedError
from tests.support.booking.calendar import ics, vevent
from tests.support.booking.calendar_studio import CalendarStudio, hours_from
from tests.support.booking.studio import API, MANAGER, START
from tests.support.booking.whole_studio import UNLIMITED
from tests.support.database import EngineFor
from tests.support.samples import envelope, sample
from tests.support.system.environment import Context


@pytest.fixture
def studio(engine_for: EngineFor) -> CalendarStudio:
    return CalendarStudio(engine_for("booking"))


@pytest.fixture(scope="module")
def shared(engine_for: EngineFor) -> CalendarStudio:
    studio = CalendarStudio(engine_for("booking"))
    studio.policies.replace(PolicyRequest.model_validate(UNLIMITED), MANAGER)
    return studio


def manager_of() -> Identity:
    """One of the staff whom no other test knows."""
    return Identity(str(uuid4()), Role.MANAGER)


def subscribed(studio: CalendarStudio, hall: Hall | None, caller: Identity = MANAGER) -> str:
    """The last part of a new feed's address."""
    feed = studio.feeds.add(CalendarFeedRequest(hall_id=hall and hall.id), caller)
    assert feed.url is not None
    assert feed.url.startswith(f"{API}/v1/calendars/")
    return feed.url.rpartition("/")[2]


def shown(studio: CalendarStudio, name: str, locale: Locale = "en") -> str:
    return studio.feeds.read(name, locale).text or ""


def events(studio: CalendarStudio, name: str, locale: Locale = "en") -> list[Any]:
    return list(Calendar.from_ical(shown(studio, name, locale)).walk("VEVENT"))


def seen(event: Any) -> tuple[str, int, str]:
    return str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])


def test_a_booking_keeps_its_id_and_counts_its_changes(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name, booking = subscribed(studio, hall), studio.book(hall)
    uid = f"{booking.id}@cyclorama"
    history = [[seen(event) for event in events(studio, name)]]
    confirmed = studio.pay(booking, uuid4())
    history.append([seen(event) for event in events(studio, name)])
    cancelled = studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    history.append([seen(event) for event in events(studio, name)])
    assert history == [
        [(uid, 1, "TENTATIVE")],
        [(uid, confirmed.version, "CONFIRMED")],
        [(uid, cancelled.version, "CANCELLED")],
    ]
    assert 1 < confirmed.version < cancelled.version


def test_times_are_exact_and_say_when_they_last_changed(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name, booking = subscribed(studio, hall), studio.book(hall)
    studio.clock.advance(minutes=5)
    studio.pay(booking, uuid4())
    [event] = events(studio, name)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (booking.start, booking.end)
    assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == studio.clock.now()


def test_what_was_called_off_disappears_after_thirty_days(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name, booking = subscribed(studio, hall), studio.book(hall, START + timedelta(days=40))
    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    counts = []
    for days in (30, 0.1):
        studio.clock.advance(days=days)
        counts.append(len(events(studio, name)))
    assert counts == [1, 0]


def test_the_past_is_shown_for_sixty_days(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name = subscribed(studio, hall)
    studio.paid(hall)
    counts = []
    for days in (59, 3):
        studio.clock.advance(days=days)
        counts.append(len(events(studio, name)))
    assert counts == [1, 0]


@pytest.mark.parametrize(("locale", "people"), [("en", "people: 3"), ("ru", "человек: 3")])
def test_a_halls_feed_names_the_number_and_nobody(studio: CalendarStudio, locale: Locale, people: str) -> None:
    hall = studio.hall()
    booking = studio.book(hall, people=3, comment="Ivan Petrov, +7 900 000-00-00")
    text = shown(studio, subscribed(studio, hall), locale)
    assert f"SUMMARY:{booking.number} · {people}" in text
    assert "Petrov" not in text
    assert str(booking.customer_id) not in text


def test_a_clients_feed_shows_their_own_bookings_by_hall(studio: CalendarStudio) -> None:
    somebody_else = Identity(str(uuid4()), Role.CLIENT)
    hall = studio.hall(name=f"Cyclorama, {uuid4()}; white")
    booking = studio.book(hall)
    studio.book(hall, START + timedelta(hours=3), caller=somebody_else)
    [event] = events(studio, subscribed(studio, None, studio.customer))
    assert seen(event)[0] == f"{booking.id}@cyclorama"
    assert str(event["SUMMARY"]) == hall.name


def test_closures_are_in_the_halls_feed_without_their_reason(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name, closure = subscribed(studio, hall), studio.close(hall, reason="Wedding of the Petrovs")
    [event] = events(studio, name)
    assert (event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"])) == (closure.start, closure.end, "Closed")
    studio.closures.remove(closure.id, MANAGER.subject)
    [after] = events(studio, name)
    assert (seen(after)[0], seen(after)[1:], seen(event)[1:]) == (seen(event)[0], (1, "CANCELLED"), (0, "CONFIRMED"))


def test_the_feed_of_a_part_shows_bookings_of_the_whole_and_the_other_way_round(studio: CalendarStudio) -> None:
    left, right = studio.hall(), studio.hall()
    floor = studio.hall(parts=[left.id, right.id])
    other = studio.hall()
    whole, part = studio.book(floor), studio.book(right, START + timedelta(hours=3))
    both = studio.book(other, START + timedelta(hours=6), also_hall_ids=[left.id])
    found = {hall.id: {seen(event)[0] for event in events(studio, subscribed(studio, hall))} for hall in (left, floor)}
    assert found[left.id] == {f"{one.id}@cyclorama" for one in (whole, both)}
    assert found[floor.id] == {f"{one.id}@cyclorama" for one in (whole, part, both)}


def test_a_revoked_address_is_nobodys(studio: CalendarStudio) -> None:
    manager, stranger = manager_of(), manager_of()
    name = subscribed(studio, studio.hall(), manager)
    [feed] = studio.feeds.of(manager)
    assert feed.url is None
    with pytest.raises(CalendarFeedNotFoundError):
        studio.feeds.revoke(feed.id, stranger)
    assert shown(studio, name)
    studio.feeds.revoke(feed.id, manager)
    with pytest.raises(CalendarFeedNotFoundError):
        shown(studio, name)
    assert studio.feeds.of(manager)[0].revoked_at == studio.clock.now()


def test_who_lost_the_account_reads_no_address_of_it_any_more(studio: CalendarStudio) -> None:
    """A manager who was shut out, or a stranger who had registered with the owner's e-mail."""
    lost = Identity(str(envelope("sqs_account_access_ended").data["account_id"]), Role.MANAGER)
    hall = studio.hall()
    ended = [subscribed(studio, hall, lost), subscribed(studio, None, lost)]
    others = [subscribed(studio, hall, manager_of()), subscribed(studio, None, studio.customer)]

    with composition.app.replaced(studio.app):
        assert consumers.forget_customers(sample("sqs_account_access_ended"), Context()) == {"batchItemFailures": []}
        for name in ended:
            with pytest.raises(CalendarFeedNotFoundError):
                shown(studio, name)
        assert all(shown(studio, name) for name in others)

        regained = subscribed(studio, None, lost)
        assert consumers.forget_customers(sample("sqs_account_access_ended"), Context()) == {"batchItemFailures": []}
    assert shown(studio, regained), "the same news, which came twice, ends nothing that was made since"


def test_a_guess_and_the_id_are_no_addresses(studio: CalendarStudio) -> None:
    manager = manager_of()
    name = subscribed(studio, studio.hall(), manager)
    [feed] = studio.feeds.of(manager)
    for guess in ("x.ics", f"{feed.id}.ics", str(feed.id), name.removesuffix(".ics")):
        with pytest.raises(CalendarFeedNotFoundError):
            shown(studio, guess)


def test_the_database_knows_no_address(studio: CalendarStudio) -> None:
    token = subscribed(studio, studio.hall()).removesuffix(".ics")
    with studio.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT f::text FROM booking.calendar_feeds f").scalars().all()
    assert rows
    assert not any(token in row for row in rows)
    assert len(token) >= 43


def test_a_hall_may_be_followed_by_staff_alone(studio: CalendarStudio) -> None:
    with pytest.raises(ForbiddenError):
        subscribed(studio, studio.hall(), studio.customer)


def test_nothing_new_is_the_same_text(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name = subscribed(studio, hall)
    studio.book(hall)
    before = shown(studio, name)
    studio.clock.advance(minutes=1)
    assert shown(studio, name) == before
    studio.book(hall, START + timedelta(hours=3))
    assert shown(studio, name) != before


VISITS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 40), st.integers(4, 12), st.sampled_from(["book", "pay", "cancel"])),
    max_size=6,
)


@given(visits=VISITS, closed=st.integers(0, 8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_calendar_reads_the_same_busy_time(
    shared: CalendarStudio, visits: list[tuple[int, int, int, str]], closed: int
) -> None:
    """Across the change from summer time in Berlin: what is live or closed here is busy there, and nothing else."""
    zone = ZoneInfo("Europe/Berlin")
    hall = shared.hall(timezone="Europe/Berlin", horizon_days=1000)
    midnight = datetime(2027, 10, 29, 9, tzinfo=zone)
    for day, quarter, length, fate in visits:
        start = (midnight + timedelta(days=day)).astimezone(UTC) + timedelta(minutes=30 * (quarter // 2))
        try:
            booking = shared.book(hall, start, length // 2 / 2)
        except (ConflictError, RejectedError):  # Taken or closed: not what this test is about.
            continue
        if fate == "pay":
            shared.pay(booking, uuid4())
        if fate == "cancel":
            shared.bookings.cancel(booking.id, CancelRequest(), shared.customer, None)
    shared.close(hall, midnight, hours=1 + closed, conflicts="keep")
    text = shown(shared, subscribed(shared, hall)).replace("@cyclorama", "@elsewhere")
    window = TimeRange(shared.clock.now(), shared.clock.now() + timedelta(days=1000))
    read = read_calendar(text.encode(), zone, window, CalendarLimits(events=1000, steps=1000))
    there = merge(event.during for event in read.events)
    assert there == merge([*shared.claimed(hall, "booking"), *shared.claimed(hall, "closure")])
    assert there


def test_a_halls_own_feed_makes_it_not_busy_and_anothers_does(studio: CalendarStudio) -> None:
    """Another installation's ids are nobody's here, whatever its UIDs end with."""
    hall, other = studio.hall(), studio.hall()
    studio.book(hall)
    studio.close(hall, START + timedelta(hours=5))
    text = shown(studio, subscribed(studio, hall))
    report = studio.external.import_file(studio.calendar(hall).id, text)
    assert (report.events, report.conflicts, studio.claimed(hall, "external")) == (0, [], [])
    report = studio.external.import_file(studio.calendar(other).id, text)
    assert (report.events, studio.claimed(other, "external")) == (2, hours_from(START, (0, 2), (5, 7)))
    foreign = text.replace("UID:", f"UID:{str(uuid4())[:1]}x")
    report = studio.external.import_file(studio.calendar(hall).id, foreign)
    assert (report.events, len(report.conflicts)) == (2, 2)


def test_an_event_of_ours_at_another_time_is_busy_and_told(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)
    moved = vevent(f"DTSTART:{START.astimezone(UTC):%Y%m%dT%H%M%SZ}", "DURATION:PT4H", uid=f"{booking.id}@cyclorama")
    report = studio.external.import_file(studio.calendar(hall).id, ics(moved))
    assert ([one.code for one in report.warnings], report.events) == (["own_moved"], 1)
    assert studio.claimed(hall, "external") == hours_from(START, (2, 4))


def test_a_cancelled_booking_does_not_come_back_from_a_calendar_that_shows_it_still(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name, booking = subscribed(studio, hall), studio.book(hall)
    stale = shown(studio, name)
    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    assert studio.external.import_file(studio.calendar(hall).id, stale).events == 0


def test_a_whole_floor_is_not_busy_by_its_parts_bookings_in_its_own_feed(studio: CalendarStudio) -> None:
    left, right = studio.hall(), studio.hall()
    floor = studio.hall(parts=[left.id, right.id])
    studio.book(left)
    text = shown(studio, subscribed(studio, floor))
    assert studio.external.import_file(studio.calendar(floor).id, text).events == 0
    assert studio.external.import_file(studio.calendar(right).id, text).events == 1


def test_a_booking_of_two_halls_that_is_called_off_is_so_in_both(studio: CalendarStudio) -> None:
    one, other = studio.hall(), studio.hall()
    names = [subscribed(studio, hall) for hall in (one, other)]
    booking = studio.book(one, also_hall_ids=[other.id])
    cancelled = studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    uid = f"{booking.id}@cyclorama"
    assert [[seen(event) for event in events(studio, name)] for name in names] == [
        [(uid, cancelled.version, "CANCELLED")]
    ] * 2


def test_the_place_that_a_booking_left_is_told(studio: CalendarStudio) -> None:
    left, right, elsewhere = (studio.hall() for _ in range(3))
    floor = studio.hall(parts=[left.id, right.id])
    names = [subscribed(studio, hall) for hall in (left, floor, elsewhere)]
    mine = subscribed(studio, None, studio.customer)
    booking = studio.paid(left)
    uid, before = f"{booking.id}@cyclorama", booking.version

    moved = moved_to(studio, booking, elsewhere, hours=24)
    again = moved_to(studio, moved, elsewhere, hours=48)
    told = [[seen(event) for event in events(studio, name)] for name in (*names, mine)]
    assert told[:2] == [[(uid, moved.version, "CANCELLED")]] * 2
    assert told[2:] == [[(uid, again.version, "CONFIRMED")]] * 2
    assert before < moved.version < again.version
    assert [event["DTSTART"].dt for event in events(studio, names[0])] == [booking.start]

    back = moved_to(studio, again, left, hours=0)
    told = [[seen(event) for event in events(studio, name)] for name in (*names, mine)]
    home, gone = (uid, back.version, "CONFIRMED"), (uid, back.version, "CANCELLED")
    assert told == [[home], [home], [gone], [home]]

    gone_for_good = studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    ended = [[seen(event)[1:] for event in events(studio, name)] for name in names]
    called_off = [(gone_for_good.version, "CANCELLED")]
    assert ended == [called_off, called_off, [(back.version, "CANCELLED")]]

    studio.clock.advance(days=31)
    assert [events(studio, name) for name in (*names, mine)] == [[]] * 4


def test_a_hall_that_a_booking_gives_up_is_told(studio: CalendarStudio) -> None:
    one, other = studio.hall(), studio.hall()
    names = [subscribed(studio, hall) for hall in (one, other)]
    booking = studio.paid(one, also_hall_ids=[other.id])
    after = moved_to(studio, booking, one, hours=0)
    assert [[seen(event)[1:] for event in events(studio, name)] for name in names] == [
        [(after.version, "CONFIRMED")],
        [(after.version, "CANCELLED")],
    ]


def test_who_has_the_current_text_is_told_so_before_it_is_written(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)
    for name in (subscribed(studio, hall), subscribed(studio, None, studio.customer)):
        feed = studio.feeds.read(name, "en")
        assert feed.text
        assert studio.feeds.read(name, "en", f'W/"x", {feed.tag}').text is None
        assert studio.feeds.read(name, "ru", feed.tag).text
        studio.clock.advance(minutes=1)
        booking = studio.pay(booking, uuid4())
        changed = studio.feeds.read(name, "en", feed.tag)
        assert changed.text
        assert changed.tag != feed.tag


def test_a_closure_changes_the_tag(studio: CalendarStudio) -> None:
    hall = studio.hall()
    name = subscribed(studio, hall)
    tags = [studio.feeds.read(name, "en").tag]
    closure = studio.close(hall)
    tags.append(studio.feeds.read(name, "en").tag)
    studio.closures.remove(closure.id, MANAGER.subject)
    tags.append(studio.feeds.read(name, "en").tag)
    assert len(set(tags)) == 3


def moved_to(studio: CalendarStudio, booking: Booking, hall: Hall, hours: float) -> Booking:
    start = START + timedelta(hours=hours)
    request = RescheduleRequest(
        start=start, end=start + timedelta(hours=2), hall_id=hall.id, also_hall_ids=[], override_reason="ours"
    )
    return studio.changes.reschedule(booking.id, request, MANAGER, None)
