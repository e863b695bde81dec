"""Whether the fields of a hall fit together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from booking.time.grid import MINUTE
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.errors import Text, Violation
from shared_schemas.visits.purposes import VisitPurpose


def hall_violations(
    hall: Hall, others: Mapping[UUID, Hall], known_country: Callable[[str], bool], before: Hall | None = None
) -> list[Violation]:
    """`others` are all halls by id; of a hall that was there `before` only what changes of its parts is judged."""
    found = []
    if hall.max_minutes < hall.min_minutes:
        text = Text(
            "The longest visit cannot be shorter than the shortest, {min} minutes",
            "Самый долгий визит не может быть короче самого короткого, {min} мин",
        )
        found.append(Violation("max_minutes", "max_below_min", text, {"min": hall.min_minutes}))
    if hall.unused_minutes >= hall.min_minutes:
        text = Text(
            "Less time must stay unused than the shortest visit lasts, {max} minutes",
            "Неиспользуемое время должно быть меньше самого короткого визита, {max} мин",
        )
        found.append(Violation("unused_minutes", "nothing_usable", text, {"max": hall.min_minutes}))
    if repeated := _repeated([limit.purpose for limit in hall.purpose_limits]):
        text = Text(
            "Say only once how many people may come for each purpose", "Укажите число людей для каждой цели один раз"
        )
        found.append(Violation(f"purpose_limits.{repeated}.purpose", "repeated_purpose", text, {}))
    if hall.country and not known_country(hall.country):
        text = Text("No holidays are known for the country {country}", "Праздники страны {country} неизвестны")
        found.append(Violation("country", "unknown_country", text, {"country": hall.country}))
    if before and (before.parts, before.timezone) == (hall.parts, hall.timezone):
        return found
    return found + list(_structure(hall, others, before))


def _repeated(purposes: Sequence[VisitPurpose]) -> int | None:
    """The place of the first that was there before."""
    return next((place for place, purpose in enumerate(purposes) if purpose in purposes[:place]), None)


def _structure(hall: Hall, others: Mapping[UUID, Hall], before: Hall | None) -> Iterator[Violation]:
    """One level of parts, all in one zone: claims lie on plain halls alone (decision 0010)."""
    known = set(before.parts) if before else set()
    zone_moved = before is not None and before.timezone != hall.timezone
    for part in hall.parts:
        if violation := _part(hall, part, others, new=part not in known, zone_moved=zone_moved):
            yield violation
    if len(set(hall.parts)) < len(hall.parts):
        yield Violation("parts", "repeated_part", Text("Name each hall once", "Назовите каждый зал один раз"), {})
    for whole in (other for other in others.values() if hall.id in other.parts and other.id != hall.id):
        params: dict[str, object] = {"hall_id": str(whole.id), "name": whole.name}
        if hall.parts:
            text = Text("This hall is a part of {name}", "Этот зал — часть зала «{name}»")
            yield Violation("parts", "part_of_another", text, params)
        if whole.timezone != hall.timezone:
            text = Text(
                "{name}, of which this hall is a part, is in another time zone",
                "Зал «{name}», частью которого он является, в другом часовом поясе",
            )
            yield Violation("timezone", "other_time_zone", text, params)


def _part(hall: Hall, part: UUID, others: Mapping[UUID, Hall], *, new: bool, zone_moved: bool) -> Violation | None:
    other = others.get(part)
    params: dict[str, object] = {"hall_id": str(part)}
    if other is None or part == hall.id:
        text = Text("There is no other hall {hall_id}", "Другого зала {hall_id} нет")
        return Violation("parts", "unknown_part", text, params)
    if other.parts:
        text = Text("The hall {hall_id} is itself made of halls", "Зал {hall_id} сам составлен из залов")
        return Violation("parts", "composite_part", text, params)
    if other.archived and new:
        text = Text("The hall {hall_id} is no longer for rent", "Зал {hall_id} больше не сдаётся")
        return Violation("parts", "archived_part", text, params)
    if other.timezone != hall.timezone:
        text = Text("The hall {hall_id} is in another time zone", "Зал {hall_id} в другом часовом поясе")
        return Violation("timezone" if zone_moved and not new else "parts", "other_time_zone", text, params)
    return None


def spaces(hall: Hall) -> list[UUID]:
    """What a booking of the hall takes: the hall, or the halls it is made of."""
    return hall.parts or [hall.id]


def capacity_for(hall: Hall, purpose: VisitPurpose) -> int:
    """How many people may come for a purpose; 0 if the hall is not let for it."""
    return next((limit.capacity for limit in hall.purpose_limits if limit.purpose == purpose), hall.capacity)


def claim(hall: Hall, slot: TimeRange) -> TimeRange:
    """What a booking of `slot` takes of the calendar: the slot and the buffers around it."""
    taken = slot.utc()  # A wall clock would be an hour out where a buffer crosses a change to or from summer time.
    return TimeRange(taken.start - MINUTE * hall.buffer_before_minutes, taken.end + MINUTE * hall.buffer_after_minutes)


def usable_until(halls: Sequence[Hall], slot: TimeRange) -> datetime:
    """When the halls must be left, "pay 60 minutes, use 55": of several, when the first of them must be."""
    return slot.utc().end - MINUTE * max(hall.unused_minutes for hall in halls)


def waited_for(halls: Sequence[Hall], slot: TimeRange) -> TimeRange:
    """What a booking takes of every hall; where their buffers differ, the judge says the rest once it is free."""
    claims = [claim(hall, slot) for hall in halls]
    return TimeRange(max(taken.start for taken in claims), min(taken.end for taken in claims))
