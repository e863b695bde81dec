"""A price rule is complete: whatever is missing of one is named here. CONTRIBUTING says how to add one."""

import ast
import re
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

from booking.prices.price_list import halls_of
from shared_schemas.booking.prices import AdjustmentKind, PriceList, TariffVersionRequest

ROOT = Path(__file__).parents[2]
CODE = "functions/booking/prices/adjustments.py"
KINDS: tuple[str, ...] = get_args(AdjustmentKind)


def computed() -> set[str]:
    """The kinds that the code makes."""
    calls = [node for node in ast.walk(ast.parse((ROOT / CODE).read_text())) if isinstance(node, ast.Call)]
    made = [call.args[0] for call in calls if ast.unparse(call.func) == "_adjustment"]
    return {str(kind.value) for kind in made if isinstance(kind, ast.Constant)}


def told() -> list[str]:
    """The kinds that the page explains, in its order."""
    page = (ROOT / "docs/prices.md").read_text(encoding="utf-8")
    section = page.partition("## The adjustments\n")[2].partition("\n## ")[0]
    names = re.findall(r"(?m)^\d+\. \*\*(.+?)\*\*", section)
    return [name.lower().replace("-", "_").replace(" ", "_").removesuffix("s") for name in names]


def test_every_kind_of_adjustment_is_made() -> None:
    assert sorted(set(KINDS) - computed()) == [], f"{CODE} makes none of these kinds of AdjustmentKind"


def test_the_page_explains_every_adjustment_in_the_order_of_the_contract() -> None:
    assert told() == list(KINDS), "docs/prices.md, The adjustments"


def test_whatever_a_price_list_has_can_be_drafted() -> None:
    assert PriceList.model_fields.keys() == TariffVersionRequest.model_fields.keys() - {"note"}


def test_a_price_list_knows_every_hall_that_it_names() -> None:
    forgotten = [name for name, item in _lists().items() if not _names_hall(name, item)]
    assert forgotten == [], "functions/booking/prices/price_list.py: halls_of leaves out the halls of these parts"


def _lists() -> dict[str, Any]:
    """The parts of a price list that are lists of rules, which may be of one hall."""
    parts = {name: get_args(part.annotation) for name, part in PriceList.model_fields.items()}
    return {name: of[0] for name, of in parts.items() if of and "hall_id" in of[0].model_fields}


def _names_hall(name: str, item: Any) -> bool:
    hall = uuid4()
    part: Any = {name: [item.model_construct(hall_id=hall)]}
    return hall in halls_of(PriceList.model_construct(**part))
