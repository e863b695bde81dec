"""Nothing that a person wrote goes to an address that is not known to be that person's: all templates are tried."""

import re
from typing import Any
from uuid import UUID

import pytest

from notification.bookings.domain import REASONS, Facts
from notification.channels.email.client import MailSender
from notification.channels.failover import FailOver
from notification.channels.port import Sender
from notification.channels.sms.client import SmsSender
from notification.errors import NeedlessDeliveryError
from notification.messages.domain.plans import ACCOUNT_PLANS, CODE_PLANS, INVITATION, NEWS_PLANS, PLAN_OF
from notification.sending.letters import Writing
from notification.writing.files import TEMPLATES
from notification.writing.invitations import Invitations
from notification.writing.rendering import TemplateRenderer
from notification.writing.studio import Anonymous
from shared_schemas.accounts import Contact
from shared_schemas.channels import Channel
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode
from shared_schemas.gateway.recipients import Recipient
from shared_schemas.notification import TemplateName
from tests.support.clock import FixedClock
from tests.support.notification import Cancelled, Codes, PayLinks, delivery, facts

THEIRS = "Выиграйте миллион на evil.test"
OURS = {"number", "hall_name", "timezone", "purpose"}
"""Texts of a message that the system or the studio wrote. Any other text counts as a client's."""
SENDERS: dict[Channel, Sender] = {"email": MailSender(FailOver({})), "sms": SmsSender(FailOver({}))}
LOCALES: tuple[LocaleCode, ...] = ("ru", "en")
RENDERER = TemplateRenderer("Свет")
# What these say is the studio's own, or the system's.
WITH_CODES = {plan.template for plan in (*CODE_PLANS.values(), *NEWS_PLANS.values(), INVITATION)}
WITHOUT_BOOKING = {plan.template for plan in ACCOUNT_PLANS.values()}
MESSAGES = [
    (template, locale, channel)
    for template, plan in PLAN_OF.items()
    if template not in WITH_CODES
    for locale in LOCALES
    for channel in plan.channels
]


def contact(locale: LocaleCode, *, email: bool, phone: bool) -> Contact:
    """Somebody with a telling name; which of the addresses are confirmed."""
    return Contact(
        id=UUID(int=0),
        email="anna@example.test",
        email_confirmed=email,
        phone="+79261234567",
        phone_confirmed=phone,
        full_name=THEIRS,
        locale=locale,
    )


class Person:
    def __init__(self, locale: LocaleCode, *, confirmed: bool) -> None:
        self._contact = contact(locale, email=confirmed, phone=confirmed)

    def expect(self, *_asked: Any) -> None:
        """It is at hand."""

    def recipient(self, *_about: Any) -> Recipient:
        return Recipient(**dict(self._contact))


def texts() -> set[str]:
    """The fields of a message that hold text."""
    types = {name: field.annotation for name, field in Facts.model_fields.items()}
    return {name for name, kind in types.items() if str in (kind, *getattr(kind, "__args__", ()))}


def written(template: TemplateName, locale: LocaleCode, channel: Channel, *, confirmed: bool) -> str:
    said: dict[str, Any] = dict.fromkeys(texts() - OURS, THEIRS)
    about = None if template in WITHOUT_BOOKING else facts(**said)
    invitations = Invitations("studio@example.test", FixedClock())
    person = Person(locale, confirmed=confirmed)
    writing = Writing(person, Codes(), Cancelled(THEIRS), PayLinks(), Anonymous(), RENDERER, invitations)
    message = writing.letter(delivery(template, channel, about), SENDERS[channel]).message
    return f"{message.subject}\n{message.text}\n{message.html}\n{message.calendar}"


@pytest.mark.parametrize(("template", "locale", "channel"), MESSAGES)
def test_a_message_to_an_address_that_may_be_somebody_elses_has_no_words_of_a_client(
    template: TemplateName, locale: LocaleCode, channel: Channel
) -> None:
    assert THEIRS not in written(template, locale, channel, confirmed=False)
    # It would be noticed: a mail greets by name.
    assert (THEIRS in written(template, locale, channel, confirmed=True)) is (channel == "email")


def test_every_text_of_a_message_is_ours_or_is_tried() -> None:
    assert texts() - OURS == {"reason"}


def test_a_reason_is_told_to_who_is_known_to_be_reached() -> None:
    known, anybody = (written("booking_cancelled", "ru", "email", confirmed=confirmed) for confirmed in (True, False))
    assert f"Причина: {THEIRS}" in known
    assert "Причина" not in anybody


@pytest.mark.parametrize("channel", SENDERS)
def test_a_channel_knows_which_address_is_confirmed(channel: Channel) -> None:
    known = contact("ru", email=channel == "email", phone=channel == "sms")
    other = contact("ru", email=channel != "email", phone=channel != "sms")
    assert [SENDERS[channel].address(person).confirmed for person in (known, other)] == [True, False]
    with pytest.raises(NeedlessDeliveryError):
        SENDERS[channel].address(known.model_copy(update={"email": None, "phone": None}))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", sorted(REASONS))
def test_why_money_goes_back_is_told_to_everybody(locale: LocaleCode, reason: str) -> None:
    about = facts(reason=reason)
    both = [
        SENDERS["email"].render(RENDERER.words("payment_refunded", locale, "", about, confirmed=confirmed))
        for confirmed in (True, False)
    ]
    assert both[0] == both[1]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_reasons_that_are_ours_are_those_with_words_of_ours(locale: LocaleCode) -> None:
    text = (TEMPLATES / locale / "refund_reason.txt").read_text(encoding="utf-8")
    assert set(re.findall(r'(?m)^  "(\w+)":', text)) == REASONS


@pytest.mark.parametrize("locale", LOCALES)
def test_a_code_comes_with_no_name_whoever_has_the_address(locale: LocaleCode) -> None:
    for purpose, plan in CODE_PLANS.items():
        pending = PendingCode(purpose=purpose, channel="email", address="a@b.test", locale=locale, secret="1")
        assert RENDERER.secret(plan.template, pending).values["greeting"] in {"Hello,", "Здравствуйте!"}
