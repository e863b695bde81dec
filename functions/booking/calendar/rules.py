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
    "in_past": Rule("start", Text("must not be in the past", "не должно быть в прошлом")),
    "too_short": Rule("end", Text("at least {min} minutes", "не меньше {min} минут"), {"min": "min_minutes"}),
    "too_long": Rule("end", Text("at most {max} minutes", "не больше {max} минут"), {"max": "max_minutes"}),
    "too_many_people": Rule("people", Text("at most {max} people", "не больше {max} человек"), {"max": "capacity"}),
    "other_purpose": Rule("purpose", Text("the hall is not let for this", "зал не сдаётся для таких визитов")),
    "not_for_rent": Rule("hall_id", Text("the hall is not for rent", "зал не сдаётся")),
    "closed": Rule("start", Text("the hall is closed that day", "в этот день зал закрыт")),
    "busy": Rule("start", Text("the hall is taken then", "зал в это время занят")),
    "buffer": Rule(
        "start",
        Text(
            "the hall needs {before} minutes before and {after} after a visit",
            "залу нужно {before} мин до визита и {after} мин после",
        ),
        {"before": "buffer_before_minutes", "after": "buffer_after_minutes"},
    ),
    "start_not_allowed": Rule(
        "start",
        Text("visits start every {step} minutes", "начало — каждые {step} минут"),
        {"step": "start_step_minutes"},
    ),
    "too_soon": Rule(
        "start",
        Text("at least {minutes} minutes ahead", "не позже чем за {minutes} мин"),
        {"minutes": "notice_minutes"},
    ),
    "too_far_ahead": Rule(
        "start", Text("at most {days} days ahead", "не дальше {days} дней вперёд"), {"days": "horizon_days"}
    ),
    "leaves_gap": Rule(
        "start",
        Text(
            "no gap shorter than {min} minutes may be left beside the visit",
            "рядом с визитом не должно оставаться свободного промежутка короче {min} минут",
        ),
        {"min": "min_gap_minutes"},
    ),
}


def violation_of(code: str, hall: Hall, **limits: object) -> Violation:
    """The broken rule, with the hall's own limits where no others are given."""
    rule = RULES[code]
    own = {name: getattr(hall, of) for name, of in rule.limits.items()}
    return Violation(rule.field, code, rule.text, {**own, **limits})
