"""What an importer is told of a calendar that said something in a way that nobody can be sure of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared_schemas.errors import Locale, Text
from shared_schemas.halls import CalendarWarning

TEXTS: Mapping[str, Text] = {
    "unknown_zone": Text(
        "The time zone {zone} is not known: the hall's own, {assumed}, was taken",
        "Часовой пояс {zone} неизвестен: взят пояс зала, {assumed}",
    ),
    "guessed_zone": Text("The time zone {zone} was taken to be {assumed}", "Часовой пояс {zone} понят как {assumed}"),
    "zone_differs": Text(
        "The file defines {zone} otherwise than it is known: the known rules were taken",
        "Файл определяет {zone} не так, как известно: взяты известные правила",
    ),
    "utc_with_zone": Text(
        "A time in UTC names the zone {zone} as well: it was taken as UTC",
        "Время в UTC указано вместе с поясом {zone}: взято как UTC",
    ),
    "duplicate_property": Text(
        "{property} is given more than once: the longest time was taken",
        "{property} указано несколько раз: взято самое долгое время",
    ),
    "duplicate_uid": Text(
        "{count} different events have this UID: all of them make the hall busy",
        "Этот UID у {count} разных событий: зал занят на время каждого",
    ),
    "older_revision": Text(
        "An older revision of the event was passed over: sequence {sequence}, the newest is {newest}",
        "Более старая редакция события пропущена: номер {sequence}, последний {newest}",
    ),
    "unknown_status": Text(
        "{value} is not known: the event makes the hall busy", "{value} — неизвестное значение: зал занят"
    ),
    "contradiction": Text(
        "The values contradict each other: the event makes the hall busy", "Значения противоречат друг другу: зал занят"
    ),
    "no_length": Text("The event has no length and takes no time", "У события нет длительности, время не занято"),
    "end_before_start": Text(
        "The end lies before the start: the time between them was taken",
        "Конец раньше начала: занято время между ними",
    ),
    "two_ends": Text(
        "Both an end and a duration are given: the later end was taken",
        "Указаны и конец, и длительность: взят более поздний конец",
    ),
    "day_and_time": Text("A day and a time are mixed: whole days were taken", "День и время смешаны: взяты целые дни"),
    "start_outside_rule": Text(
        "The rule leaves the start of the event out: it was taken, too",
        "Начало события не подходит под правило повторения: оно тоже занято",
    ),
    "count_and_until": Text(
        "A repetition ends in two ways: the later end was taken",
        "Повторение заканчивается двумя способами: взят более поздний конец",
    ),
    "rule_part_ignored": Text(
        "{part} of the rule is not known and was passed over", "Часть правила {part} неизвестна и пропущена"
    ),
    "empty_property": Text("{property} is empty and was passed over", "{property} пусто и пропущено"),
    "exclusion_ignored": Text(
        "What this leaves out cannot be told: nothing was left out",
        "Непонятно, что здесь исключено: ничего не исключено",
    ),
    "override_ignored": Text(
        "Which occurrence this replaces cannot be told: it and all others make the hall busy",
        "Непонятно, какое повторение заменено: зал занят и на него, и на все остальные",
    ),
    "component_ignored": Text(
        "{property} is not read: what it says does not make the hall busy",
        "{property} не читается: зал на это время не занят",
    ),
    "own_moved": Text(
        "The event is ours and lies at another time than here: it makes the hall busy",
        "Это наше событие, но на другое время, чем здесь: зал занят",
    ),
}


@dataclass(frozen=True)
class Doubt:
    """One warning: the property, its line in the file, the UID of its event, and what fills the text."""

    code: str
    property: str
    line: int | None
    uid: str | None
    params: Mapping[str, Any]


def warning(doubt: Doubt, locale: Locale) -> CalendarWarning:
    """A doubt in the reader's language."""
    message = TEXTS[doubt.code].render(locale, {"property": doubt.property, **doubt.params})
    return CalendarWarning(code=doubt.code, property=doubt.property, line=doubt.line, uid=doubt.uid, message=message)
