"""Warnings to the importer about a calendar whose meaning is in doubt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared_schemas.booking.closures import CalendarWarning
from shared_schemas.errors import Locale, Text

TEXTS: Mapping[str, Text] = {
    "unknown_zone": Text(
        "Unknown time zone {zone}: the hall's own, {assumed}, was used",
        "Часовой пояс {zone} неизвестен: взят пояс зала, {assumed}",
    ),
    "guessed_zone": Text("The time zone {zone} was read as {assumed}", "Часовой пояс {zone} понят как {assumed}"),
    "zone_differs": Text(
        "The file's definition of {zone} differs from the known one: the known rules were used",
        "Файл определяет {zone} не так, как известно: взяты известные правила",
    ),
    "utc_with_zone": Text(
        "A time in UTC also names the zone {zone}: it was read as UTC",
        "Время в UTC указано вместе с поясом {zone}: взято как UTC",
    ),
    "duplicate_property": Text(
        "{property} is given more than once: the longest time was used",
        "{property} указано несколько раз: взято самое долгое время",
    ),
    "duplicate_uid": Text(
        "{count} different events have this UID: all of them make the hall busy",
        "Этот UID у {count} разных событий: зал занят на время каждого",
    ),
    "older_revision": Text(
        "An older revision of the event was ignored: sequence {sequence}, the newest is {newest}",
        "Более старая редакция события пропущена: номер {sequence}, последний {newest}",
    ),
    "unknown_status": Text(
        "Unknown value {value}: the event makes the hall busy", "{value} — неизвестное значение: зал занят"
    ),
    "contradiction": Text(
        "The values contradict each other: the event makes the hall busy", "Значения противоречат друг другу: зал занят"
    ),
    "no_length": Text("The event has no duration and takes no time", "У события нет длительности, время не занято"),
    "end_before_start": Text(
        "The end is before the start: the time between them is busy",
        "Конец раньше начала: занято время между ними",
    ),
    "two_ends": Text(
        "Both an end and a duration are given: the later end was used",
        "Указаны и конец, и длительность: взят более поздний конец",
    ),
    "day_and_time": Text("A date and a time are mixed: whole days are busy", "День и время смешаны: взяты целые дни"),
    "start_outside_rule": Text(
        "The rule does not include the event's own start: it is busy, too",
        "Начало события не подходит под правило повторения: оно тоже занято",
    ),
    "count_and_until": Text(
        "A repetition ends in two ways: the later end was used",
        "Повторение заканчивается двумя способами: взят более поздний конец",
    ),
    "rule_part_ignored": Text(
        "Unknown part {part} of the rule was ignored", "Часть правила {part} неизвестна и пропущена"
    ),
    "empty_property": Text("{property} is empty and was ignored", "{property} пусто и пропущено"),
    "exclusion_ignored": Text(
        "It is unclear what this excludes: nothing was excluded",
        "Непонятно, что здесь исключено: ничего не исключено",
    ),
    "override_ignored": Text(
        "It is unclear which occurrence this replaces: it and all others make the hall busy",
        "Непонятно, какое повторение заменено: зал занят и на него, и на все остальные",
    ),
    "component_ignored": Text(
        "{property} is not supported: its time is not busy",
        "{property} не читается: зал на это время не занят",
    ),
    "own_moved": Text(
        "The event is ours, but at another time than here: it makes the hall busy",
        "Это наше событие, но на другое время, чем здесь: зал занят",
    ),
}


@dataclass(frozen=True)
class Doubt:
    """One warning: the property, its line in the file, the UID of its event, and the parameters of the text."""

    code: str
    property: str
    line: int | None
    uid: str | None
    params: Mapping[str, Any]


def warning(doubt: Doubt, locale: Locale) -> CalendarWarning:
    """A doubt in the reader's language."""
    message = TEXTS[doubt.code].render(locale, {"property": doubt.property, **doubt.params})
    return CalendarWarning(code=doubt.code, property=doubt.property, line=doubt.line, uid=doubt.uid, message=message)
