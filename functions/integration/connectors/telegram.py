"""Messages of a Telegram bot to staff."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from core.secrets import resolve
from integration.connectors.json_api import JsonAnswer, JsonApi
from integration.connectors.turns import Turns
from integration.domain import subject
from integration.domain_deliveries import Outcome, Parcel, Patience, Target
from integration.domain_telegram import TEXTS, Chat, message
from integration.errors_connectors import ObsoleteError, PermanentSendError, TransientSendError
from integration.ports import Events
from integration.ports_connectors import ConnectorWork
from shared_schemas.connectors import ConnectorName
from shared_schemas.events import Envelope
from shared_schemas.integration import EventsQuery

PER_SECOND = 1
LOOK_BACK = 50


class LogWork(Protocol):
    """A transaction that reads the event log."""

    def __enter__(self) -> "LogWork": ...
    def __exit__(self, *_: Any) -> None: ...
    @property
    def events(self) -> Events: ...


class Telegram:
    """A message to each chat. A limit of Telegram's holds up all chats for as long as it asks; who threw the bot out
    gets nothing more of that event."""

    name: ConnectorName = "telegram"
    # News of the day before yesterday are none.
    patience = Patience(first=timedelta(seconds=5), longest=timedelta(minutes=10), horizon=timedelta(hours=12))

    def __init__(
        self, api: JsonApi, turns: Turns, log: Callable[[], LogWork], base_url: str, token: str, chats: Sequence[Chat]
    ) -> None:
        self._api = api
        self._turns = turns
        self._log = log
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._chats = {chat.id: chat for chat in chats}

    def targets(self, _work: ConnectorWork, envelope: Envelope) -> Sequence[Target]:
        return [Target(chat) for chat in self._chats] if envelope.type in TEXTS else []

    def send(self, parcel: Parcel) -> int | None:
        chat = self._chats.get(parcel.target)
        if chat is None:
            raise ObsoleteError("chat_removed")
        text = message(parcel.envelope.payload(), self._booking_number(parcel.envelope), chat.locale)
        self._turns.wait()
        # Where the token is, so this address is a secret.
        url = f"{self._base_url}/bot{resolve(self._token)}/sendMessage"
        wanted = {"chat_id": chat.id, "text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
        return self._judge(self._api.call("POST", url, wanted))

    def settle(self, work: ConnectorWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """Nothing more to it."""

    def _judge(self, answer: JsonAnswer) -> int:
        code = f"telegram_{answer.status}"
        if answer.status == 200 and answer.text("ok") == "True":
            return answer.status
        if answer.status == 429:
            seconds = float(answer.document.get("parameters", {}).get("retry_after", 1)) if answer.document else 1.0
            self._turns.push_back(seconds)
            raise TransientSendError(code, 429, seconds)
        if answer.status in (400, 403):
            raise PermanentSendError(code, answer.status)
        # A wrong token (401, 404) is the operator's to mend, anything else Telegram's.
        raise TransientSendError(code, answer.status)

    def _booking_number(self, envelope: Envelope) -> str | None:
        """Events of payments name a booking by its id alone, so the log is asked for what people call it."""
        booking_id: UUID | None = subject(envelope, "booking_id")
        if booking_id is None or "number" in envelope.data:
            return None
        with self._log() as work:
            known = work.events.page(EventsQuery(booking_id=booking_id), None, LOOK_BACK)
        return next((str(event.data["number"]) for event in known if "number" in event.data), None)
