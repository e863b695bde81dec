"""What columns are usually called, and which field each is taken for."""

import re
from collections.abc import Mapping, Sequence

from booking.imports.errors import UnknownHeadingError
from shared_schemas.uploads.imports import ImportField

HEADINGS: Mapping[ImportField, str] = {
    "full_name": "full_name|name|full name|customer|client|customer name|client name|first name|guest name|имя|фио|"
    "клиент|имя клиента|фио клиента|заказчик|контакт|контактное лицо|имя и фамилия|фамилия и имя|фамилия имя|"
    "фамилия имя отчество|имя гостя|гость",
    "last_name": "last name|surname|family name|фамилия",
    "middle_name": "middle name|patronymic|отчество",
    "phone": "phone|phone number|mobile|mobile phone|tel|telephone|cell|телефон|тел|мобильный|номер телефона|"
    "телефон клиента|мобильный телефон|моб телефон|контактный телефон|сотовый|сотовый телефон|номер мобильного",
    "email": "email|e mail|mail|email address|почта|эл почта|электронная почта|адрес почты|"
    "адрес электронной почты|email клиента|e mail клиента",
    "comment": "comment|comments|note|notes|комментарий|комментарии|примечание|примечания|заметка|заметки",
    "hall": "hall|room|space|resource|studio|location|зал|название зала|помещение|ресурс|аудитория|студия|локация|"
    "площадка|объект|кабинет",
    "start": "start|starts|starts at|start time and date|start datetime|from|begin|начало|дата и время|"
    "дата и время начала|дата время|дата время начала|дата и время записи|начало записи|начало брони",
    "date": "date|day|booking date|visit date|start date|дата|день|дата визита|дата записи|дата брони|"
    "дата бронирования|дата начала",
    "time": "time|start time|time from|hour|time slot|time range|время|время начала|время визита|время записи|с|"
    "интервал|период|временной интервал|промежуток|слот",
    "end": "end|ends|ends at|to|till|until|end date|end datetime|конец|окончание|дата окончания|дата конца|"
    "дата и время окончания|дата время окончания|конец записи",
    "end_time": "end time|time to|finish|время окончания|время конца|время завершения|по|до",
    "duration": "duration|length|minutes|hours|длительность|продолжительность|минут|часов|кол во часов|"
    "количество часов",
    "people": "people|guests|persons|number of people|number of guests|людей|человек|гостей|количество человек|"
    "кол во человек|количество людей|кол во людей|количество гостей|кол во гостей|число гостей|чел",
    "price": "price|total|amount|sum|cost|total price|цена|стоимость|сумма|итого|к оплате|общая стоимость|"
    "итоговая стоимость|сумма заказа|общая сумма",
    "status": "status|state|статус|состояние",
    "reference": "reference|id|number|booking id|booking number|номер|номер брони|номер записи|id записи|код",
}
# What a heading says beside the field: whose it is, or of what.
WORDS_BESIDE = (
    "клиента|заказчика|визита|записи|брони|бронирования|аренды|услуги|услуг|сеанса|съемки|к|для|"
    "client|customer|booking|appointment|visit"
)
BESIDE = frozenset(WORDS_BESIDE.split("|"))
MINUTES, HOURS = (
    ("мин", "минут", "минуты", "минутах", "min", "minutes"),
    ("ч", "час", "часов", "часы", "часах", "hours"),
)
UNITS: Mapping[ImportField, Sequence[str]] = {
    "duration": (*MINUTES, *HOURS),
    "price": ("руб", "рублей", "рублях", "р", "rub", "rur"),
}


def plain(words: str) -> str:
    """Small letters without punctuation: how headings, halls and people are compared."""
    return " ".join(re.sub(r"[^\w]+", " ", words.lower().replace("ё", "е")).split())


KNOWN: Mapping[str, ImportField] = {
    plain(name): field for field, names in HEADINGS.items() for name in names.split("|")
}  # fmt: skip


def columns_of(headings: Sequence[str], mapping: Mapping[ImportField, str]) -> dict[ImportField, int]:
    """Where each field is: first what `mapping` says, then the usual names, then those that say more beside the name.

    `UnknownHeadingError` for one of `mapping` that is not there."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(plain(heading), place)
    columns: dict[ImportField, int] = {}
    for field, heading in mapping.items():
        if plain(heading) not in places:
            raise UnknownHeadingError(heading=heading)
        columns[field] = places[plain(heading)]
    for meant in (KNOWN.get, _meant):
        for heading, place in places.items():
            known = meant(heading)
            if known and known not in columns and place not in columns.values():
                columns[known] = place
    return columns


def unit_of(heading: str) -> str:
    """In what a bare number under a heading of lengths is counted; nothing where it does not say."""
    words = set(plain(heading).split())
    return "мин" if words & set(MINUTES) else "ч" if words & set(HOURS) else ""


def _meant(heading: str) -> ImportField | None:
    """The field of «Телефон заказчика», «Комментарий к записи», «Стоимость, руб.»."""
    words = heading.split()
    for field, units in UNITS.items():
        bare = _known([word for word in words if word not in units and word != "в"])
        if bare == field:
            return field
    return _known(words)


def _known(words: Sequence[str]) -> ImportField | None:
    return KNOWN.get(" ".join(words)) or KNOWN.get(" ".join(word for word in words if word not in BESIDE))
