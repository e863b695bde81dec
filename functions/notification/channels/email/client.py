"""Mail, by whichever provider takes it."""

from core.settings import load_settings
from notification.channels.email.settings import EmailSettings
from notification.channels.failover import FailOver
from notification.channels.port import Accepted, Addressee, Parcel
from notification.channels.registry import chosen
from notification.errors import NeedlessDeliveryError
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message


class MailSender:
    """Sends mail by the providers of a fail-over."""

    def __init__(self, providers: FailOver) -> None:
        self._providers = providers

    def address(self, contact: Contact) -> Addressee:
        if not contact.email:
            raise NeedlessDeliveryError("no_email")
        return Addressee(contact.email, contact.email_confirmed)

    def render(self, words: Words) -> Message:
        """In plain text and in HTML, from `<template>.{subject.txt,txt,html}`."""
        subject = words.line("subject.txt")
        html = words.text("html", subject=subject)
        return Message(
            text=words.text("txt") + "\n",
            subject=subject,
            html=html,
            calendar=words.calendar or None,
            unsubscribe=words.values.get("leave") or None,
        )

    def send(self, parcel: Parcel) -> Accepted:
        return self._providers.send(parcel)


def configured() -> MailSender | None:
    """The mail sender; None without a provider."""
    providers = chosen("email", load_settings(EmailSettings).mail_providers)
    return MailSender(FailOver(providers)) if providers else None
