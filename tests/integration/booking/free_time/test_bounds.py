"""What anybody may ask for has a bound, however many halls there are."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest

from booking import composition
from booking.app import api
from booking.free_time.service import EXPLAINED_DAYS, PAGE, PLAIN_PAGE, WITH_PRICES, WITH_REASONS
from shared_schemas.booking.halls import HallChanges, HallRequest
from tests.support.booking.made import hours
from tests.support.booking.studio import Studio
from tests.support.counting import Counter
from tests.support.database import EngineFor
from tests.support.rest import Answer, ask

FIRST = date(2026, 12, 1)
HALLS = 30


@pytest.fixture(scope="module")
def halls(engine_for: EngineFor) -> Iterator[list[str]]:
    """Open round the clock, so that each day has as many starts as a day can have; by name."""
    studio = Studio(engine_for("booking"))
    made = []
    for number in range(HALLS):
        request = HallRequest(name=f"Hall {number:02}", capacity=5, opening_hours=hours(time(0), time(0)))
        made.append(studio.halls.add(request, None))
    studio.halls.change(made[3].id, HallChanges(archived=True))
    studio.halls.change(made[4].id, HallChanges(capacity=1))
    with composition.app.replaced(studio.app):
        yield [str(hall.id) for number, hall in enumerate(made) if number not in (3, 4)]


def page(days: int, coding: str = "gzip", **query: Any) -> Answer:
    asked = {"from": FIRST, "to": FIRST + timedelta(days=days), "people": 2, **query}
    answer = ask(api, None, "GET /v1/availability", query=asked, headers={"Accept-Encoding": coding})
    assert answer.status == 200, answer.body
    return answer


@pytest.mark.parametrize(
    ("days", "coding", "query", "on_a_page"),
    [
        (1, "gzip", {}, HALLS - 2),
        (7, "gzip", {}, HALLS - 2),
        (30, "gzip", {}, PAGE // 30),
        (7, "gzip", {"explain": "true"}, PAGE // (7 * WITH_REASONS)),
        (7, "gzip", {"prices": "true"}, PAGE // (7 * WITH_PRICES)),
        (62, "gzip", {}, PAGE // 62),
        # What is not compressed may have 100 kB.
        (7, "br", {}, PLAIN_PAGE // 7),
        (7, "br", {"explain": "true"}, PLAIN_PAGE // (7 * WITH_REASONS)),
        (7, "br", {"prices": "true"}, PLAIN_PAGE // (7 * WITH_PRICES)),
        (62, "br", {}, 1),
    ],
)
def test_pages_join_into_all_halls_that_fit_and_none_is_longer_than_its_bound(
    halls: list[str], days: int, coding: str, query: dict[str, str], on_a_page: int
) -> None:
    seen, sizes, cursor = list[str](), list[int](), dict[str, str]()
    while True:
        found = page(days, coding, **query, **cursor).body
        seen += [each["hall_id"] for each in found["data"]]
        sizes.append(len(found["data"]))
        if "next_cursor" not in found:
            break
        cursor = {"cursor": found["next_cursor"]}
    assert seen == halls
    assert max(sizes) == on_a_page and all(size == on_a_page for size in sizes[:-1])


@pytest.mark.usefixtures("halls")
def test_a_page_costs_as_many_statements_as_any_other(engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch) -> None:
    counter, costs = Counter(monkeypatch), set[int]()
    with composition.app.replaced(Studio(engine_for("booking")).app):
        for days in (1, 7, 62):
            page(days)
            with counter.counting() as sent:
                page(days)
            costs.add(len(sent.statements))
    assert len(costs) == 1


def test_a_month_at_a_glance_comes_in_pages_too(halls: list[str]) -> None:
    asked = {"month": "2026-12", "duration": "60", "people": 2}
    first = ask(api, None, "GET /v1/calendar", query=asked).body
    rest = ask(api, None, "GET /v1/calendar", query=asked | {"cursor": first["next_cursor"]}).body
    assert [len(each["halls"]) for each in (first, rest)] == [16, HALLS - 2 - 16]
    assert [each["hall_id"] for page in (first, rest) for each in page["halls"]] == halls
    assert "next_cursor" not in rest


@pytest.mark.usefixtures("halls")
def test_a_cursor_that_is_none_of_ours_is_refused() -> None:
    asked = {"from": FIRST, "to": FIRST + timedelta(days=1), "cursor": "abc"}
    assert ask(api, None, "GET /v1/availability", query=asked).code == "invalid_cursor"


def test_reasons_are_given_for_some_days_and_no_more(halls: list[str]) -> None:
    asked = {"from": FIRST, "to": FIRST + timedelta(days=EXPLAINED_DAYS + 1), "explain": "true"}
    path = {"hall_id": halls[0]}
    refused = ask(api, None, "GET /v1/halls/{hall_id}/availability", path=path, query=asked)
    assert (refused.code, refused.body["max_days"]) == ("invalid_period", EXPLAINED_DAYS)
