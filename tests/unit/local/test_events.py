"""The events that functions are given, and the answers they may give."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.doors import rest_event, url_event
from infra.local.doors.request import Request
from infra.local.execution.invocation import Failure, Outcome
from infra.local.sources import schedules, sqs_event
from infra.local.template.model import Route, Schedule

ROUTE = Route("POST", "/v1/halls/{hall}", "App", "Token")
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def request(body: bytes = b'{"a": 1}', content_type: str = "application/json", query: str = "") -> Request:
    headers: tuple[tuple[str, str], ...] = (
        ("Host", "127.0.0.1:5000"),
        ("Content-Type", content_type),
        ("X-Tag", "1"),
        ("X-Tag", "2"),
    )
    headers += (("Cookie", "a=1; b=2"), ("User-Agent", "test"))
    return Request("POST", "/v1/halls/%D0%B7", query, headers, body, "10.0.0.9", 5000, request_id="id-1", time=NOW)


def rest(made: Request) -> dict[str, Any]:
    return rest_event.build_event(made, ROUTE, "live", {"hall": "з"}, ["image/png"])


def test_a_rest_event_has_every_part_of_the_request() -> None:
    event = rest(request(query="to=b&to=c&q=%D0%B0&empty="))

    assert (event["resource"], event["path"], event["httpMethod"]) == ("/v1/halls/{hall}", "/v1/halls/з", "POST")
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": 1}', False)
    assert event["headers"]["X-Tag"] == "2"
    assert event["multiValueHeaders"]["X-Tag"] == ["1", "2"]
    assert event["queryStringParameters"] == {"to": "c", "q": "а", "empty": ""}
    assert event["multiValueQueryStringParameters"]["to"] == ["b", "c"]
    assert event["pathParameters"] == {"hall": "з"}


def test_a_rest_events_context_says_who_and_where() -> None:
    context = rest(request())["requestContext"]

    assert context["resourcePath"] == "/v1/halls/{hall}"
    assert (context["path"], context["stage"]) == ("/live/v1/halls/з", "live")
    assert context["identity"]["sourceIp"] == "10.0.0.9"
    assert context["requestTime"] == "01/Dec/2026:09:30:00 +0000"


def test_what_is_absent_is_null_and_a_public_route_has_no_authorizer() -> None:
    event = rest(request(body=b""))

    assert (event["body"], event["queryStringParameters"]) == (None, None)
    assert "authorizer" not in event["requestContext"]


def test_only_the_apis_binary_types_are_base64() -> None:
    assert rest(request(b"\x89PNG", "image/png"))["isBase64Encoded"] is True
    assert rest(request("да".encode(), "text/plain"))["isBase64Encoded"] is False


@pytest.mark.parametrize("build", [rest, url_event.build_event])
def test_bytes_that_are_no_text_are_never_replaced(build: Callable[[Request], dict[str, Any]]) -> None:
    sent = "Анна".encode("cp1251")
    event = build(request(sent, "application/json; charset=windows-1251"))
    assert event["isBase64Encoded"] and base64.b64decode(event["body"]) == sent


def test_a_rest_answer_becomes_a_response() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"Location": "/x", "X-Both": "single"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "x-both": ["multi"]},
        "body": "AAE=",
        "isBase64Encoded": True,
    }
    response = rest_event.read_answer(json.dumps(answer).encode())

    assert (response.status, response.body) == (201, b"\x00\x01")
    assert response.headers == (
        ("Location", "/x"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("x-both", "multi"),
        ("Content-Type", "application/json"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "payload", [b"null", b"[]", b'"text"', b"{}", b'{"statusCode": "x"}', b'{"statusCode": 200, "body": {}}']
)
def test_an_answer_that_is_no_response_is_malformed(payload: bytes) -> None:
    with pytest.raises(rest_event.MalformedAnswerError):
        rest_event.read_answer(payload)


def test_a_function_url_event_is_of_version_2() -> None:
    event = url_event.build_event(request(query="a=1&a=2"))

    assert (event["version"], event["rawPath"], event["rawQueryString"]) == ("2.0", "/v1/halls/з", "a=1&a=2")
    assert event["queryStringParameters"] == {"a": "1,2"}
    assert event["headers"]["x-tag"] == "1,2"
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["requestContext"]["http"]["sourceIp"] == "10.0.0.9"
    assert event["requestContext"]["timeEpoch"] == int(NOW.timestamp() * 1000)


def test_a_form_sent_to_a_function_url_is_base64() -> None:
    event = url_event.build_event(request(b"a=1", "application/x-www-form-urlencoded"))

    assert (event["body"], event["isBase64Encoded"]) == ("YT0x", True)


def test_a_function_url_may_answer_with_any_value() -> None:
    plain = url_event.read_answer(b'{"ok": true}')
    full = url_event.read_answer(b'{"statusCode": 404, "body": "no", "cookies": ["a=1"]}')

    assert (plain.status, plain.body) == (200, b'{"ok": true}')
    assert (full.status, full.body) == (404, b"no")
    assert ("Set-Cookie", "a=1") in full.headers


def messages(*ids: str) -> list[dict[str, Any]]:
    return [
        {"MessageId": i, "ReceiptHandle": f"r-{i}", "Body": "{}", "Attributes": {"SentTimestamp": "1"}} for i in ids
    ]


def test_an_sqs_event_has_one_record_a_message() -> None:
    (record,) = sqs_event.build_event(messages("a"), "jobs")["Records"]

    assert (record["messageId"], record["receiptHandle"], record["eventSource"]) == ("a", "r-a", "aws:sqs")
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:000000000000:jobs"
    assert record["attributes"] == {"SentTimestamp": "1"}


@pytest.mark.parametrize(
    ("outcome", "partial", "done"),
    [
        (Outcome(b"null"), True, ["a", "b"]),
        (Outcome(b'{"batchItemFailures": []}'), True, ["a", "b"]),
        (Outcome(b'{"batchItemFailures": [{"itemIdentifier": "a"}]}'), True, ["b"]),
        (Outcome(b'{"batchItemFailures": [{"itemIdentifier": "a"}]}'), False, ["a", "b"]),
        (Outcome(b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}'), True, []),
        (Outcome(b'{"batchItemFailures": [{}]}'), True, []),
        (Outcome(b'"text"'), True, []),
        (Outcome(b"{}", Failure.ERROR), True, []),
        (Outcome(b"{}", Failure.TIMEOUT), False, []),
    ],
)
def test_only_what_surely_succeeded_is_deleted(outcome: Outcome, partial: bool, done: list[str]) -> None:
    kept = sqs_event.succeeded(messages("a", "b"), outcome, partial)

    assert [message["MessageId"] for message in kept] == done


def test_a_schedule_sends_its_input_or_the_standard_event() -> None:
    rule = json.loads(schedules.build_event(Schedule("Tick", "Job", 60, "aws.events"), NOW))
    scheduler = json.loads(schedules.build_event(Schedule("Tick", "Job", 60, "aws.scheduler"), NOW))

    assert (rule["detail-type"], rule["source"], rule["detail"]) == ("Scheduled Event", "aws.events", {})
    assert rule["time"] == "2026-12-01T09:30:00Z"
    assert rule["resources"] == ["arn:aws:events:us-east-1:000000000000:rule/Tick"]
    assert scheduler["detail"] == "{}"
    assert schedules.build_event(Schedule("Tick", "Job", 60, "aws.events", '{"a":1}'), NOW) == b'{"a":1}'
