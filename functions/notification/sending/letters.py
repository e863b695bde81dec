"""Writes a message: to whom, at which address, in which words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from notification.bookings.domain import Facts
from notification.channels.port import Sender
from notification.errors import NeedlessDeliveryError
from notification.messages.domain.deliveries import Delivery
from notification.messages.domain.plans import INVITATION, PLAN_OF
from notification.sending.domain import Letter
from notification.sending.known import Known
from notification.writing.edited import EditedTextError, ProductTexts
from notification.writing.invitations import Invitations
from notification.writing.news import Telling
from notification.writing.ports import (
    CancelledBookings,
    Codes,
    Contacts,
    EditedTexts,
    Payments,
    Preferences,
    Surroundings,
)
from notification.writing.rendering import NOTHING, TemplateRenderer, Words
from notification.writing.studio import Signature
from shared_schemas.common import LocaleCode
from shared_schemas.events.invoices import InvoiceIssued
from shared_schemas.gateway.recipients import Recipient, RecipientRequest, WrittenBooking
from shared_schemas.notification import Message, TemplateName
from shared_schemas.payment.payments import PayLink
from shared_schemas.search.check_in import check_in_code

PAY_LINK = "payment_link"


class Writing:
    """Asks for personal data, for codes and for what people wrote at the last moment."""

    def __init__(
        self,
        contacts: Contacts,
        codes: Codes,
        cancelled: CancelledBookings,
        payments: Payments,
        surroundings: Surroundings,
        renderer: TemplateRenderer,
        invitations: Invitations,
        edited: EditedTexts | None = None,
        preferences: Preferences | None = None,
        desk: Callable[[], str] = str,
    ) -> None:
        """`desk` is the page of the staff."""
        self._contacts = contacts
        self._codes = codes
        self._cancelled = cancelled
        self._payments = payments
        self._surroundings = surroundings
        self._renderer = renderer
        self._invitations = invitations
        self._edited = edited or ProductTexts()
        self._preferences = preferences
        self._telling = Telling(payments)
        self._desk = desk

    def expect(self, deliveries: Sequence[Delivery]) -> None:
        """Letters of these are asked for in a moment: their recipients may be found together."""
        theirs = [each for each in deliveries if not each.code_id and not isinstance(each.news, InvoiceIssued)]
        asked = [
            RecipientRequest(user_id=each.recipient_id, channel=each.channel, about=_about(each)) for each in theirs
        ]
        self._contacts.expect(asked)

    def letter(self, delivery: Delivery, sender: Sender, known: Known | None = None) -> Letter:
        """The message as it goes out; a `DeliveryError` where it cannot be written: `NeedlessDeliveryError`
        without a consent that it needs. What is `known` already is not asked again."""
        if delivery.code_id and delivery.template == INVITATION.template:
            invitation = self._codes.invitation(delivery.code_id)
            words = self._renderer.invitation(delivery.template, invitation, self._unvisited(invitation.locale))
            return Letter(invitation.email, self._rendered(sender, words, delivery.template, invitation.locale, known))
        if delivery.code_id:
            code = self._codes.pending(delivery.code_id)
            words = self._renderer.secret(delivery.template, code, self._unvisited(code.locale))
            return Letter(code.address, self._rendered(sender, words, delivery.template, code.locale, known))
        if isinstance(delivery.news, InvoiceIssued):
            return self._paper(delivery, delivery.news, sender, known)
        contact = self._recipient(delivery)
        to = sender.address(contact)
        if PLAN_OF[delivery.template].advertises and not (contact.advertising and to.confirmed):
            # Asked for at the last moment, so a consent that was just revoked counts for what waits, too.
            raise NeedlessDeliveryError("no_consent")
        leave = self._leave(delivery, known)
        facts = self._facts(delivery, contact.locale)
        signature = self._surroundings.signature(facts.hall_id if facts else None, contact.locale)
        told = self._told(delivery, contact.locale, signature)
        shown = check_in_code(delivery.booking_id, facts.number) if facts and delivery.booking_id else ""
        words = self._renderer.words(
            delivery.template,
            contact.locale,
            contact.full_name,
            facts,
            signature,
            confirmed=to.confirmed,
            code=shown,
            url=contact.booking_url or "",
            leave=leave,
            calendar=self._calendar(delivery, facts, signature, to.address),
            pay=self._pay_link(delivery),
            told=told,
        )
        message = self._rendered(sender, words, delivery.template, contact.locale, known)
        secret = told.get("certificate", NOTHING).get("code")
        return Letter(to.address, message, to.confirmed, secret=secret, way=to.way)

    def _paper(self, delivery: Delivery, news: InvoiceIssued, sender: Sender, known: Known | None) -> Letter:
        """To a company, which has no account: Payment knows where it reads mail."""
        paper = self._telling.paper(news)
        signature = self._unvisited(paper.locale)
        words = self._renderer.words(
            delivery.template, paper.locale, "", None, signature, confirmed=True, told=paper.told
        )
        message = self._rendered(sender, words, delivery.template, paper.locale, known)
        return Letter(paper.address, message, files=(paper.file,))

    def _unvisited(self, locale: LocaleCode) -> Signature:
        """Of a message about no visit."""
        return self._surroundings.signature(None, locale)

    def _told(self, delivery: Delivery, locale: LocaleCode, signature: Signature) -> Mapping[str, Any]:
        if delivery.news is None:
            return NOTHING
        return {**self._telling.of(delivery.news, locale, signature.timezone), "desk": self._desk()}

    def _rendered(
        self, sender: Sender, words: Words, template: TemplateName, locale: LocaleCode, known: Known | None
    ) -> Message:
        """In the words of staff; in the product's own where there are none or they cannot be rendered."""
        text = known.texts.get(locale) if known else self._edited.current(template, locale)
        if text:
            try:
                return sender.render(words.rewritten(text.parts))
            except EditedTextError as error:
                self._edited.failed(template, locale, text, error)
        return sender.render(words)

    def _leave(self, delivery: Delivery, known: Known | None) -> str:
        """Where its reader leaves such messages; empty where they are needed."""
        if self._preferences is None:
            return ""
        reader = known.reader if known else None
        return self._preferences.link(delivery.recipient_id, delivery.template, delivery.channel, reader)

    def _recipient(self, delivery: Delivery) -> Recipient:
        return self._contacts.recipient(delivery.recipient_id, delivery.channel, _about(delivery))

    def _calendar(self, delivery: Delivery, facts: Facts | None, signature: Signature, attendee: str) -> str:
        if not (delivery.booking_id and facts) or delivery.channel != "email":
            return ""
        return self._invitations.file(delivery.template, delivery.booking_id, facts, signature, attendee)

    def _pay_link(self, delivery: Delivery) -> PayLink | None:
        if delivery.template != PAY_LINK or delivery.facts is None or delivery.facts.payment_id is None:
            return None
        return self._payments.link(delivery.facts.payment_id)

    def _facts(self, delivery: Delivery, locale: LocaleCode) -> Facts | None:
        """Those of the event, and why it was called off, which is stored nowhere here but in the message itself."""
        if delivery.facts is None:
            return None
        facts = self._surroundings.in_language(delivery.facts, locale)
        if delivery.template != "booking_cancelled" or delivery.booking_id is None:
            return facts
        return facts.model_copy(update={"reason": self._cancelled.reason(delivery.booking_id)})


def _about(delivery: Delivery) -> WrittenBooking | None:
    """The booking that its link opens."""
    if delivery.booking_id is None or delivery.facts is None:
        return None
    return WrittenBooking(booking_id=delivery.booking_id, ends_at=delivery.facts.end)
