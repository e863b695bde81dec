"""A new field of what is stored is stored by itself, or refused: no repository drops it in silence."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.bookings import Booking, OrderDetails
from shared_schemas.booking.halls import HallChanges, HallRequest
from tests.support.editing import with_field

FUNCTIONS = Path(__file__).parents[2] / "functions"
SERVICES = ("booking", "payment", "integration", "notification", "gateway")


def modules() -> Iterator[str]:
    """All that write rows of models: repositories, and the units of work beside which some of them stand."""
    for service in SERVICES:
        for path in sorted((FUNCTIONS / service).rglob("*.py")):
            if "StoredFields(" in path.read_text():
                yield ".".join(path.relative_to(FUNCTIONS).with_suffix("").parts)


def stored(module: ModuleType) -> dict[str, StoredFields]:
    """Those of its own: what it has from another module is asked about there."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    found = {name: value for name, value in vars(module).items() if isinstance(value, StoredFields)}
    return {name: value for name, value in found.items() if f"{name} = StoredFields(" in source}


PLACES = [(module, name) for module in modules() for name in stored(importlib.import_module(module))]


def test_each_service_that_stores_models_says_so() -> None:
    assert {module.split(".")[0] for module, _ in PLACES} == set(SERVICES)


@pytest.mark.parametrize(("module", "name"), PLACES)
def test_a_new_field_finds_its_place_or_is_refused(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = stored(importlib.import_module(module))[name]

    if not found.in_document:
        with pytest.raises(TypeError, match="has no column for novelty"):
            with_field(module, found.model, "novelty", monkeypatch)
        return
    copy = stored(with_field(module, found.model, "novelty", monkeypatch))[name]

    assert copy.in_document - found.in_document == {"novelty"}


def test_a_booking_keeps_what_was_said_with_its_order() -> None:
    lost = sorted(OrderDetails.model_fields.keys() - Booking.model_fields.keys())
    assert not lost, f"shared_schemas/booking/bookings.py: OrderDetails has {', '.join(lost)}, and Booking has not"


def test_whatever_a_hall_has_can_be_changed() -> None:
    fixed = sorted(HallRequest.model_fields.keys() - HallChanges.model_fields.keys())
    assert not fixed, f"shared_schemas/booking/halls.py: HallChanges lacks {', '.join(fixed)}"
