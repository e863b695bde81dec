"""Shows a text as it would arrive, and sends it to whoever asks."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from notification.bookings.domain import Facts
from notification.channels.port import Parcel, Sender
from notification.errors import DeliveryError
from notification.messages.domain.plans import PLAN_OF
from notification.wording import samples
from notification.wording.billed import billed
from notification.wording.checking import Checking
from notification.wording.errors import TrialChannelError, TrialNotSentError
from notification.wording.facts import facts_of
from notification.wording.ports import Contacts, Work
from notification.writing.locked_screen import on_a_locked_screen
from notification.writing.ports import Surroundings
from notification.writing.rendering import TemplateRenderer, Words
from shared_schemas.channels import Channel
from shared_schemas.common import LocaleCode
from shared_schemas.errors import RuleViolationError
from shared_schemas.messages.templates import PushPreview, TemplatePreview, TemplateTrial, TrialMessage, TrialSent
from shared_schemas.notification import Message, TemplateName


class Trying:
    """Tries texts: nobody but whoever asks is sent anything."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        checking: Checking,
        renderer: TemplateRenderer,
        contacts: Contacts,
        surroundings: Surroundings,
        senders: Mapping[Channel, Sender],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._checking = checking
        self._renderer = renderer
        self._contacts = contacts
        self._surroundings = surroundings
        self._senders = senders

    def preview(self, name: TemplateName, locale: LocaleCode, trial: TemplateTrial) -> TemplatePreview:
        """The message on each of its ways; `RuleViolationError` where it cannot be put in force.

        `TrialBookingNotFoundError`."""
        words, short = self._words(name, locale, trial), self._words(name, locale, trial, sms=True)
        subject, text = words.line("subject.txt"), words.text("txt")
        sms = short.line("sms.txt") if words.has("sms.txt") else ""
        mail = Message(subject=subject, text=text, html=words.text("html", subject=subject))
        title, body = on_a_locked_screen(words)
        return TemplatePreview(mail=mail, sms=billed(sms) if sms else None, push=PushPreview(title=title, body=body))

    def test(self, name: TemplateName, locale: LocaleCode, trial: TrialMessage, caller: Identity) -> TrialSent:
        """Send it to the caller alone. `RuleViolationError` as for a preview, `TrialChannelError` where it does not go
        that way, `TrialNotSentError` where the provider refuses, `TrialBookingNotFoundError`."""
        if trial.channel not in PLAN_OF[name].written_for:
            raise TrialChannelError
        words = self._words(name, locale, trial, sms=trial.channel == "sms")
        try:
            sender = self._sender(trial.channel)
            to = sender.address(self._contacts.recipient(caller.user_id, trial.channel, None))
            sender.send(Parcel(uuid4(), to.address, sender.render(words), way=to.way, template=name))
        except DeliveryError as error:
            raise TrialNotSentError(reason=error.reason) from error
        except (LookupError, ValueError) as error:
            raise TrialNotSentError(reason=type(error).__name__) from error
        with self._unit_of_work() as work:
            note(target=f"message_template:{name}/{locale}", after={"version": self._version(work, name, locale)})
            work.commit()
        return TrialSent(channel=trial.channel, address=to.address)

    def _sender(self, channel: Channel) -> Sender:
        if channel not in self._senders:
            raise TrialNotSentError(reason="channel_off")
        return self._senders[channel]

    def _words(self, name: TemplateName, locale: LocaleCode, trial: TemplateTrial, *, sms: bool = False) -> Words:
        now = self._clock.now()
        if trial.parts and (found := self._checking.violations(name, locale, trial.parts, now)):
            raise RuleViolationError(found)
        facts = self._facts(name, locale, trial.booking_number) if trial.booking_number else None
        own = self._surroundings.signature(facts.hall_id if facts else None, locale)
        words = samples.words(self._renderer, name, locale, now, facts, own, sms=sms)
        if trial.parts:
            return words.rewritten(trial.parts.model_dump(exclude_none=True))
        with self._unit_of_work() as work:
            edited = work.wordings.newest(name, locale)
        return words.rewritten(edited.parts) if edited and edited.parts else words

    def _facts(self, name: TemplateName, locale: LocaleCode, number: str) -> Facts | None:
        if "booking.number" not in facts_of(name):
            return None
        with self._unit_of_work() as work:
            facts = self._surroundings.in_language(work.wordings.booking(number).facts, locale)
        return facts.model_copy(update=samples.change_of(name, facts.start))

    @staticmethod
    def _version(work: Work, name: TemplateName, locale: LocaleCode) -> int:
        found = work.wordings.newest(name, locale)
        return found.version if found else 0
