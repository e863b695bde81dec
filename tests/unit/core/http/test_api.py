"""What comes back of every kind of request, told by real REST proxy events."""

import hashlib
import json
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from chalice import Response
from pydantic import Field

from core.context import current_flow
from core.http.api import Api
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.observability import logger
from shared_schemas.access import table
from shared_schemas.common import Contract, Role
from shared_schemas.errors import (
    ConflictError,
    Locale,
    RuleViolationError,
    Text,
    UnavailableError,
    Violation,
)
from tests.support.rest import Answer, call, rest_event

CLIENT = Identity(str(uuid4()), Role.CLIENT)
SERVICE = Identity("payment", Role.SERVICE)
THING = UUID(int=7)
GRID = Text("The weight is not on the grid", "Вес не по сетке")


class Parcel(Contract):
    weight: int = Field(ge=1)
    label: str | None = None


class ParcelQuery(Contract):
    limit: int = Field(default=50, ge=1, le=100)
    open: bool | None = None


class Wish(Contract):
    colour: str | None = None


class TooHeavyError(ConflictError):
    code = "too_heavy"
    text = Text("{weight} kg is too much", "{weight} кг — слишком много")


ACCESS = table("""
people - POST   /v1/wishes
people - PUT    /v1/wishes
people - POST   /v1/parcels
anyone - GET    /v1/parcels/{parcel_id}
anyone - DELETE /v1/parcels/{parcel_id}
anyone - GET    /parcels.csv
""")
api = Api("parcels", ACCESS)
seen: dict[str, Any] = {}


@api.endpoint("POST /v1/wishes")
def wish(body: Wish) -> Wish:
    return body


@api.endpoint("PUT /v1/wishes")
def wish_instead(body: Wish) -> Wish:
    return body


@api.endpoint("POST /v1/parcels", status=201, errors=[TooHeavyError])
def send(body: Parcel, identity: Identity, key: IdempotencyKey | None, locale: Locale) -> Parcel:
    seen.update(identity=identity, key=key, locale=locale, flow=current_flow())
    if body.weight > 1000:
        raise RuntimeError("the scale of postgresql://secret@host broke")
    if body.weight > 500:
        raise UnavailableError
    if body.weight > 100:
        raise TooHeavyError(weight=body.weight)
    if body.weight == 13:
        raise RuleViolationError([Violation("weight", "weight_off_grid", GRID, {"field": "weight", "step": 2})])
    return body


@api.endpoint("GET /v1/parcels/{parcel_id}")
def track(parcel_id: UUID, query: ParcelQuery) -> Parcel:
    seen.update(parcel_id=parcel_id, query=query)
    return Parcel(weight=query.limit)


@api.endpoint("DELETE /v1/parcels/{parcel_id}", status=204)
def drop(parcel_id: UUID) -> None:
    """Nothing to say."""


@api.endpoint("GET /parcels.csv")
def export() -> Response:
    return Response("weight\n1\n", {"Content-Type": "text/csv"})


@pytest.fixture(autouse=True)
def forget() -> None:
    seen.clear()


def post(body: str = '{"weight": 2}', identity: Identity | None = CLIENT, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(api, rest_event("POST /v1/parcels", body=body, identity=identity, headers=named))


def get(parcel_id: str = str(THING), **query: str) -> Answer:
    return call(api, rest_event("GET /v1/parcels/{parcel_id}", path={"parcel_id": parcel_id}, query=query))


def test_a_result_is_json_without_what_is_absent() -> None:
    answer = post()
    assert (answer.status, answer.body) == (201, {"weight": 2})
    assert answer.headers["content-type"] == "application/json"
    assert seen["identity"] == CLIENT


def test_nothing_is_204_without_a_body() -> None:
    answer = call(api, rest_event("DELETE /v1/parcels/{parcel_id}", path={"parcel_id": str(THING)}))
    assert (answer.status, answer.body) == (204, "")


def test_a_response_passes_through() -> None:
    answer = call(api, rest_event("GET /parcels.csv"))
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, "weight\n1\n", "text/csv")
    assert answer.headers["x-correlation-id"]


def test_path_and_query_are_parsed() -> None:
    assert get(limit="7", open="true").body == {"weight": 7}
    assert seen == {"parcel_id": THING, "query": ParcelQuery(limit=7, open=True)}


def test_a_request_without_a_query_has_its_defaults() -> None:
    assert get().body == {"weight": 50}


