"""Add-ons of an order: whether they can be had, and how many of them are out at any moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.time.ranges import TimeRange, subtract
from shared_schemas.booking.extras import AddOn, AddOnOrder, BookedAddOn
from shared_schemas.booking.halls import Hall
from shared_schemas.errors import RuleViolationError, Text, Violation


@dataclass(frozen=True)
class Out:
    """How many of which add-ons are out, and when."""

    during: TimeRange
    quantities: Mapping[UUID, int]

    def beyond(self, held: "Out | None", add_on_id: UUID) -> list[TimeRange]:
        """When more of an add-on is out than was held."""
        if held and self.quantities[add_on_id] <= held.quantities.get(add_on_id, 0):
            return subtract([self.during], [held.during])
        return [self.during]


def book_add_ons(
    halls: Sequence[Hall],
    orders: Sequence[AddOnOrder],
    add_ons: Sequence[AddOn],
    sold: Sequence[BookedAddOn] = (),
) -> list[BookedAddOn]:
    """The ordered add-ons at today's prices; as many as were `sold` before keep the price that they were sold at.

    `RuleViolationError` names every one that cannot be had: of what was sold, only more is asked about."""
    found = [
        violation
        for number, (order, add_on) in enumerate(zip(orders, add_ons, strict=True))
        if order.quantity > quantities(sold).get(order.id, 0)
        for violation in _refusals(f"add_ons.{number}", halls, order, add_on)
    ]
    if len({order.id for order in orders}) < len(orders):
        text = Text("Name each add-on once", "Назовите каждую услугу один раз")
        found.append(Violation("add_ons", "repeated_add_on", text, {}))
    if found:
        raise RuleViolationError(found)
    return [item for order, add_on in zip(orders, add_ons, strict=True) for item in _items(order, add_on, sold)]


def quantities(items: Iterable[AddOnOrder]) -> dict[UUID, int]:
    """How many of each; one that was sold at two prices is there twice."""
    found: dict[UUID, int] = {}
    for item in items:
        found[item.id] = found.get(item.id, 0) + item.quantity
    return found


def of_other_halls(halls: Sequence[Hall], add_ons: Sequence[AddOn]) -> list[Violation]:
    """What speaks against taking these along to other halls."""
    found = (violation for add_on in add_ons for violation in _elsewhere("hall_id", halls, add_on))
    return list({violation.message(): violation for violation in found}.values())


def _items(order: AddOnOrder, add_on: AddOn, sold: Sequence[BookedAddOn]) -> list[BookedAddOn]:
    """What was sold first stays longest; more of it is at today's price."""
    left, items = order.quantity, []
    for item in sold:
        if item.id == order.id and left:
            items.append(item.model_copy(update={"quantity": min(item.quantity, left)}))
            left -= items[-1].quantity
    if left and items and items[-1].price == add_on.price:
        items[-1] = items[-1].model_copy(update={"quantity": items[-1].quantity + left})
    elif left:
        new = BookedAddOn(id=add_on.id, quantity=left, name=add_on.name, unit=add_on.unit, price=add_on.price)
        items.append(new)
    return items


def _refusals(name: str, halls: Sequence[Hall], order: AddOnOrder, add_on: AddOn) -> Iterator[Violation]:
    if not add_on.active:
        text = Text("{name} is not offered", "Услуга «{name}» не предлагается")
        yield Violation(name, "add_on_inactive", text, {"name": add_on.name})
    yield from _elsewhere(name, halls, add_on)
    if order.quantity > add_on.max_quantity:
        text = Text("At most {max} of {name} can be ordered", "«{name}»: можно заказать не больше {max}")
        yield Violation(f"{name}.quantity", "too_many_add_ons", text, {"max": add_on.max_quantity, "name": add_on.name})


def _elsewhere(name: str, halls: Sequence[Hall], add_on: AddOn) -> Iterator[Violation]:
    if add_on.hall_ids is not None and not {hall.id for hall in halls} & set(add_on.hall_ids):
        text = Text("{name} is not offered in this hall", "Услуга «{name}» не предлагается в этом зале")
        allowed = [str(hall_id) for hall_id in add_on.hall_ids]
        yield Violation(name, "add_on_other_hall", text, {"name": add_on.name, "allowed_hall_ids": allowed})


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
