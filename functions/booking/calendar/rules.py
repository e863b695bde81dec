"""What each rule of a slot is called and says; `judge` decides which of them a slot breaks."""

import dataclasses
from collections.abc import Mapping

from shared_schemas.booking.halls import Hall
from shared_schemas.errors import Text, Violation


@dataclasses.dataclass(frozen=True)
class Rule:
    """The field at fault, the text, and the parameters by the names of the hall's own fields."""

    field: str
    text: Text
    limits: Mapping[str, str] = dataclasses.field(default_factory=dict)


RULES = {
    "in_past": Rule("start", Text("This time is already over", "Это время уже прошло")),
    "too_short": Rule(
        "end",
        Text("A visit to this hall lasts at least {min} minutes", "Визит в этот зал длится не меньше {min} минут"),
        {"min": "min_minutes"},
    ),
    "too_long": Rule(
        "end",
        Text("A visit to this hall lasts at most {max} minutes", "Визит в этот зал длится не больше {max} минут"),
        {"max": "max_minutes"},
    ),
    "too_many_people": Rule(
        "people",
        Text("The hall holds at most {max} people", "Зал вмещает не больше {max} человек"),
        {"max": "capacity"},
    ),
    "other_purpose": Rule(
        "purpose", Text("The hall is not let for visits of this kind", "Зал не сдаётся для таких визитов")
    ),
    "not_for_rent": Rule("hall_id", Text("The hall is not for rent", "Этот зал не сдаётся")),
    "closed": Rule("start", Text("The hall is closed that day", "В этот день зал закрыт")),
    "busy": Rule("start", Text("The hall is taken at that time", "Зал в это время занят")),
    "buffer": Rule(
        "start",
        Text(
            "The hall needs {before} minutes before and {after} minutes after a visit",
            "Залу нужно {before} мин до визита и {after} мин после",
        ),
        {"before": "buffer_before_minutes", "after": "buffer_after_minutes"},
    ),
    "start_not_allowed": Rule(
        "start",
        Text("Visits start every {step} minutes", "Визиты начинаются каждые {step} минут"),
        {"step": "start_step_minutes"},
    ),
    "too_soon": Rule(
        "start",
        Text("Book at least {minutes} minutes ahead", "Бронировать нужно не позже чем за {minutes} мин"),
        {"minutes": "notice_minutes"},
    ),
    "too_far_ahead": Rule(
        "start",
        Text("Visits can be booked at most {days} days ahead", "Бронировать можно не дальше чем на {days} дней вперёд"),
        {"days": "horizon_days"},
    ),
    "leaves_gap": Rule(
        "start",
        Text(
            "No gap shorter than {min} minutes may be left beside the visit",
            "Рядом с визитом не должно оставаться свободного промежутка короче {min} минут",
        ),
        {"min": "min_gap_minutes"},
    ),
}


def violation_of(code: str, hall: Hall, **limits: object) -> Violation:
    """The broken rule, with the hall's own limits where no others are given."""
    rule = RULES[code]
    own = {name: getattr(hall, of) for name, of in rule.limits.items()}
    return Violation(rule.field, code, rule.text, {**own, **limits})
