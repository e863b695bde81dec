"""What a person is told is a sentence without a name of our contracts in it: the field stands beside it."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from infra.generate.sharing import inlined

ROOT = Path(__file__).parents[3]
PLACES = ("functions", "layers/core", "shared_schemas")
# Words of pictures, and parts of other sentences; both are put into something by code.
FRAGMENTS = ("functions/integration/charts/", "functions/booking/ical/", "functions/booking/feeds/domain.py")
PLACEHOLDER = re.compile(r"\{(\w*)(?::money)?\}")
# People read sums in rubles; what prices divide by is no sum.
SUM = re.compile(r"\{(?!divisor\})\w+\} (?:more )?(?:kopecks|коп)")
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-z]+>")
SNAKE_CASE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
LATIN = re.compile(r"\b[a-z]+\b")
BEGINNING = re.compile(r"[A-ZА-ЯЁ0-9{«“\W]")
# These are filled with what only programs call so: the name of a field, a value of an enumeration.
CODES = {"field", "by", "status", "target", "kind"}
DOCUMENT = inlined(json.loads((ROOT / "functions/gateway/pages/openapi.json").read_text(encoding="utf-8")))
Pair = tuple[str, str]


def fields() -> set[str]:
    """Every name that a request or an answer has."""
    schemas = DOCUMENT["components"]["schemas"].values()
    found = {name for schema in schemas for name in schema.get("properties", {})}
    operations = [one for item in DOCUMENT["paths"].values() for one in item.values() if isinstance(one, dict)]
    return found | {parameter["name"] for one in operations for parameter in one.get("parameters", ())}


FIELDS = fields()


def written(node: ast.expr) -> str:
    """The text of a literal, also of one that is put together of literals."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return written(left) + written(right)
        case ast.BinOp(left=left, op=ast.Mult()):
            return written(left)
    return ""


def pairs(tree: ast.Module) -> Iterator[tuple[int, Pair]]:
    """The same in both languages: two neighbours, the second of them in Russian."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call | ast.Tuple):
            continue
        texts = [written(item) for item in (node.args if isinstance(node, ast.Call) else node.elts)]
        for english, russian in pairwise(texts):
            if english and CYRILLIC.search(russian) and not CYRILLIC.search(english):
                yield node.lineno, (english, russian)


def sources() -> Iterator[tuple[str, ast.Module]]:
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


@cache
def texts() -> list[tuple[str, Pair]]:
    """All that there are, and where; not while tests are collected, which each worker does."""
    return [(f"{path}:{line}", pair) for path, tree in sources() for line, pair in pairs(tree)]


def faults(place: str, pair: Pair) -> Iterator[str]:
    for text in pair:
        words = MARKUP.sub("", PLACEHOLDER.sub("", text))
        if SUM.search(text):
            yield "a sum is written as `{amount:money}`, not in kopecks"
        if joined := SNAKE_CASE.findall(words):
            yield f"{joined} is no word that people say"
        if named := [word for word in LATIN.findall(words) if word in FIELDS and text is pair[1]]:
            yield f"{named} is the name of a field: say it in Russian; the field is in `errors[].field`"
        if filled := CODES & set(PLACEHOLDER.findall(text)):
            yield f"{filled} is filled with a word of programs: leave it to the members of the problem"
        if " " in text.strip() and not BEGINNING.match(text) and not place.startswith(FRAGMENTS):
            yield f"“{text}” is no sentence: begin with a capital, and say what it is about"


def test_there_is_something_to_check() -> None:
    places = "\n".join(place for place, _ in texts())
    assert len(texts()) > 300 and {"guest_id", "until", "per_hour"} <= FIELDS
    for place in ("core/http/validation_texts", "accounts/password_rules", "time/recurrence", "extras/promo_codes"):
        assert place in places


def test_every_text_is_a_sentence_without_our_names() -> None:
    found = [f"{place}: {fault}" for place, pair in texts() for fault in faults(place, pair)]
    assert not found, "texts that a person is shown:\n" + "\n".join(found)


def test_what_is_wrong_is_found() -> None:
    wrong = [
        ("End must be after the start", "Поле end должно быть позже начала"),
        ("Accept rules_version", "Примите правила"),
        ("must be after the start", "Визит кончается раньше"),
        ("It is {status} now", "Сейчас {status}"),
    ]
    assert [len(list(faults("somewhere.py:1", pair))) > 0 for pair in wrong] == [True] * len(wrong)
    assert [len(list(faults("functions/booking/ical/x.py:1", ("it has none", "его нет"))))] == [0]
