"""A bot that tells staff in chats: what is told together, and what one of several messages fails by."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from integration.connectors.calls import JsonCalls
from integration.connectors.messengers.texts import TEXTS, message
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.errors import ObsoleteError, PermanentSendError, SendError
from integration.deliveries.ports import Sent
from integration.events.ports import LogWork
from integration.subject import subject
from shared_schemas.errors import Locale
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName
from shared_schemas.integration.events import EventsQuery

LOOK_BACK = 50
TOGETHER = 20
BETWEEN = "\n\n"


def together(told: Mapping[UUID, str], longest: int) -> Iterator[list[UUID]]:
    """In their order, as many as a message of so many characters may hold."""
    some: list[UUID] = []
    length = 0
    for each, text in told.items():
        if some and length + len(text) > longest:
            yield some
            some, length = [], 0
        some.append(each)
        length += len(text) + len(BETWEEN)
    if some:
        yield some


def numbers(envelopes: Iterable[Envelope]) -> dict[UUID, str]:
    """What people call the bookings that these events tell of, as far as they say it."""
    named = (envelope for envelope in envelopes if "number" in envelope.data)
    return {id_: str(each.data["number"]) for each in named if (id_ := subject(each, "booking_id"))}


class Messenger(ABC):
    """A message to each chat. A limit of the messenger's holds up all chats for as long as it asks."""

    name: ConnectorName
    longest: ClassVar[int]
    """Characters of a message, as the messenger counts them."""
    together = TOGETHER
    # Messages older than this are not worth sending.
    patience = Patience(first=timedelta(seconds=5), longest=timedelta(minutes=10), horizon=timedelta(hours=12))

    def __init__(
        self,
        base_url: str,
        credentials: str,
        calls: JsonCalls,
        chats: Sequence[str],
        locale: Locale,
        log: Callable[[], LogWork],
    ) -> None:
        """`credentials` may be a reference to them."""
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._calls = calls
        self._chats = chats
        self._locale = locale
        self._log = log

    def targets(self, work: LogWork, envelope: Envelope) -> Sequence[Target]:  # noqa: ARG002 - all of them
        return [Target(chat) for chat in self._chats] if envelope.type in TEXTS else []

    def send(self, parcel: Parcel) -> int | None:
        if parcel.target not in self._chats:
            raise ObsoleteError("chat_removed")
        return self._say(parcel.target, self._text(parcel, {}))

    def send_all(self, parcels: Sequence[Parcel]) -> list[Sent]:
        """What a chat is told at one time is one message, as far as it fits in: chats may be told little a second."""
        sent: dict[UUID, Sent] = {}
        beside = numbers(parcel.envelope for parcel in parcels)
        for chat in dict.fromkeys(parcel.target for parcel in parcels):
            told = {parcel.id: self._text(parcel, beside) for parcel in parcels if parcel.target == chat}
            if chat in self._chats:
                sent |= self._tell(chat, told)
            else:
                sent |= dict.fromkeys(told, ObsoleteError("chat_removed"))
        return [sent[parcel.id] for parcel in parcels]

    def settle(self, work: LogWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:  # noqa: B027 - optional
        """Nothing more to it."""

    @abstractmethod
    def _say(self, chat: str, text: str) -> int:
        """Say it; the HTTP status of the answer, or a `SendError`."""

    def _tell(self, chat: str, told: Mapping[UUID, str]) -> dict[UUID, Sent]:
        sent: dict[UUID, Sent] = {}
        for some in together(told, self.longest):
            try:
                sent |= dict.fromkeys(some, self._say(chat, BETWEEN.join(told[each] for each in some)))
            except PermanentSendError as error:
                # It may be the words of one of them.
                sent |= {some[0]: error} if len(some) == 1 else self._one_by_one(chat, {id_: told[id_] for id_ in some})
            except SendError as error:
                sent |= dict.fromkeys(some, error)
        return sent

    def _one_by_one(self, chat: str, told: Mapping[UUID, str]) -> dict[UUID, Sent]:
        return {key: sent for each, text in told.items() for key, sent in self._tell(chat, {each: text}).items()}

    def _text(self, parcel: Parcel, beside: Mapping[UUID, str]) -> str:
        return message(parcel.envelope.payload(), self._booking_number(parcel.envelope, beside), self._locale)

    def _booking_number(self, envelope: Envelope, beside: Mapping[UUID, str]) -> str | None:
        """Events of payments name a booking by its id alone. What people call it is told by what is sent `beside`,
        as the log may not have gathered that yet, or by the log."""
        booking_id = subject(envelope, "booking_id")
        if booking_id is None or "number" in envelope.data:
            return None
        if booking_id in beside:
            return beside[booking_id]
        with self._log() as work:
            known = work.events.page(EventsQuery(booking_id=booking_id), None, LOOK_BACK)
        return next((str(event.data["number"]) for event in known if "number" in event.data), None)
