"""What is read as a body, and what is refused before anybody looks at its fields."""

import base64
import json
from typing import Any

import pytest

from core.http.api import Api
from shared_schemas.access import table
from shared_schemas.common import Contract
from shared_schemas.texts import Comment, Name
from tests.support.rest import Answer, call, rest_event

LIMIT = 2048
ACCESS = table("""
anyone - POST /v1/letters
anyone - POST /v1/remarks
""")
api = Api("letters", ACCESS)


class Letter(Contract):
    """A letter."""

    name: Name
    weight: int = 0


class Remarks(Contract):
    """Nothing of it must be given."""

    comment: Comment | None = None


@api.endpoint("POST /v1/letters", body_limit=LIMIT)
def write(body: Letter) -> Letter:
    return body


@api.endpoint("POST /v1/remarks")
def remark(body: Remarks) -> Remarks:
    return body


def post(body: bytes | str | None, content_type: str = "application/json", **headers: str) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    encoded = base64.b64encode(raw).decode() if raw is not None else None
    named = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    event = rest_event("POST /v1/letters", body=encoded, headers=named) | {"isBase64Encoded": True}
    return call(api, event)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8", "us-ascii"])
def test_utf_8_is_read(charset: str) -> None:
    assert post('{"name": "Анна"}', f"application/json; charset={charset}").body == {"name": "Анна", "weight": 0}


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-16", "iso-8859-1", "nonsense", '"cp1251"'])
def test_another_character_set_is_refused_whatever_the_bytes_are(charset: str) -> None:
    for body in ('{"name": "Anna"}', '{"name": "Анна"}'.encode("cp1251")):
        answer = post(body, f"application/json; charset={charset}")
        assert (answer.status, answer.code) == (415, "unsupported_charset")


def test_what_is_compressed_is_refused() -> None:
    answer = post(b"\x1f\x8b", Content_Encoding="gzip")
    assert (answer.status, answer.code) == (415, "unsupported_encoding")


NESTED = "[" * 900 + "]" * 900


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "Анна"}'.encode("cp1251"),
        b'{"name": "\xed\xa0\x80"}',
        '{"name": "\\ud800"}',
        '{"name": "a", "name": "b"}',
        '{"name": "a", "weight": NaN}',
        '{"name": "a", "weight": Infinity}',
        '{"name": "a", "weight": -Infinity}',
        '{"name": "a", "weight": ' + NESTED + "}",
        '\ufeff{"name": "a"}',
        "",
        None,
        b"\xff",
        "\0",
    ],
)
def test_what_is_no_json_is_malformed(body: bytes | str | None) -> None:
    answer = post(body)
    assert (answer.status, answer.code) == (400, "malformed_json")


def test_a_number_without_end_is_refused() -> None:
    api_ = Api("numbers", table("anyone - POST /v1/numbers"))

    @api_.endpoint("POST /v1/numbers")
    def count_up(body: Letter) -> Letter:
        return body

    event = rest_event("POST /v1/numbers", body='{"name": "a", "weight": ' + "9" * 5000 + "}")
    answer = call(api_, event)
    assert (answer.status, answer.code) == (400, "malformed_json")


@pytest.mark.parametrize("body", ["a", "=", "Анна", "{}"])
def test_what_is_not_base64_though_it_says_so_is_malformed(body: str) -> None:
    answer = call(api, rest_event("POST /v1/letters", body=body) | {"isBase64Encoded": True})
    assert answer.status in {400, 422}


def test_half_a_character_in_the_event_is_malformed() -> None:
    answer = call(api, rest_event("POST /v1/letters", body='{"name": "\ud800"}'))
    assert (answer.status, answer.code) == (400, "malformed_json")


def test_a_body_has_a_limit_that_its_route_names() -> None:
    assert post(json.dumps({"name": "Anna"}).ljust(LIMIT)).status == 200
    answer = post(json.dumps({"name": "Anna"}).ljust(LIMIT + 1))
    assert (answer.status, answer.code, answer.body["max_bytes"]) == (413, "body_too_large", LIMIT)


@pytest.mark.parametrize("body", [None, ""])
def test_an_empty_body_is_one_whose_fields_are_all_absent(body: str | None) -> None:
    assert call(api, rest_event("POST /v1/remarks", body=body)).body == {}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_answer_names_twenty_faults_and_how_many_more_there_are(language: str) -> None:
    unknown: dict[str, Any] = {f"{'key' * 100}{number}": 1 for number in range(200)}
    event = rest_event("POST /v1/remarks", body=json.dumps(unknown))
    answer = call(api, event | {"headers": event["headers"] | {"Accept-Language": language}})

    assert (answer.status, answer.code) == (422, "invalid_request")
    assert (len(answer.body["errors"]), answer.body["more_errors"]) == (20, 180)
    assert len(json.dumps(answer.body)) < 20_000
