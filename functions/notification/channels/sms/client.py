"""SMS, by whichever provider takes them."""

import phonenumbers

from core.settings import load_settings
from notification.channels.failover import FailOver
from notification.channels.port import Accepted, Addressee, Parcel
from notification.channels.registry import chosen
from notification.channels.sms.settings import SmsSettings
from notification.errors import NeedlessDeliveryError, PermanentDeliveryError
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message


class SmsSender:
    """Sends SMS by the providers of a fail-over."""

    def __init__(self, providers: FailOver) -> None:
        self._providers = providers

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

    def send(self, parcel: Parcel) -> Accepted:
        return self._providers.send(parcel)


def configured() -> SmsSender | None:
    """The SMS sender; None without a provider that has credentials."""
    providers = chosen("sms", load_settings(SmsSettings).sms_providers)
    return SmsSender(FailOver(providers)) if providers else None
