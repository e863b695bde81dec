"""In which form an answer is written."""

from typing import Any

import pytest

from core.http.api import Api
from core.http.openapi import document
from core.http.representations import Form, chosen
from shared_schemas.access import table
from shared_schemas.common import Contract
from shared_schemas.errors import Locale
from tests.support.rest import Answer, call, rest_event


class Count(Contract):
    parcels: int


class CountQuery(Contract):
    format: str | None = None


def words(result: Any, locale: Locale) -> str:
    return f"{locale}: {result.parcels}"


CSV = Form("csv", "text/csv; charset=utf-8", words, {"Content-Disposition": "attachment"})
SVG = Form("svg", "image/svg+xml", words)
api = Api("counts", table("anyone - GET /v1/count"))


@api.endpoint("GET /v1/count", forms=[CSV, SVG])
def count(query: CountQuery) -> Count:
    """How many."""
    return Count(parcels=3)


def get(query: dict[str, str] | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(api, rest_event("GET /v1/count", query=query, headers=named))


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", None),
        ("*/*", None),
        ("application/json", None),
        ("text/csv", CSV),
        ("TEXT/CSV; q=0.5", CSV),
        ("image/*", SVG),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", None),
        ("image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8", SVG),
        ("text/csv;q=0.4, image/svg+xml; charset=x; q=0.7, application/json;q=0.1", SVG),
        ("text/csv;q=0.9, application/json;q=0.9", None),
        ("text/csv;q=0, */*", None),
        ("text/csv;q=2", None),
        ("text/csv;q=much", None),
        ("text/plain", None),
    ],
)
def test_the_form_is_what_the_caller_likes_best_and_json_of_equals(accept: str, wanted: Form | None) -> None:
    assert chosen([CSV, SVG], None, accept) is wanted


def test_a_name_counts_before_the_header() -> None:
    assert chosen([CSV, SVG], "svg", "text/csv") is SVG
    assert chosen([CSV, SVG], "json", "text/csv") is None


def test_the_answer_is_written_as_asked_in_the_callers_language() -> None:
    answer = get({"format": "csv"}, Accept_Language="ru")

    assert (answer.status, answer.body) == (200, "ru: 3")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert get(Accept="image/svg+xml").headers["content-type"] == "image/svg+xml"


def test_json_stays_what_it_was() -> None:
    answer = get()

    assert (answer.body, answer.headers["content-type"]) == ({"parcels": 3}, "application/json")
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


def test_every_form_is_documented() -> None:
    paths = document({}, [], {"counts": "What is counted."}, api.operations, lambda _: "counts")["paths"]
    found = paths["/v1/count"]["get"]["responses"]["200"]["content"]

    assert found.keys() == {"application/json", "text/csv", "image/svg+xml"}
    assert found["text/csv"] == {"schema": {"type": "string"}}
