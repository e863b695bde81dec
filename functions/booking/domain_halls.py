"""Whether the fields of a hall fit together."""

from collections.abc import Callable, Mapping
from uuid import UUID

from shared_schemas.errors import Text, Violation
from shared_schemas.halls import Hall


def hall_violations(hall: Hall, others: Mapping[UUID, Hall], known_country: Callable[[str], bool]) -> list[Violation]:
    """`others` are the halls that this one may be made of, by id."""
    found = []
    if hall.max_minutes < hall.min_minutes:
        text = Text("must be at least min_minutes, {min}", "должно быть не меньше min_minutes, {min}")
        found.append(Violation("max_minutes", "max_below_min", text, {"min": hall.min_minutes}))
    if hall.unused_minutes >= hall.min_minutes:
        text = Text("must be below min_minutes, {max}", "должно быть меньше min_minutes, {max}")
        found.append(Violation("unused_minutes", "nothing_usable", text, {"max": hall.min_minutes}))
    if hall.country and not known_country(hall.country):
        text = Text("no holidays are known for {country}", "праздники страны {country} неизвестны")
        found.append(Violation("country", "unknown_country", text, {"country": hall.country}))
    return found + [violation for part in hall.parts if (violation := _part(hall, part, others))] + _repeated(hall)


def _part(hall: Hall, part: UUID, others: Mapping[UUID, Hall]) -> Violation | None:
    other = others.get(part)
    params: dict[str, object] = {"hall_id": str(part)}
    if other is None or part == hall.id:
        text = Text("there is no other hall {hall_id}", "другого зала {hall_id} нет")
        return Violation("parts", "unknown_part", text, params)
    if other.parts:
        text = Text("{hall_id} is itself made of halls", "зал {hall_id} сам составлен из залов")
        return Violation("parts", "composite_part", text, params)
    if other.timezone != hall.timezone:
        text = Text("{hall_id} is in another time zone", "зал {hall_id} в другом часовом поясе")
        return Violation("parts", "other_time_zone", text, params)
    return None


def _repeated(hall: Hall) -> list[Violation]:
    if len(set(hall.parts)) == len(hall.parts):
        return []
    return [Violation("parts", "repeated_part", Text("name each hall once", "назовите каждый зал один раз"), {})]
