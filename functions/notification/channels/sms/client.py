"""SMS, by whichever provider takes them."""

from dataclasses import replace

import phonenumbers

from core.settings import load_settings
from notification.channels.failover import FailOver
from notification.channels.port import Accepted, Addressee, Parcel
from notification.channels.registry import chosen
from notification.channels.sms.length import fitted, parts
from notification.channels.sms.settings import SmsSettings
from notification.errors import NeedlessDeliveryError, PermanentDeliveryError
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message


class SmsSender:
    """Sends SMS by the providers of a fail-over."""

    def __init__(self, providers: FailOver, most_parts: int = 4) -> None:
        self._providers = providers
        self._most_parts = most_parts

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
        """One line, from `<template>.sms.txt`, in as many parts as one may have."""
        return Message(text=fitted(words.line("sms.txt"), self._most_parts))

    def send(self, parcel: Parcel) -> Accepted:
        return replace(self._providers.send(parcel), parts=parts(parcel.message.text))


def configured() -> SmsSender | None:
    """The SMS sender; None without a provider that has credentials."""
    settings = load_settings(SmsSettings)
    providers = chosen("sms", settings.sms_providers)
    return SmsSender(FailOver(providers), settings.sms_most_parts) if providers else None
