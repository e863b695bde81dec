"""Somebody who does anything that can be done with a studio's calendar, at random and without regard for others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from booking.time.ranges import STEP, TimeRange
from core.identity import Identity
from shared_schemas.booking.bookings import BookingRequest, ConfirmRequest, ReasonRequest
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest, RescheduleRequest
from shared_schemas.booking.closures import ClosureRequest
from shared_schemas.booking.extras import AddOnOrder
from shared_schemas.booking.groups import GroupCancelRequest, GroupItem, GroupRequest, GroupShiftRequest
from shared_schemas.booking.halls import HallChanges
from shared_schemas.booking.waitlist import WaitlistRequest
from shared_schemas.common import Money, Role
from tests.support.booking.studio import INTEGRATION, MANAGER
from tests.support.booking.whole_studio import WholeStudio

HOURS_AHEAD = (6, 30)
"""The near hours are crowded, the far ones have room."""
PROMO_CODE = "CROWD"


@dataclass(frozen=True)
class Premises:
    """What there is to quarrel about: `sets` are halls that one booking may take together."""

    sets: list[list[UUID]]
    add_ons: list[UUID]
    calendars: list[UUID]
    plain: list[UUID]
    floor: UUID


class Visitor:
    """One of the crowd: acts on its own bookings as on those of others, as client and as staff."""

    def __init__(self, studio: WholeStudio, premises: Premises, random: Random) -> None:
        self.studio = studio
        self.premises = premises
        self.random = random
        self.me = Identity(str(uuid4()), Role.CLIENT)

    def act(self) -> tuple[str, Callable[[], object]]:
        """What to do next, by name."""
        names = list(WEIGHTS)
        name = self.random.choices(names, [WEIGHTS[one] for one in names])[0]
        return name, getattr(self, name)

    def create(self) -> object:
        slot, code = self._slot(), PROMO_CODE if self.random.random() < 0.3 else None
        return self.studio.bookings.create(BookingRequest(**slot, promo_code=code), self.me, None)

    def group(self) -> object:
        fields = set(GroupItem.model_fields)
        items = [{name: value for name, value in self._slot().items() if name in fields} for _ in range(3)]
        request = GroupRequest.model_validate({"items": items, "mode": self.random.choice(["all", "free", "free"])})
        return self.studio.groups.create(request, self.me, None)

    def cancel_group(self) -> object:
        return (group := self._group()) and self.studio.groups.cancel(group, GroupCancelRequest(), MANAGER, None)

    def shift_group(self) -> object:
        request = GroupShiftRequest(minutes=15 * self.random.choice([-2, -1, 1, 2, 4]))
        return (group := self._group()) and self.studio.groups.shift(group, request, MANAGER, None)

    def reschedule(self) -> object:
        slot = self._slot()
        where = {"hall_id": slot["hall_id"], "also_hall_ids": slot["also_hall_ids"]} if self._coin() else {}
        request = RescheduleRequest.model_validate({"start": slot["start"], "end": slot["end"]} | where)
        return (found := self._booking()) and self.studio.changes.reschedule(found, request, MANAGER, None)

    def extend(self) -> object:
        request = ExtendRequest(minutes=self.random.choice([15, 30, 60]))
        return (found := self._booking()) and self.studio.changes.extend(found, request, MANAGER, None)

    def amend(self) -> object:
        request = AmendRequest(people=self.random.randint(1, 4), add_ons=self._add_ons())
        return (found := self._booking()) and self.studio.changes.amend(found, request, MANAGER, None)

    def pay(self) -> object:
        # Now and then once more than needed, too little, or too late, as the gateway's notices come.
        amount = self.random.choice([1000, 10_000_000, 10_000_000])
        request = ConfirmRequest(payment_id=uuid4(), paid=Money(amount=amount))
        found = self._booking("pending") or self._booking("expired", "confirmed")
        return found and self.studio.bookings.confirm(found, request, INTEGRATION)

    def cancel(self) -> object:
        return (found := self._booking()) and self.studio.bookings.cancel(found, CancelRequest(), MANAGER, None)

    def check_in(self) -> object:
        found = self._booking("confirmed")
        return found and self.studio.visits.check_in(found, ReasonRequest(), MANAGER)

    def no_show(self) -> object:
        found = self._booking("confirmed")
        return found and self.studio.visits.no_show(found, ReasonRequest(), MANAGER)

    def close(self) -> object:
        slot = self._slot()
        hall = slot["hall_id"] if self.random.random() < 0.8 else None
        policy = self.random.choice(["refuse", "keep", "cancel"])
        values = {"hall_id": hall, "start": slot["start"], "end": slot["end"], "reason": "Repairs", "conflicts": policy}
        return self.studio.closures.close(ClosureRequest.model_validate(values), MANAGER.subject, None)

    def change_buffers(self) -> object:
        buffers = {f"buffer_{side}_minutes": self.random.choice([0, 0, 15, 30]) for side in ("before", "after")}
        return self._change(self.random.choice([*self.premises.plain, self.premises.floor]), **buffers)

    def change_parts(self) -> object:
        """Of the floor, which goes where nothing to come is claimed in its name; of a part, which never goes."""
        if self._coin():
            return self._change(self.premises.floor, parts=self.random.sample(self.premises.plain, 2))
        part, other = self.random.sample(self.premises.plain, 2)
        return self._change(part, parts=[other])

    def change_zone(self) -> object:
        zone = self.random.choice(["Europe/Moscow", "Europe/Minsk"])
        return self._change(self.random.choice(self.premises.plain), timezone=zone)

    def reopen(self) -> object:
        found = self._one("SELECT id FROM booking.closures WHERE removed_at IS NULL ORDER BY random() LIMIT 1")
        if found:
            self.studio.closures.remove(found, MANAGER.subject)
        return found

    def import_busy(self) -> object:
        slots = [self._slot() for _ in range(self.random.randint(0, 3))]
        busy = [TimeRange(slot["start"], slot["end"]) for slot in slots]
        return self.studio.imported(self.random.choice(self.premises.calendars), busy)

    def wait(self) -> object:
        # For what somebody has: waiting for what is free is refused.
        taken = self._one("SELECT id FROM booking.bookings WHERE status = 'confirmed' ORDER BY random() LIMIT 1")
        slot = self._slot()
        if taken:
            booking = self.studio.bookings.get(taken, MANAGER)
            slot |= {"start": booking.start, "end": booking.end}
        return self.studio.waitlist.join(WaitlistRequest.model_validate(slot), self.me, None)

    def withdraw(self) -> object:
        found = self._one("SELECT id FROM booking.waitlist WHERE status = 'waiting' ORDER BY random() LIMIT 1")
        if found:
            self.studio.waitlist.withdraw(found, MANAGER)
        return found

    def expire(self) -> object:
        return self.studio.bookings.expire_holds()

    def close_visits(self) -> object:
        return self.studio.visits.close_ended()

    def offer(self) -> object:
        return self.studio.offers.offer_due()

    def _change(self, hall: UUID, **changes: object) -> object:
        return self.studio.halls.change(hall, HallChanges.model_validate(changes))

    def _slot(self) -> dict[str, Any]:
        quarters = self.random.randrange(4 * self.random.choice(HOURS_AHEAD))
        start = _next_quarter(self.studio.clock.now()) + STEP * quarters
        hall, *also = self.random.choice(self.premises.sets)
        end = start + STEP * self.random.choice([2, 4, 4, 6, 8])
        return {"hall_id": hall, "also_hall_ids": also, "start": start, "end": end, "add_ons": self._add_ons()}

    def _add_ons(self) -> list[AddOnOrder]:
        chosen = self.random.sample(self.premises.add_ons, self.random.choice([0, 1, 1, 2]))
        return [AddOnOrder(id=add_on, quantity=self.random.randint(1, 2)) for add_on in chosen]

    def _coin(self) -> bool:
        return self.random.random() < 0.5

    def _booking(self, *statuses: str) -> UUID | None:
        wanted = list(statuses or ("pending", "confirmed", "in_progress"))
        query = "SELECT id FROM booking.bookings WHERE status = ANY(:wanted) ORDER BY random() LIMIT 1"
        return self._one(query, wanted=wanted)

    def _group(self) -> UUID | None:
        return self._one("SELECT group_id FROM booking.bookings WHERE group_id IS NOT NULL ORDER BY random() LIMIT 1")

    def _one(self, query: str, **values: object) -> UUID | None:
        with self.studio.engine.connect() as connection:
            found: UUID | None = connection.execute(text(query), values).scalar_one_or_none()
            return found


WEIGHTS = {
    "create": 24, "group": 6, "cancel_group": 2, "shift_group": 3, "reschedule": 10, "extend": 6, "amend": 4,
    "pay": 14, "cancel": 8, "check_in": 2, "no_show": 2, "close": 3, "reopen": 3, "import_busy": 4, "wait": 10,
    "withdraw": 1, "expire": 4, "close_visits": 3, "offer": 3, "change_buffers": 4, "change_parts": 4, "change_zone": 2,
}  # fmt: skip


def _next_quarter(instant: datetime) -> datetime:
    return instant + STEP - timedelta(seconds=instant.timestamp() % STEP.total_seconds())
