"""What is signed by ourselves is signed as botocore does it; what a service says is understood."""

import json
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from core import aws
from core.aws import calls
from core.aws.calls import JsonService, signed
from core.aws.credentials import Credentials as Ours
from core.aws.errors import AwsCallError

NOW = datetime(2026, 11, 30, 21, 5, 9, tzinfo=UTC)
HOST = "events.eu-central-1.amazonaws.com"
BODY = '{"Entries": [{"Detail": "привет"}]}'.encode()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"REGION": "eu-central-1", "ACCESS_KEY_ID": "AKID", "SECRET_ACCESS_KEY": "secret/+"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.mark.parametrize("path", ["/", "/v2/email/outbound-emails"])
@pytest.mark.parametrize("token", [None, "session=="])
def test_a_signature_is_botocores(token: str | None, path: str) -> None:
    headers = {"content-type": calls.CONTENT_TYPE, "host": HOST, "x-amz-target": "AWSEvents.PutEvents"}
    theirs = AWSRequest("POST", f"https://{HOST}{path}", data=BODY, headers=headers)
    with patch("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None)):
        SigV4Auth(Credentials("AKID", "secret/+", token), "events", "eu-central-1").add_auth(theirs)

    ours = signed(headers, BODY, "events", "eu-central-1", NOW, Ours("AKID", "secret/+", token), path)

    assert ours["authorization"] == theirs.headers["Authorization"]
    assert ours.get("x-amz-security-token") == token


class Answers:
    """One after another, as urllib3's pool gives them."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.left = list(answers)
        self.asked: list[dict[str, Any]] = []

    def request(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Any:
        self.asked.append({"method": method, "url": url, "body": json.loads(body), **headers})
        status, document = self.left.pop(0)
        if status == 0:
            raise urllib3.exceptions.ReadTimeoutError(None, None, "late")  # type: ignore[arg-type]
        return urllib3.HTTPResponse(json.dumps(document).encode(), status=status)


def service(*answers: tuple[int, Any]) -> tuple[JsonService, Answers]:
    made, given = JsonService("events"), Answers(*answers)
    made._pool = given  # type: ignore[assignment]
    return made, given


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(aws, "RETRIES", 2)


def test_an_action_is_asked_for_by_its_name() -> None:
    events, asked = service((200, {"FailedEntryCount": 0}))

    assert events.call("PutEvents", {"Entries": []}) == {"FailedEntryCount": 0}
    assert (asked.asked[0]["url"], asked.asked[0]["x-amz-target"]) == (f"https://{HOST}/", "AWSEvents.PutEvents")


@pytest.mark.parametrize("answer", [(0, None), (503, {}), (400, {"__type": "aws#ThrottlingException"})])
def test_an_outage_is_outlived_for_a_moment(answer: tuple[int, Any]) -> None:
    events, _ = service(answer, answer, (200, {"ok": 1}))
    assert events.call("PutEvents", {}) == {"ok": 1}

    events, asked = service(answer, answer, answer)
    with pytest.raises(AwsCallError):
        events.call("PutEvents", {})
    assert len(asked.asked) == 3


def test_a_refusal_is_final_and_has_its_word() -> None:
    events, asked = service((400, {"__type": "com.amazon#ResourceNotFoundException", "message": "no bus"}))

    with pytest.raises(AwsCallError) as refused:
        events.call("DescribeEventBus", {"Name": "x"})

    assert (refused.value.code, len(asked.asked)) == ("ResourceNotFoundException", 1)


@pytest.mark.parametrize("told", ["MessageRejected", "com.amazonaws.ses#MessageRejected", "MessageRejected:http://x/"])
def test_a_refusal_may_be_named_in_a_header(told: str) -> None:
    answer = urllib3.HTTPResponse(b'{"message": "no"}', status=400, headers={"x-amzn-ErrorType": told})

    assert calls.code_of(answer) == "MessageRejected"
