"""The worked example of the page on prices is what the code computes."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

from booking.extras.add_ons import book_add_ons
from booking.extras.promo_codes import promo_violations
from booking.prices.price_list import price_list_violations
from booking.time.ranges import TimeRange
from shared_schemas.booking.extras import AddOn, PromoCode
from shared_schemas.booking.prices import Price, Tariff, TariffVersionRequest
from shared_schemas.booking.quotes import QuoteRequest
from tests.support.booking.made import hall
from tests.support.booking.prices import price_list, priced
from tests.support.clock import NOW

PAGE = Path(__file__).parents[3] / "docs/prices.md"
LEFT_OUT = {"hall_id", "add_on_id", "tariff_id", "currency"}


def blocks(text: str) -> list[Any]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


def example() -> list[Any]:
    """The blocks of JSON of the page's example: price list, add-on, promo code, order, price."""
    return blocks(PAGE.read_text(encoding="utf-8").partition("\n## An example\n")[2])


def computed() -> Price:
    prices, lamp, code, order, _ = example()
    request, draft = QuoteRequest.model_validate(order), TariffVersionRequest.model_validate(prices)
    add_on, promo = AddOn.model_validate(lamp), PromoCode.model_validate(code)
    studio, slot = hall(id=request.hall_id, name="Loft"), TimeRange(request.start, request.end).utc()
    rules = [Tariff(id=uuid4(), **dict(rule)) for rule in draft.rules or []]
    parts = {name: getattr(draft, name) for name in ("headcount", "durations", "minimum_order")}
    assert request.promo_code == promo.code
    assert promo_violations(promo, [studio], slot, NOW) == []
    sold = book_add_ons([studio], request.add_ons, [add_on])
    return priced(price_list(*rules, **parts), slot, studio, people=request.people, add_ons=sold, promo=promo)


def short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: short(item) for name, item in value.items() if name not in LEFT_OUT}
    return [short(item) for item in value] if isinstance(value, list) else value


def test_the_parts_of_price_lists_before_it_make_sense() -> None:
    shown = blocks(PAGE.read_text(encoding="utf-8").partition("\n## An example\n")[0])

    assert [sorted(lists) for lists in shown] == [["packages"], ["birthdays", "notices"]]
    for lists in shown:
        assert price_list_violations(price_list(**lists)) == []


def test_the_price_of_the_page_is_the_computed_one() -> None:
    parts = {"lines", "adjustments", "total", "prepayment"}

    assert short(computed().model_dump(mode="json", include=parts, exclude_none=True)) == example()[-1]
