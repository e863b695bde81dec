"""What is sent to the providers, and what their answers mean; no socket is opened."""

from typing import Any
from uuid import UUID

import pytest

from notification.channels.failover import FailOver
from notification.channels.sms.client import SmsSender
from notification.channels.sms.smsaero.client import SmsAero
from notification.channels.sms.smsc.client import Smsc, own_id
from notification.channels.sms.smsru.client import SmsRu
from notification.errors import PermanentDeliveryError, RefusedHereError, TransientDeliveryError
from shared_schemas.notification import Message
from tests.support.clock import FixedClock
from tests.support.notification import People, parcel

SMS = Message(text="Бронь 7K3M9QXA подтверждена")
MAIL = Message(text="Текст", subject="Тема", html="<p>Текст</p>")
NUMBER = "+79261234567"
UUID_ZERO = UUID(int=0)


class Prepared:
    """A provider's interface with one prepared answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def form(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        self.asked.append((path, fields))
        return self.answer

    def json(self, path: str, document: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        assert headers == {"Authorization": "Basic YUBiLnRlc3Q6dGhlIGtleQ=="}
        return self.form(path, document)


def smsru(answer: dict[str, Any]) -> tuple[SmsRu, Prepared]:
    provider, calls = SmsRu("http://unused.test", '{"api_id": "the key"}'), Prepared(answer)
    provider._calls = calls  # type: ignore[assignment]
    return provider, calls


def smsc(answer: dict[str, Any]) -> tuple[Smsc, Prepared]:
    provider, calls = Smsc("http://unused.test", '{"login": "studio", "password": "secret"}'), Prepared(answer)
    provider._calls = calls  # type: ignore[assignment]
    return provider, calls


def smsaero(answer: dict[str, Any]) -> tuple[SmsAero, Prepared]:
    known = '{"email": "a@b.test", "api_key": "the key", "sign": "STUDIO"}'
    provider, calls = SmsAero("http://unused.test", known, FixedClock()), Prepared(answer)
    provider._calls = calls  # type: ignore[assignment]
    return provider, calls


def ok(**number: Any) -> dict[str, Any]:
    return {"status": "OK", "status_code": 100, "sms": {"79261234567": number}}


def test_an_sms_is_asked_for_in_sms_rus_words() -> None:
    provider, calls = smsru(ok(status="OK", status_code=100, sms_id="000-1"))

    assert provider.send(parcel(NUMBER, SMS)) == "000-1"
    assert calls.asked == [("/sms/send", {"api_id": "the key", "to[79261234567]": SMS.text, "json": "1"})]


def test_that_a_text_was_sent_before_means_in_a_further_attempt_that_it_is_there() -> None:
    provider, _ = smsru(ok(status="ERROR", status_code=231))

    with pytest.raises(RefusedHereError, match="smsru_231"):
        provider.send(parcel(NUMBER, SMS))
    assert provider.send(parcel(NUMBER, SMS, attempt=2)) == ""


def test_smsc_takes_our_own_id_and_finds_a_message_by_it() -> None:
    sent = parcel(NUMBER, SMS)
    own = own_id(sent.key)
    signed = {"login": "studio", "psw": "secret", "fmt": "3", "charset": "utf-8", "id": own}

    provider, calls = smsc({"id": int(own), "cnt": 1})
    assert provider.send(sent) == own
    assert calls.asked == [("/send.php", signed | {"phones": NUMBER, "mes": SMS.text})]

    provider, calls = smsc({"status": -1})
    assert provider.find(sent) == own
    assert calls.asked == [("/status.php", signed | {"phone": NUMBER})]
    assert smsc({"status": -3})[0].find(sent) is None


AERO = {"id": 7, "number": "79261234567", "text": SMS.text, "status": 0, "cost": "5.49"}
JUST_NOW = int(FixedClock().now().timestamp())


def test_sms_aero_finds_a_message_by_its_number_and_its_text() -> None:
    sent = parcel(NUMBER, SMS)

    provider, calls = smsaero({"success": True, "data": AERO})
    assert provider.send(sent) == "7"
    assert calls.asked == [("/sms/send", {"number": 79261234567, "text": SMS.text, "sign": "STUDIO"})]

    listed = {"0": AERO | {"id": 9, "dateCreate": JUST_NOW}, "1": AERO | {"text": "?", "dateCreate": JUST_NOW}}
    assert smsaero({"success": True, "data": listed | {"totalCount": "2", "links": {}}})[0].find(sent) == "9"
    long_ago = {"0": AERO | {"dateCreate": JUST_NOW - 3600}}
    assert smsaero({"success": True, "data": long_ago})[0].find(sent) is None


@pytest.mark.parametrize(
    ("provider", "error", "reason"),
    [
        (smsc({"error": "parameters", "error_code": 1}), TransientDeliveryError, "smsc_1"),
        (smsc({"error": "authorise error", "error_code": 2}), TransientDeliveryError, "smsc_2"),
        (smsc({"error": "no money", "error_code": 3}), TransientDeliveryError, "smsc_3"),
        (smsc({"error": "invalid number", "error_code": 7}), PermanentDeliveryError, "smsc_7"),
        (smsc({"error": "can't to deliver", "error_code": 8}), RefusedHereError, "smsc_8"),
        (smsc({}), TransientDeliveryError, "smsc_None"),
        (smsaero({"result": "no credits"}), TransientDeliveryError, "smsaero_no_credits"),
        (smsaero({"result": "reject", "reason": "?"}), RefusedHereError, "smsaero_reject"),
        (smsaero({"success": False, "data": {"number": ["?"]}}), PermanentDeliveryError, "smsaero_number"),
        (smsaero({"success": False, "message": "Unauthorized"}), TransientDeliveryError, "smsaero_refused"),
    ],
)
def test_a_refusal_says_whether_to_try_again_to_try_elsewhere_or_to_give_up(
    provider: tuple[Smsc | SmsAero, Prepared], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=f"^{reason}$"):
        provider[0].send(parcel(NUMBER, SMS))


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
        smsru(answer)[0].send(parcel(NUMBER, SMS))


@pytest.mark.parametrize("phone", ["+79261234567", "+7 926 123-45-67", "+7(926)1234567"])
def test_a_phone_is_brought_into_one_form(phone: str) -> None:
    contact = People().recipient(UUID_ZERO, "sms", None).model_copy(update={"phone": phone})

    assert SmsSender(FailOver({})).address(contact).address == NUMBER


@pytest.mark.parametrize("phone", ["+70000000000", "+1234567", "89261234567", "no phone"])
def test_a_phone_that_cannot_ring_is_refused_before_anybody_is_asked(phone: str) -> None:
    contact = People().recipient(UUID_ZERO, "sms", None).model_copy(update={"phone": phone})

    with pytest.raises(PermanentDeliveryError, match="invalid_phone"):
        SmsSender(FailOver({})).address(contact)
