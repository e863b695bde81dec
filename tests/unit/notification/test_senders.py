"""What is sent to the providers, and what their answers mean; no socket is opened."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import boto3
import pytest
from moto import mock_aws

from core.aws import aws_client
from notification.channels.email.client import SesSender
from notification.channels.sms.client import SmsRuSender
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from shared_schemas.notification import Message
from tests.support.notification import People

SMS = Message(text="Бронь 7K3M9QXA подтверждена")
MAIL = Message(text="Текст", subject="Тема", html="<p>Текст</p>")
NUMBER = "+79261234567"
UUID_ZERO = UUID(int=0)


class Answering(SmsRuSender):
    """sms.ru with one prepared answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__("http://unused.test", '{"api_id": "the key"}')
        self.answer = answer
        self.asked: list[dict[str, str]] = []

    def _post(self, fields: dict[str, str]) -> dict[str, Any]:
        self.asked.append(fields)
        return self.answer


def ok(**number: Any) -> dict[str, Any]:
    return {"status": "OK", "status_code": 100, "sms": {"79261234567": number}}


def test_an_sms_is_asked_for_in_sms_rus_words() -> None:
    provider = Answering(ok(status="OK", status_code=100, sms_id="000-1"))

    assert provider.send(NUMBER, SMS) == "000-1"
    assert provider.asked == [{"api_id": "the key", "to[79261234567]": SMS.text, "json": "1"}]


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ({"status": "ERROR", "status_code": 200, "status_text": "api_id"}, TransientDeliveryError, "smsru_200"),
        ({"status": "ERROR", "status_code": 201}, TransientDeliveryError, "smsru_201"),
        (ok(status="ERROR", status_code=202), PermanentDeliveryError, "smsru_202"),
        (ok(status="ERROR", status_code=209), PermanentDeliveryError, "smsru_209"),
        (ok(status="ERROR", status_code=220), TransientDeliveryError, "smsru_220"),
        ({"status": "OK", "status_code": 100, "sms": {}}, TransientDeliveryError, "smsru_None"),
        ({}, TransientDeliveryError, "smsru_None"),
    ],
)
def test_a_number_is_served_only_if_its_own_status_says_so(
    answer: dict[str, Any], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=f"^{reason}$"):
        Answering(answer).send(NUMBER, SMS)


@pytest.mark.parametrize("phone", ["+79261234567", "+7 926 123-45-67", "+7(926)1234567"])
def test_a_phone_is_brought_into_one_form(phone: str) -> None:
    contact = People().recipient(UUID_ZERO, "sms", None).model_copy(update={"phone": phone})

    assert Answering({}).address(contact).address == NUMBER


@pytest.mark.parametrize("phone", ["+70000000000", "+1234567", "89261234567", "no phone"])
def test_a_phone_that_cannot_ring_is_refused_before_anybody_is_asked(phone: str) -> None:
    contact = People().recipient(UUID_ZERO, "sms", None).model_copy(update={"phone": phone})

    with pytest.raises(PermanentDeliveryError, match="invalid_phone"):
        Answering({}).address(contact)


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in (("REGION", "us-east-1"), ("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test")):
        monkeypatch.setenv(f"AWS_DEFAULT_{name}" if name == "REGION" else f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    aws_client.cache_clear()
    with mock_aws():
        yield boto3.client("sesv2")
    aws_client.cache_clear()


def test_mail_goes_out_under_the_studios_name(ses: Any) -> None:
    ses.create_email_identity(EmailIdentity="studio@example.test")

    assert SesSender("Студия <studio@example.test>", "").send("anna@example.test", MAIL)


@pytest.mark.usefixtures("ses")
def test_an_unverified_sender_is_refused_by_name() -> None:
    with pytest.raises((PermanentDeliveryError, TransientDeliveryError), match=r"^ses_"):
        SesSender("nobody@example.test", "").send("anna@example.test", MAIL)
