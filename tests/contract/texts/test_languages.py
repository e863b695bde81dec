"""Both languages of a message say the same: where one speaks of a field by its name, so does the other."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from shared_schemas.errors import CycloramaError, ForbiddenError, UnauthenticatedError, UnavailableError
from tests.support.runs.table import each

ROOT = Path(__file__).parents[3]
PLACES = ("functions", "layers/core", "shared_schemas")
PLACEHOLDER = re.compile(r"\{\w*\}")
WORD = re.compile(r"[A-Za-z][A-Za-z_]+")


@cache
def messages() -> Sequence[tuple[str, str, str]]:
    return list(_messages())


def _messages() -> Iterator[tuple[str, str, str]]:
    """Where a `Text` is written, its English, its Russian."""
    for place in PLACES:
        for path in (ROOT / place).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
                    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                    if len(texts) == 2:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", str(texts[0]), str(texts[1])


def names(text: str) -> set[str]:
    return set(WORD.findall(PLACEHOLDER.sub("", text)))


def test_there_is_something_to_check() -> None:
    assert len(list(messages())) > 200


@each(("place", "english", "russian"), messages)
def test_russian_names_no_field_that_english_does_not(place: str, english: str, russian: str) -> None:
    assert {name for name in names(russian) if name not in english} == set()
    assert set(PLACEHOLDER.findall(russian)) == set(PLACEHOLDER.findall(english))


def test_api_gateway_answers_in_both_languages_too() -> None:
    document = json.loads((ROOT / "infra/api.json").read_text(encoding="utf-8"))
    ours = {kind.code: kind.text for kind in (CycloramaError, ForbiddenError, UnauthenticatedError, UnavailableError)}
    responses = document["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "UNAUTHORIZED", "REQUEST_TOO_LARGE"} <= responses.keys()
    for name, response in responses.items():
        problem = json.loads(response["responseTemplates"]["application/json"])
        detail, russian = problem["detail"], problem["detail_ru"]
        assert re.search("[а-я]", russian) and detail.isascii() and re.fullmatch("[a-z_]+", problem["code"]), name
        # The same refusal reads the same, whoever makes it; the rest of the two lines are API Gateway's alone.
        if text := ours.get(problem["code"]):
            assert (detail, russian) == (text.en, text.ru), name
