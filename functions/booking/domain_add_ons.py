"""Add-ons of an order: whether they can be had, and how many of them are out at any moment."""

from collections.abc import Iterable, Iterator, Sequence

from booking.domain_ranges import TimeRange
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.halls import Hall
from shared_schemas.prices import AddOn, AddOnOrder, BookedAddOn


def book_add_ons(halls: Sequence[Hall], orders: Sequence[AddOnOrder], add_ons: Sequence[AddOn]) -> list[BookedAddOn]:
    """The ordered add-ons at today's prices; `RuleViolationError` names every one that cannot be had."""
    found = [
        violation
        for number, (order, add_on) in enumerate(zip(orders, add_ons, strict=True))
        for violation in _refusals(f"add_ons.{number}", halls, order, add_on)
    ]
    if len({order.id for order in orders}) < len(orders):
        text = Text("name each add-on once", "назовите каждую услугу один раз")
        found.append(Violation("add_ons", "repeated_add_on", text, {}))
    if found:
        raise RuleViolationError(found)
    return [
        BookedAddOn(id=add_on.id, quantity=order.quantity, name=add_on.name, unit=add_on.unit, price=add_on.price)
        for order, add_on in zip(orders, add_ons, strict=True)
    ]


def _refusals(name: str, halls: Sequence[Hall], order: AddOnOrder, add_on: AddOn) -> Iterator[Violation]:
    if not add_on.active:
        text = Text("{name} is not offered", "услуга «{name}» не предлагается")
        yield Violation(name, "add_on_inactive", text, {"name": add_on.name})
    if add_on.hall_ids is not None and not {hall.id for hall in halls} & set(add_on.hall_ids):
        text = Text("{name} is not offered in this hall", "услуга «{name}» не предлагается в этом зале")
        allowed = [str(hall_id) for hall_id in add_on.hall_ids]
        yield Violation(name, "add_on_other_hall", text, {"name": add_on.name, "allowed_hall_ids": allowed})
    if order.quantity > add_on.max_quantity:
        text = Text("at most {max} of {name}", "не больше {max}: {name}")
        yield Violation(f"{name}.quantity", "too_many_add_ons", text, {"max": add_on.max_quantity, "name": add_on.name})


def peak(claims: Iterable[tuple[TimeRange, int]]) -> int:
    """How many are out at the busiest moment; what one visit gives back, another may take at once."""
    changes = sorted(
        change for during, quantity in claims for change in ((during.start, quantity), (during.end, -quantity))
    )
    out = most = 0
    for _, change in changes:
        out += change
        most = max(most, out)
    return most
