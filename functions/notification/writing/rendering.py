"""The texts of messages, from staff or else from files; each channel has its own parts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notification.bookings.domain import Facts
from notification.writing.edited import ENDINGS, rendered
from notification.writing.files import TEMPLATES
from notification.writing.formatting import (
    clock,
    greeting,
    moment,
    money,
    place,
    short_moment,
    short_money,
    short_slot,
    slot,
)
from notification.writing.qr import qr_table
from notification.writing.studio import Signature
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode, Money
from shared_schemas.notification import TemplateName
from shared_schemas.payment.payments import PayLink
from shared_schemas.staff import PendingInvitation

TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")
# For visits that take or took place; a customer with a hold is asked for the prepayment.
LEFT_TO_PAY: frozenset[TemplateName] = frozenset(
    {
        "booking_confirmed",
        "booking_rescheduled",
        "booking_extended",
        "booking_amended",
        "booking_reminder",
        "payment_succeeded",
    }
)
# With the prepayment, or what is left of it, the visit is confirmed.
PREPAYMENT_DUE: frozenset[TemplateName] = frozenset(
    {"booking_created", "payment_failed", "waitlist_ending", "waitlist_offered"}
)
STANDING: frozenset[TemplateName] = LEFT_TO_PAY | PREPAYMENT_DUE | {"booking_reinstated"}
"""Of visits that their customers may still move or cancel."""
UNSIGNED = Signature()
# A template is compiled once in a process.
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
NOTHING: Mapping[str, Any] = MappingProxyType({})
PARTS = {ending: part for part, ending in ENDINGS.items()}


@dataclass(frozen=True)
class Words:
    """One message in one language; a channel uses the parts that it needs."""

    environment: Environment
    name: str
    values: Mapping[str, Any]
    calendar: str = ""
    """An iCalendar file, for channels that carry files."""
    edited: Mapping[str, str] = field(default_factory=dict)
    """The sources of the parts that staff wrote, by `Part`; the others are in files."""

    def rewritten(self, edited: Mapping[str, str]) -> Self:
        """The same message in the words of staff."""
        return replace(self, edited=edited)

    def line(self, part: str, **more: str) -> str:
        """The text on one line, whatever white space is in a hall's name; what is cut short has no second full stop."""
        return TWO_STOPS.sub(".", " ".join(self.text(part, **more).split()))

    def has(self, part: str) -> bool:
        """Whether the message has this part at all."""
        return (TEMPLATES / f"{self.name}.{part}").exists()

    def text(self, part: str, **more: str) -> str:
        """`EditedTextError` where it is one of staff's that cannot be rendered."""
        name = PARTS.get(part)
        if name and (source := self.edited.get(name)):
            return rendered(source, name, {**self.values, **more})
        return self.environment.get_template(f"{self.name}.{part}").render(self.values, **more).strip()


class TemplateRenderer:
    """Renders for one studio: by the name `studio` where a signature has none.

    Links lead to its page `sign_in_url`, if it has one."""

    def __init__(self, studio: str, sign_in_url: str = "") -> None:
        self._studio = studio
        self._sign_in_url = sign_in_url

    def words(
        self,
        template: TemplateName,
        locale: LocaleCode,
        name: str,
        facts: Facts | None,
        signature: Signature = UNSIGNED,
        *,
        confirmed: bool,
        code: str = "",
        url: str = "",
        leave: str = "",
        calendar: str = "",
        pay: PayLink | None = None,
        told: Mapping[str, Any] = NOTHING,
    ) -> Words:
        """The message to a person of this name, in this language; without facts it is about no booking.

        Unless it is `confirmed` that this person is reached there, it has nothing that a person wrote. `code` is for
        the desk, `url` opens the booking, `leave` is where such messages are left, `pay` where to pay, and `calendar`
        goes with it as a file. `told` is what it says where it is about no visit."""
        if not confirmed:
            name, facts = "", facts.for_anybody() if facts else None
        values = self._common(locale, name, signature)
        about = self._values(locale, facts, template) if facts else {}
        about |= {"check_in_code": code, "qr": qr_table, "url": url, "standing": template in STANDING}
        about |= {"pay": pay, "leave": leave, **told}
        return Words(ENVIRONMENT, f"{locale}/{template}", values | about, calendar)

    def secret(self, template: TemplateName, code: PendingCode, signature: Signature = UNSIGNED) -> Words:
        """The message with a one-time code; it greets nobody by name, as nobody has proved to be reached there."""
        # What follows # is sent to no server, and so stands in no log.
        link = f"{self._sign_in_url}#reset={code.secret}" if self._sign_in_url else ""
        values = {**self._common(code.locale, "", signature), "secret": code.secret, "link": link}
        return Words(ENVIRONMENT, f"{code.locale}/{template}", values)

    def invitation(
        self, template: TemplateName, invitation: PendingInvitation, signature: Signature = UNSIGNED
    ) -> Words:
        """The message with the link of an invitation; who invites and who is invited is not named."""
        values = {**self._common(invitation.locale, "", signature), "link": invitation.link}
        return Words(ENVIRONMENT, f"{invitation.locale}/{template}", values)

    def _common(self, locale: LocaleCode, name: str, signature: Signature = UNSIGNED) -> dict[str, Any]:
        told = {name: getattr(signature, name) for name in ("address", "directions", "phone", "site")}
        greeted: dict[str, Any] = {"locale": locale, "greeting": greeting(name, locale)}
        greeted |= {"money": partial(money, locale=locale), "short_money": partial(short_money, locale=locale)}
        return {"studio": signature.name or self._studio, "url": "", "leave": "", "standing": False, **told, **greeted}

    def _values(self, locale: LocaleCode, facts: Facts, template: TemplateName) -> dict[str, Any]:
        shows_left = template in LEFT_TO_PAY
        return {
            "due": _due(facts, template),
            "booking": facts,
            "paid": facts.kept if shows_left else None,
            "left": facts.left if shows_left else None,
            "slot": slot(facts, locale),
            "short_slot": short_slot(facts, locale),
            "short_moment": partial(short_moment, zone=facts.timezone, locale=locale),
            "previous_slot": _previous_slot(facts, locale),
            "place": place(facts.timezone, locale),
            "moment": partial(moment, zone=facts.timezone, locale=locale),
            "clock": partial(clock, zone=facts.timezone, locale=locale),
        }


def _due(facts: Facts, template: TemplateName) -> Money | None:
    """What the reader is asked to pay; None where it is nothing, or not known."""
    if template in PREPAYMENT_DUE:
        missing = facts.prepayment.amount - (facts.kept.amount if facts.kept else 0)
        return Money(amount=missing) if missing > 0 else None
    return facts.left if template in LEFT_TO_PAY and facts.left and facts.left.amount else None


def _previous_slot(facts: Facts, locale: LocaleCode) -> str:
    """The time a booking had before it moved; empty if it did not."""
    if not (facts.previous_start and facts.previous_end):
        return ""
    return slot(facts.model_copy(update={"start": facts.previous_start, "end": facts.previous_end}), locale)