@pytest.mark.parametrize("body", ["", "{", "nonsense", '{"weight": 2', "{'weight': 2}"])
def test_what_is_no_json_is_malformed(body: str) -> None:
    answer = post(body)
    assert (answer.status, answer.code) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ('{"weight": 0}', "weight", "greater_than_equal"),
        ('{"weight": "heavy"}', "weight", "int_parsing"),
        ("{}", "weight", "missing"),
        ('{"weight": 2, "colour": "red"}', "colour", "extra_forbidden"),
        ("[]", "body", "model_type"),
        ("null", "body", "model_type"),
    ],
)
def test_each_wrong_field_is_named(body: str, field: str, code: str) -> None:
    answer = post(body)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert [(e["field"], e["code"]) for e in answer.body["errors"]] == [(field, code)]


@pytest.mark.parametrize(
    ("language", "message"), [("ru", "Значение должно быть не меньше 1"), ("en", "The value must be at least 1")]
)
def test_a_wrong_field_is_explained_in_the_callers_language(language: str, message: str) -> None:
    answer = post('{"weight": 0}', Accept_Language=language)
    assert answer.body["errors"] == [{"field": "weight", "code": "greater_than_equal", "message": message, "min": 1}]


def test_a_wrong_parameter_is_explained_too() -> None:
    event = rest_event("GET /v1/parcels/{parcel_id}", path={"parcel_id": "seven"}, headers={"Accept-Language": "ru"})
    [problem] = call(api, event).body["errors"]
    assert (problem["field"], problem["format"]) == ("parcel_id", "uuid")
    assert problem["message"].startswith("Здесь нужен идентификатор")


def test_all_wrong_fields_are_named_and_what_was_sent_is_not_repeated() -> None:
    answer = post('{"weight": -987654321, "colour": "s3cret"}')
    assert {e["field"] for e in answer.body["errors"]} == {"weight", "colour"}
    assert "s3cret" not in json.dumps(answer.body) and "987654321" not in json.dumps(answer.body)


@pytest.mark.parametrize(("name", "value"), [("limit", "many"), ("limit", "101"), ("colour", "red"), ("open", "maybe")])
def test_a_wrong_query_names_the_parameter(name: str, value: str) -> None:
    answer = get(**{name: value})
    assert (answer.status, answer.code, answer.body["errors"][0]["field"]) == (422, "invalid_request", name)


def test_a_wrong_id_in_the_path_names_the_parameter() -> None:
    answer = get("seven")
    assert (answer.status, answer.code, answer.body["errors"][0]["field"]) == (422, "invalid_request", "parcel_id")
    assert seen == {}


@pytest.mark.parametrize("sent", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json"])
def test_only_json_is_read(sent: str) -> None:
    answer = post(Content_Type=sent)
    assert (answer.status, answer.code, answer.body["sent"]) == (415, "unsupported_media_type", sent)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("sent", ["application/json; charset=utf-8", "Application/JSON", "application/json;v=1", ""])
def test_json_may_be_written_in_many_ways(sent: str) -> None:
    assert post(Content_Type=sent).status == 201


def test_nobody_is_401() -> None:
    answer = post(identity=None)
    assert (answer.status, answer.code) == (401, "unauthorized")


def test_a_wrong_role_is_403() -> None:
    answer = post(identity=SERVICE)
    assert (answer.status, answer.code) == (403, "forbidden")


def test_the_caller_is_checked_before_the_body() -> None:
    assert post("{", identity=None).status == 401
    assert post("{", identity=SERVICE).status == 403


def test_a_refusal_is_a_problem_document() -> None:
    answer = post('{"weight": 101}', X_Correlation_Id="web-1")
    assert answer.status == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body == {
        "type": "https://cyclorama.example/problems/too_heavy",
        "title": "Conflict",
        "status": 409,
        "code": "too_heavy",
        "detail": "101 kg is too much",
        "correlation_id": "web-1",
        "weight": 101,
    }


def test_broken_rules_are_listed_with_what_would_do() -> None:
    answer = post('{"weight": 13}', Accept_Language="ru")
    assert (answer.status, answer.code) == (422, "rule_violation")
    assert answer.body["detail"] == "Вес не по сетке"
    assert answer.body["errors"] == [
        {"field": "weight", "code": "weight_off_grid", "message": "Вес не по сетке", "step": 2}
    ]


def test_what_may_pass_says_when_to_come_back() -> None:
    answer = post('{"weight": 501}')
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "unavailable", "5")


