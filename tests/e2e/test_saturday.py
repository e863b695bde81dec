"""`make saturday` plays the day that docs/saturday.md tells, and notices a kopeck that is not there."""

import re
from collections.abc import Callable
from datetime import datetime
from io import StringIO

import pytest
from rich.console import Console

from infra.local.demo import stage
from infra.local.demo.saturday.checks import Checks
from infra.local.demo.saturday.day import Day
from infra.local.demo.saturday.play import Saturday, last_saturday
from infra.local.demo.saturday.texts import TEXTS
from infra.local.demo.stage import DemoError
from shared_schemas.providers import PROVIDERS
from tests.support.runs.table import each
from tests.support.system.whole import MOSCOW, ROOT, System

PAGE = (ROOT / "docs" / "saturday.md").read_text(encoding="utf-8")
ROUTE = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) +(/v1/[a-z0-9/{}_-]+)")
FIGURES = re.compile(r"^\| `(\w+)` \| ([\d ]+\.\d\d) \| ([\d ]+\.\d\d) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def day(system: System) -> Day:
    """The day, once it was played and its books agreed."""
    return Saturday(system.endpoints, "ru", PROVIDERS[0], Console(file=StringIO(), width=200)).play()


def test_the_months_report_says_what_the_page_says(system: System, day: Day) -> None:
    now = datetime.now(MOSCOW)
    since, until = day.desk.since.replace(day=1), (now.replace(day=28)).replace(year=now.year + 1)
    found: dict[str, list[int]] = {}
    for hall in day.desk.halls.values():
        asked = f"/v1/reports/revenue?from={since.date()}&to={until.date()}&hall_id={hall}&by=provider"
        for row in system.manager.get(asked)["rows"]:
            sums = found.setdefault(row["provider"], [0, 0])
            sums[0] += row["gross"]["amount"]
            sums[1] += row["refunds"]["amount"]

    told = {method: [_kopecks(came), _kopecks(went)] for method, came, went in FIGURES.findall(PAGE)}

    assert found == told
    assert f"{sum(came - went for came, went in found.values()) / 100:,.2f}".replace(",", " ") in PAGE


@pytest.mark.parametrize("locale", sorted(TEXTS))
def test_a_till_that_is_open_is_told_in_words_and_no_hall_is_left(system: System, day: Day, locale: str) -> None:
    assert "closed_at" in day.till
    till = system.manager.post("/v1/tills", {"float": {"amount": 0, "currency": "RUB"}})
    halls = len(system.manager.get("/v1/halls")["data"])

    with pytest.raises(DemoError, match="/desk"):
        Saturday(system.endpoints, locale, PROVIDERS[0], Console(file=StringIO())).play()

    assert len(system.manager.get("/v1/halls")["data"]) == halls
    system.manager.post(f"/v1/tills/{till['id']}/close", {"counted": {"amount": 0, "currency": "RUB"}})


def _kopecks(rubles: str) -> int:
    return int(re.sub(r"[ .]", "", rubles))


def test_the_page_has_the_requests_of_the_day_and_no_others(day: Day) -> None:
    told = {f"{method} {path}" for method, path in ROUTE.findall(PAGE)}

    # Whoever has written down the studio's requisites before has them.
    assert told == {*day.desk.calls, "PUT /v1/studio"}


def cash(day: Day, by: int) -> None:
    day.desk.book.taken["loft", "cash"] += by


def change(day: Day, by: int) -> None:
    day.desk.book.moved += by


def sold(day: Day, by: int) -> None:
    day.desk.book.sold += by


def balance(day: Day, by: int) -> None:
    day.balances[day.regular()] += by


def minutes(day: Day, by: int) -> None:
    day.left["pass"] += by


NOTICED: list[tuple[Callable[[Day, int], None], Callable[[Checks], None]]] = [
    (cash, Checks.revenue),
    (cash, Checks.till),
    (cash, Checks.sum),
    (change, Checks.till),
    (sold, Checks.schedule),
    (balance, Checks.balances),
    (minutes, Checks.certificates),
]


@each(("other", "check"), NOTICED, ids=lambda function: function.__name__)
def test_a_kopeck_is_noticed(
    other: Callable[[Day, int], None], check: Callable[[Checks], None], day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is wrong stays wrong, however long one looks.
    monkeypatch.setattr(stage, "PATIENCE_SECONDS", 0.1)
    check(Checks(day))
    other(day, 1)
    try:
        with pytest.raises(DemoError, match="в книгах"):
            check(Checks(day))
    finally:
        other(day, -1)


def test_a_number_that_is_missing_is_noticed(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = Checks(day)
    monkeypatch.setattr(checks, "pages", lambda _route, _query: iter([{"number": "2026-1"}, {"number": "2026-3"}]))

    with pytest.raises(DemoError, match="invoices of 2026"):
        checks.papers()


def test_the_saturday_is_one_that_is_over() -> None:
    days = {30: 28, 29: 28, 28: 21, 27: 21}

    found = {today: last_saturday(datetime(2026, 11, today, 12, tzinfo=MOSCOW)).day for today in days}

    assert found == days


def test_both_languages_say_the_same() -> None:
    english, russian = (
        {name: sorted(re.findall(r"{(\w+)", text)) for name, text in TEXTS[locale].items()} for locale in ("en", "ru")
    )

    assert english == russian
