"""The JSON parser's error messages in Russian: it has English only."""

import re

from shared_schemas.errors import Locale

PLACE = re.compile(r"(.+) at line (\d+) column (\d+)", re.DOTALL)

RUSSIAN = {
    "EOF while parsing a list": "текст оборвался внутри списка",
    "EOF while parsing an object": "текст оборвался внутри объекта",
    "EOF while parsing a string": "текст оборвался внутри строки",
    "EOF while parsing a value": "текст оборвался там, где ожидалось значение",
    "expected `:`": "ожидалось `:`",
    "expected `,` or `]`": "ожидалось `,` или `]`",
    "expected `,` or `}`": "ожидалось `,` или `}`",
    "expected ident": "ожидалось true, false или null",
    "expected value": "ожидалось значение",
    "invalid escape": "неизвестная последовательность после `\\`",
    "invalid number": "число записано неверно",
    "number out of range": "число слишком велико",
    "invalid unicode code point": "байты не складываются в UTF-8",
    "control character (\\u0000-\\u001F) found while parsing a string": "управляющий символ внутри строки",
    "key must be a string": "ключ должен быть строкой",
    "lone leading surrogate in hex escape": "`\\u` задаёт половину суррогатной пары",
    "unexpected end of hex escape": "последовательность `\\u` оборвалась",
    "trailing comma": "лишняя запятая",
    "trailing characters": "лишний текст после значения",
    "a key comes twice in one object": "ключ повторяется в одном объекте",
    "recursion limit exceeded": "слишком глубокая вложенность",
}


def translated(reason: str, locale: Locale) -> str:
    """`reason` in the caller's language; unknown messages stay English, with the place."""
    found = PLACE.fullmatch(reason)
    if locale != "ru":
        return reason
    if not found:
        return RUSSIAN.get(reason, reason)
    words, line, column = found.groups()
    return f"{RUSSIAN.get(words, words)} (строка {line}, столбец {column})"
