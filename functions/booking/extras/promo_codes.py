"""When a promo code may be used. The limit of uses is checked in the database."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.calendar.sold import Sold
from booking.hours.domain import StudioDays
from booking.terms.conditions import season_violations
from booking.time.ranges import TimeRange
from shared_schemas.booking.extras import PromoCode, PromoCodeRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.errors import Text, Violation

WEEKDAYS = {
    1: Text("Monday", "понедельник"),
    2: Text("Tuesday", "вторник"),
    3: Text("Wednesday", "среда"),
    4: Text("Thursday", "четверг"),
    5: Text("Friday", "пятница"),
    6: Text("Saturday", "суббота"),
    7: Text("Sunday", "воскресенье"),
}


def promo_violations(
    promo: PromoCode,
    halls: Sequence[Hall],
    slot: TimeRange,
    now: datetime,
    sold: Sold | None = None,
    days: StudioDays | None = None,
) -> list[Violation]:
    """Why a code is not valid for a visit that is booked now; empty if it is.

    The day of the visit is the one on which it starts, in the zone of its first hall. A visit that was `sold` with the
    code was booked in time, and is judged by where and when it goes."""
    day = slot.start.astimezone(ZoneInfo(halls[0].timezone)).date()
    weekday = days.weekday(halls[0], day) if days else day.isoweekday()
    if sold is None:
        return [*_at(promo, now), *_in(promo, halls), *_on(promo, day, weekday)]
    new = [hall for hall in halls if hall.id not in sold.hall_ids]
    moved = slot.start != sold.slot.start or halls[0].id != sold.hall_ids[0]
    return [*_in(promo, new), *(_on(promo, day, weekday) if moved else ())]


def below_minimum(promo: PromoCode) -> Violation:
    """The order is too small for the code; whether it is, the price says by leaving the code out."""
    text = Text(
        "The order must be at least {min:money} for this code",
        "Для этого промокода заказ должен быть не меньше {min:money}",
    )
    return _violation("promo_minimum", text, min=promo.minimum.amount)


def _at(promo: PromoCode, now: datetime) -> Iterator[Violation]:
    if not promo.active:
        yield _violation("promo_inactive", Text("The code is not in use", "Промокод не действует"))
    if promo.valid_from and now < promo.valid_from:
        text = Text("The code is valid from {from}", "Промокод действует с {from}")
        yield _violation("promo_not_yet", text, **{"from": promo.valid_from.isoformat()})
    if promo.valid_to and now >= promo.valid_to:
        text = Text("The code was valid until {to}", "Промокод действовал до {to}")
        yield _violation("promo_expired", text, to=promo.valid_to.isoformat())


def _in(promo: PromoCode, halls: Sequence[Hall]) -> Iterator[Violation]:
    """A code must be valid in every hall of an order."""
    if promo.hall_ids is None:
        return
    if others := [hall.name for hall in halls if hall.id not in promo.hall_ids]:
        text = Text("The code is not valid in {halls}", "Промокод не действует в залах: {halls}")
        allowed = [str(hall_id) for hall_id in promo.hall_ids]
        yield _violation("promo_other_hall", text, halls=", ".join(others), allowed_hall_ids=allowed)


def _on(promo: PromoCode, day: date, weekday: int) -> Iterator[Violation]:
    first, last = promo.first_day, promo.last_day
    if (first and day < first) or (last and day > last):
        text = Text(
            "The code is for visits" + " from {first_day}" * bool(first) + " to {last_day}" * bool(last),
            "Промокод для визитов" + " с {first_day}" * bool(first) + " по {last_day}" * bool(last),
        )
        bounds = {"first_day": first, "last_day": last}
        yield _violation("promo_other_days", text, **{name: str(bound) for name, bound in bounds.items() if bound})
    if promo.weekdays and weekday not in promo.weekdays:
        names = [WEEKDAYS[weekday] for weekday in sorted(set(promo.weekdays))]
        text = Text(
            "The code is for visits on: " + ", ".join(name.en for name in names),
            "Промокод для визитов по дням: " + ", ".join(name.ru for name in names),
        )
        yield _violation("promo_other_weekdays", text, weekdays=sorted(set(promo.weekdays)))


def _violation(code: str, text: Text, **params: object) -> Violation:
    return Violation("promo_code", code, text, params)


VALID_TO = Text(
    "The code must end after it becomes valid, {after}",
    "Промокод должен закончиться позже, чем начнёт действовать, {after}",
)


def promo_code_violations(promo: PromoCodeRequest) -> list[Violation]:
    """What makes a code impossible to use."""
    found = season_violations(promo.first_day, promo.last_day)
    if promo.valid_from and promo.valid_to and promo.valid_from >= promo.valid_to:
        found.append(Violation("valid_to", "not_after_valid_from", VALID_TO, {"after": promo.valid_from.isoformat()}))
    return found
