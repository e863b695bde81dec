"""What we write is read back by a library as it was meant, whatever the texts are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from booking.feeds.domain import FeedEvent
from booking.feeds.rendering import LONGEST_LINE, render
from booking.studio.domain import Place
from booking.time.ranges import TimeRange

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
# A name has no control characters, but whatever else people call a hall.
texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from(";,\\:\n Ёж"), max_size=200
)


def an_event(summary: str, number: int = 0) -> FeedEvent:
    during = TimeRange(NOON, NOON + timedelta(hours=2))
    return FeedEvent(f"{number}@cyclorama", number, "CONFIRMED", during, summary, NOON)


@given(summaries=st.lists(texts, max_size=3))
def test_a_library_reads_what_was_meant(summaries: list[str]) -> None:
    text = render("Loft", [an_event(summary, number) for number, summary in enumerate(summaries)])

    events: list[Any] = Calendar.from_ical(text).walk("VEVENT")

    assert [str(event["SUMMARY"]) for event in events] == summaries
    assert [(int(event["SEQUENCE"]), str(event["STATUS"])) for event in events] == [
        (number, "CONFIRMED") for number in range(len(summaries))
    ]
    assert all((event["DTSTART"].dt, event["DTEND"].dt) == (NOON, NOON + timedelta(hours=2)) for event in events)
    assert all(event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == NOON for event in events)
    assert all(len(line) <= LONGEST_LINE for line in text.encode().split(b"\r\n"))


def test_the_name_is_written_as_text_and_how_often_to_ask_is_said() -> None:
    text = render("Loft; white, \\ or black", [])
    calendar: Any = Calendar.from_ical(text)
    assert "\r\nX-WR-CALNAME:Loft\\; white\\, \\\\ or black\r\nNAME:Loft\\; white\\, \\\\ or black\r\n" in text
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(minutes=15)
    assert str(calendar["X-PUBLISHED-TTL"]) in {"PT15M", "0:15:00"}


@given(address=texts)
def test_a_library_reads_where_it_is(address: str) -> None:
    here = replace(an_event("Loft"), place=Place(address, 55.7826, -37.7036))
    nowhere, no_point = an_event("Loft", 1), replace(an_event("Loft", 2), place=Place(address))

    events: list[Any] = Calendar.from_ical(render("Loft", [here, nowhere, no_point])).walk("VEVENT")

    assert [event.get("LOCATION") for event in events] == [address, None, address]
    assert events[0]["GEO"].to_ical() == "55.7826;-37.7036"
    assert ["GEO" in event for event in events] == [True, False, False]
