"""What a row says of a visit: where, from when to when, for how much."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.imports.domain import values
from booking.imports.domain.headings import plain
from shared_schemas.booking.halls import Hall
from shared_schemas.errors import Text, Violation
from shared_schemas.uploads.imports import ImportedVisit, ImportField

Cells = Mapping[ImportField, str]
UNKNOWN_HALL = Text("The studio has no hall of this name", "Зала с таким названием у студии нет")
HALL_NEEDED = Text("The row does not say which hall is meant", "В строке не указано, какой это зал")
UNREAD_MOMENT = Text(
    "The row does not say clearly when the visit begins", "Из строки непонятно, когда визит начинается"
)
UNREAD_END = Text("The row does not say clearly when the visit ends", "Из строки непонятно, когда визит заканчивается")
UNREAD_PRICE = Text("The price cannot be read as a sum of money", "Цену не удалось прочитать как сумму денег")
UNREAD_PEOPLE = Text("The number of people is no whole number", "Количество человек должно быть целым числом")
CALLED_OFF = Text("The other system says that this visit was called off", "В той системе этот визит отменён")
OVER = Text("The visit is over already", "Визит уже закончился")
REPEATED = Text(
    "Row {row} of the file takes the hall at that time", "Зал в это время занимает строка {row} этого файла"
)
START_FIELDS: tuple[ImportField, ...] = ("start", "date", "time")


def visit(
    cells: Cells, halls: Sequence[Hall], usual: UUID | None, now: datetime
) -> dict[str, object] | list[Violation]:
    """The fields of an `ImportedVisit` but for those of its person; or what is wrong with the row, first things
    first."""
    if values.called_off(cells.get("status", "")):
        return [Violation("status", "visit_called_off", CALLED_OFF, {})]
    hall = _hall(cells, halls, usual)
    if isinstance(hall, Violation):
        return [hall]
    zone = ZoneInfo(hall.timezone)
    start = _start(cells, zone)
    if start is None:
        return [Violation("start", "unclear_start", UNREAD_MOMENT, {})]
    end = _end(cells, start, zone)
    if end is None or end <= start:
        return [Violation("end", "unclear_end", UNREAD_END, {})]
    if end <= now:
        return [Violation("end", "visit_over", OVER, {})]
    price = values.kopecks(cells["price"]) if "price" in cells else None
    people = cells.get("people", "1")
    found = [Violation("price", "unclear_price", UNREAD_PRICE, {})] if "price" in cells and price is None else []
    if not (people.isdecimal() and people.isascii() and len(people) < 6):
        found.append(Violation("people", "unclear_people", UNREAD_PEOPLE, {}))
    if found:
        return found
    money = None if price is None else {"amount": price}
    return {"hall_id": hall.id, "start": start, "end": end, "people": int(people), "price": money}


def key(visit: ImportedVisit) -> str:
    """The same for the same visit in each export: the time of its hall, with nothing of whose it is."""
    told = f"{visit.hall_id} {visit.start.timestamp():.0f} {visit.end.timestamp():.0f}"
    return sha256(told.encode()).hexdigest()


def _hall(cells: Cells, halls: Sequence[Hall], usual: UUID | None) -> Hall | Violation:
    written = cells.get("hall")
    if written is None:
        meant = [hall for hall in halls if hall.id == usual or (usual is None and len(halls) == 1)]
        return meant[0] if meant else Violation("hall", "hall_needed", HALL_NEEDED, {})
    for hall in halls:
        if plain(written) in {plain(str(hall.id)), *map(plain, _names(hall))}:
            return hall
    return Violation("hall", "unknown_hall", UNKNOWN_HALL, {})


def _names(hall: Hall) -> list[str]:
    others = (hall.texts.en, hall.texts.ru) if hall.texts else ()
    return [hall.name, *(words.name for words in others if words and words.name)]


def _start(cells: Cells, zone: ZoneInfo) -> datetime | None:
    if "start" in cells:
        if found := values.moment(cells["start"], zone):
            return found
        # «Начало» is often a time, with the day in a column of its own.
        return _on(values.day(cells.get("date", "")), cells["start"], zone)
    if "time" in cells:
        return _on(values.day(cells.get("date", "")), cells["time"], zone)
    return values.moment(cells.get("date", ""), zone)


def _end(cells: Cells, start: datetime, zone: ZoneInfo) -> datetime | None:
    if "duration" in cells:
        lasts = values.length(cells["duration"])
        return start + lasts if lasts else None
    written = cells.get("end", cells.get("end_time", ""))
    if found := values.moment(written, zone):
        return found
    if on := values.day(written):
        # «Дата окончания», with the time in a column of its own.
        return _on(on, cells.get("end_time", ""), zone)
    day = start.astimezone(zone).date()
    end = _on(day, written, zone)
    # 22:00 to 03:00 is one visit.
    return end if end is None or end > start else _on(day + timedelta(days=1), written, zone)


def _on(day: date | None, written: str, zone: ZoneInfo) -> datetime | None:
    at = values.clock(written)
    return values.local(day, at, zone) if day and at else None
