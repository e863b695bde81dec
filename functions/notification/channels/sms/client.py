"""SMS through sms.ru."""

import json
from typing import Any

import phonenumbers
import urllib3

from core.observability import logger
from core.secrets import resolve
from core.settings import load_settings
from notification.channels.port import Addressee
from notification.channels.sms.settings import SmsSettings
from notification.errors import NeedlessDeliveryError, PermanentDeliveryError, TransientDeliveryError
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message

TIMEOUT = urllib3.Timeout(connect=3, read=10)
# sms.ru refuses this number or text: no route, an empty or too long text, the stop list, abroad, too many equal
# messages to one number. Other codes (the key, the balance, limits, an outage) are for an operator to fix.
PERMANENT = frozenset({202, 203, 205, 207, 209, 214, 230, 232})


class SmsRuSender:
    """Sends SMS by an account of sms.ru, `credentials` being JSON `{"api_id"}` or a reference to it.

    sms.ru takes no idempotency key: a message whose answer was lost is sent again."""

    def __init__(self, base_url: str, credentials: str) -> None:
        self._url = base_url.rstrip("/") + "/sms/send"
        self._credentials = credentials
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def address(self, contact: Contact) -> Addressee:
        """The number in E.164."""
        if not contact.phone:
            raise NeedlessDeliveryError("no_phone")
        try:
            number = phonenumbers.parse(contact.phone)
        except phonenumbers.NumberParseException:
            raise PermanentDeliveryError("invalid_phone") from None
        if not phonenumbers.is_valid_number(number):
            raise PermanentDeliveryError("invalid_phone")
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return Addressee(written, contact.phone_confirmed)

    def render(self, words: Words) -> Message:
        """One line, from `<template>.sms.txt`."""
        return Message(text=words.line("sms.txt"))

    def send(self, address: str, message: Message) -> str:
        number = address.removeprefix("+")
        api_id = json.loads(resolve(self._credentials))["api_id"]
        answer = self._post({"api_id": api_id, f"to[{number}]": message.text, "json": "1"})
        _require_ok(answer)
        # A successful request does not mean that every number was accepted.
        one = answer.get("sms", {}).get(number, {})
        _require_ok(one)
        return str(one.get("sms_id", ""))

    def _post(self, fields: dict[str, str]) -> dict[str, Any]:
        try:
            answer = self._pool.request("POST", self._url, fields=fields, encode_multipart=False)
            if answer.status != 200:
                raise TransientDeliveryError(f"smsru_http_{answer.status}")
            document = json.loads(answer.data)
        except urllib3.exceptions.HTTPError as error:
            raise TransientDeliveryError(f"smsru_{type(error).__name__}") from error
        except ValueError as error:
            raise TransientDeliveryError("smsru_unreadable") from error
        return document if isinstance(document, dict) else {}


def configured() -> SmsRuSender | None:
    """The SMS sender; None without credentials."""
    settings = load_settings(SmsSettings)
    return SmsRuSender(settings.sms_base_url, settings.sms_credentials) if settings.sms_credentials else None


def _require_ok(answer: dict[str, Any]) -> None:
    if answer.get("status") == "OK":
        return
    code = answer.get("status_code")
    logger.warning("sms.ru refused a message", code=code)
    raise (PermanentDeliveryError if code in PERMANENT else TransientDeliveryError)(f"smsru_{code}")
