"""What people do in their chats with the studio's bots: they connect them, show a number, or have enough of it."""

from collections.abc import Callable, Mapping

from core.clock import Clock
from core.observability import count, logger
from notification.channels.bots import Bot, Heard
from notification.connections.domain import Subject, digest
from notification.connections.ports import PhoneHolders, Work
from notification.connections.texts import (
    ASKING,
    BUTTON,
    CONNECTED,
    LATER,
    NOT_YOURS,
    STOPPED,
    TOO_OLD,
    UNKNOWN,
)
from notification.errors import CallbackForgedError, DeliveryError, MessageProviderUnknownError
from notification.refusals import Refusals
from shared_schemas.channels import MESSENGERS, Messenger
from shared_schemas.errors import Text

ASKS = frozenset({TOO_OLD, ASKING, UNKNOWN, NOT_YOURS})
"""What is said with the button."""


class Hearing:
    """One update at a time. What it changes is committed before the bot answers; messengers tell some things twice."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        bots: Mapping[Messenger, Bot],
        holders: PhoneHolders,
        refusals: Refusals,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._bots = bots
        self._holders = holders
        self._refusals = refusals

    def hears(self, name: str) -> bool:
        """Whether updates of this name are for here."""
        return name in MESSENGERS

    def update(self, name: str, headers: Mapping[str, str], body: bytes) -> None:
        """Take in what a messenger tells. `MessageProviderUnknownError` where the studio has no such bot;
        `CallbackMalformedError`; `CallbackForgedError`, which staff are told of."""
        channel = next((each for each in self._bots if each == name), None)
        if channel is None:
            raise MessageProviderUnknownError
        try:
            heard = self._bots[channel].heard(headers, body)
        except CallbackForgedError:
            self._refusals.report("callback", CallbackForgedError.code, f"an update in the name of {name}")
            raise
        if heard is None:
            return
        count("BotUpdates", channel=channel, kind=heard.kind)
        if answer := self._answer(channel, heard):
            self._say(channel, heard, answer)

    def _answer(self, channel: Messenger, heard: Heard) -> Text | None:
        match heard.kind:
            case "started":
                return self._started(channel, heard)
            case "stopped":
                return self._stopped(channel, heard)
            case "contact":
                return self._shown(channel, heard)
            case "foreign":
                return NOT_YOURS
        return ASKING

    def _started(self, channel: Messenger, heard: Heard) -> Text:
        if not heard.token:
            return ASKING
        now = self._clock.now()
        with self._unit_of_work() as work:
            subject = work.connections.redeem(channel, digest(heard.token), heard.chat, now)
            if subject is None:
                return TOO_OLD
            work.connections.bind([subject], channel, heard.chat, now)
            work.commit()
        return CONNECTED

    def _stopped(self, channel: Messenger, heard: Heard) -> Text:
        with self._unit_of_work() as work:
            work.connections.leave(channel, heard.chat)
            work.commit()
        return STOPPED

    def _shown(self, channel: Messenger, heard: Heard) -> Text:
        try:
            people = [Subject(each) for each in self._holders.of(heard.phone)]
        except DeliveryError as error:
            logger.warning("Nobody could be found by a number that was shown", reason=error.reason)
            return LATER
        if not people:
            return UNKNOWN
        with self._unit_of_work() as work:
            work.connections.bind(people, channel, heard.chat, self._clock.now())
            work.commit()
        return CONNECTED

    def _say(self, channel: Messenger, heard: Heard, answer: Text) -> None:
        button = BUTTON.render(heard.locale, {}) if answer in ASKS else ""
        try:
            self._bots[channel].say(heard.chat, answer.render(heard.locale, {}), button)
        except DeliveryError as error:
            # Who has blocked the bot is told nothing, and what was to be done is done.
            logger.info("A bot could not answer", channel=channel, reason=error.reason)