def test_a_failure_of_ours_is_logged_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    log = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    answer = post('{"weight": 1001}', X_Correlation_Id="web-2")
    assert (answer.status, answer.code) == (500, "internal_error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.body) == {"type", "title", "status", "code", "detail", "correlation_id"}
    assert "secret" not in json.dumps(answer.body)
    line = json.loads(log.getvalue())
    assert (line["correlation_id"], line["operation"]) == ("web-2", "send")
    assert "the scale of postgresql://secret@host broke" in line["exception"]


@pytest.mark.parametrize(
    ("wanted", "locale"), [("ru", "ru"), ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("en-GB,ru;q=0.8", "en"), ("de", "en")]
)
def test_the_callers_language_is_spoken(wanted: str, locale: Locale) -> None:
    details = {"en": "101 kg is too much", "ru": "101 кг — слишком много"}
    assert post('{"weight": 101}', Accept_Language=wanted).body["detail"] == details[locale]
    assert seen["locale"] == locale


def test_without_a_wish_english_is_spoken() -> None:
    assert post('{"weight": 101}').body["detail"] == "101 kg is too much"


def test_the_callers_correlation_id_goes_in_and_comes_out() -> None:
    answer = post(X_Correlation_Id="web-3")
    assert seen["flow"].correlation_id == answer.headers["x-correlation-id"] == "web-3"
    assert seen["flow"].causation_id == rest_event("GET /x")["requestContext"]["requestId"]


def test_a_request_without_one_gets_a_correlation_id_of_its_own() -> None:
    first, second = post(), post('{"weight": 101}')
    assert first.headers["x-correlation-id"] != second.headers["x-correlation-id"]
    assert second.body["correlation_id"] == second.headers["x-correlation-id"]


@pytest.mark.parametrize("sent", ["x" * 129, "a\0b", "a\nb", "заказ", "\ud800", "\x7f"])
def test_a_correlation_id_that_fits_no_event_is_refused_by_name(sent: str) -> None:
    answer = post(X_Correlation_Id=sent)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "X-Correlation-Id")
    assert answer.headers["x-correlation-id"] == answer.body["correlation_id"] != sent


@pytest.mark.parametrize("sent", ["", "x" * 129, "a\0b", "ключ", "\ud800"])
def test_an_idempotency_key_is_printable(sent: str) -> None:
    answer = post(Idempotency_Key=sent)
    assert (answer.status, answer.code) == (422, "invalid_idempotency_key")


def test_headers_are_found_in_any_case() -> None:
    assert post(x_CORRELATION_id="web-4").headers["x-correlation-id"] == "web-4"


def test_an_idempotency_key_belongs_to_caller_operation_and_body() -> None:
    post(Idempotency_Key="k" * 128)
    digest = hashlib.sha256(b'{"weight": 2}').hexdigest()
    assert seen["key"] == IdempotencyKey(CLIENT.subject, "POST /live/v1/parcels", "k" * 128, digest)


def test_an_idempotency_key_is_not_needed() -> None:
    post()
    assert seen["key"] is None


@pytest.mark.parametrize("key", ["", "k" * 129])
def test_an_idempotency_key_has_1_to_128_characters(key: str) -> None:
    answer = post(Idempotency_Key=key)
    assert (answer.status, answer.code, answer.body["max_length"]) == (422, "invalid_idempotency_key", 128)
    assert seen == {}


@pytest.mark.parametrize("body", [None, "", "{}"])
def test_where_every_field_is_optional_nothing_says_as_much_as_an_empty_object(body: str | None) -> None:
    event = rest_event("POST /v1/wishes", body=body, identity=CLIENT)
    answer = call(api, {**event, "headers": {}, "multiValueHeaders": {}})

    assert (answer.status, answer.body) == (200, {})


@pytest.mark.parametrize("body", [None, ""])
def test_who_replaces_something_says_by_what(body: str | None) -> None:
    assert call(api, rest_event("PUT /v1/wishes", body=body, identity=CLIENT)).code == "malformed_json"
    assert call(api, rest_event("PUT /v1/wishes", body="{}", identity=CLIENT)).body == {}


def test_where_something_must_be_said_nothing_is_malformed() -> None:
    assert call(api, rest_event("POST /v1/parcels", body="", identity=CLIENT)).code == "malformed_json"
    assert call(api, rest_event("POST /v1/wishes", body="x", identity=CLIENT)).code == "malformed_json"
