"""What studios do, as docs/terms.md shows it: its rules and its price list, and each line of its table."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter

from booking.calendar.refusals import slot_violations
from booking.hours.domain import StudioDays
from booking.prices.price_list import price_list_violations
from booking.terms.agreed import agreed
from booking.terms.validation import rules_violations
from shared_schemas.booking.policy import Policy, TermsRule
from shared_schemas.booking.prices import TariffVersion
from tests.support.booking.free_days import hall_time
from tests.support.booking.made import hall, hours
from tests.support.booking.prices import WEDNESDAY_NOON, price_list, priced, slot
from tests.support.runs.table import each

PAGE = Path(__file__).parents[4] / "docs" / "terms.md"
SECTION = PAGE.read_text(encoding="utf-8").partition("## What studios do")[2]
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", SECTION, flags=re.DOTALL)]
ROWS = re.findall(r"(?m)^\| (.+?) \| (.+?) \| ?(.*?) \|$", SECTION)[1:]
RULES = TypeAdapter(list[TermsRule]).validate_python(BLOCKS[0])
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOFT = hall(
    opening_hours=hours(WEDNESDAY_NOON.time().replace(hour=0), WEDNESDAY_NOON.time().replace(hour=0)), capacity=30
)
FLOOR = LOFT.model_copy(update={"id": UUID("7a1e0000-0000-4000-8000-000000000004"), "name": "Floor"})
USUAL: dict[str, Any] = {"min_minutes": 60, "prepayment_percent": 50, "hold_minutes": 15, "max_reschedules": 1}
# Of each line of the page: days and hours from Wednesday noon, hours, how long before it is sold, what else is said,
# kopecks, and the terms.
VISITS: list[tuple[float, float, timedelta, dict[str, Any], int, dict[str, Any]]] = [
    (0, 2, 9 * DAY, {}, 200_000, USUAL),
    (0, 3, 9 * DAY, {}, 270_000, USUAL),
    (0, 6, 9 * DAY, {}, 540_000, USUAL),
    (-3, 10, 9 * DAY, {}, 700_000, {"hold_minutes": 1440}),
    (3 * 24, 2, 9 * DAY, {}, 320_000, {"min_minutes": 120, "prepayment_percent": 100}),
    (9, 2, 9 * DAY, {}, 340_000, USUAL),
    (29 * 24, 1, 9 * DAY, {}, 1_000_000, {"max_reschedules": 0, "prepayment_percent": 100}),
    (
        0,
        3,
        9 * DAY,
        {"purpose": "event", "people": 20},
        1_500_000,
        {"min_minutes": 180, "reschedule_hours_before": 168},
    ),
    (0, 2, 4 * HOUR, {}, 160_000, USUAL),
    (0, 0.5, 2 * HOUR, {}, 56_000, {"min_minutes": 30, "hold_minutes": 10, "refund_tiers": []}),
    (0, 2, 9 * DAY, {"birthday": "12-04"}, 160_000, USUAL),
    (0, 2, 9 * DAY, {"floor": True}, 200_000, {"min_minutes": 240}),
]


def the_price_list() -> TariffVersion:
    lists = BLOCKS[1]
    rules = [{**rule, "id": uuid4()} for rule in lists["rules"]]
    return TariffVersion.model_validate(price_list().model_dump() | lists | {"rules": rules})


def test_the_page_has_a_line_for_each_visit_and_makes_sense() -> None:
    assert len(ROWS) == len(VISITS)
    assert (rules_violations(RULES), price_list_violations(the_price_list())) == ([], [])


@each("row", range(len(VISITS)), ids=lambda row: ROWS[row][0])
def test_a_line_of_the_page(row: int) -> None:
    _, costs, told = ROWS[row]
    after, length, ahead, wish, kopecks, terms = VISITS[row]
    where, said = FLOOR if "floor" in wish else LOFT, {name: wish[name] for name in wish if name != "floor"}
    during = slot(length, WEDNESDAY_NOON + after * HOUR)
    purpose, people = said.get("purpose", "photo"), said.get("people", 1)
    now = during.start - ahead

    price = priced(the_price_list(), during, where, sold_at=now, **said)
    sold = agreed(Policy(rules=RULES), [where], during, purpose, now, StudioDays(), percent=50, hold_minutes=15)

    assert price.total.amount == kopecks
    assert costs.startswith(f"{kopecks // 100:,} ₽".replace(",", " "))
    named = {step.name for step in price.adjustments if step.kind in ("package", "notice", "birthday")}
    assert named == set(re.findall("`(.+?)`", costs))
    assert {term: getattr(sold, term) for term in terms} == terms
    rules = [name for name in re.findall("`(.+?)`", told) if name != "too_short"]
    assert {origin.rule for origin in sold.by} == set(rules)
    time = hall_time(where, [during], rules=RULES)
    broken = {violation.code for violation in slot_violations([time], during, people, purpose, now)}
    assert ("too_short" in broken) is ("too_short" in told)
