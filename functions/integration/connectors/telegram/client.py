"""Messages of a Telegram bot to staff: https://core.telegram.org/bots/api#sendmessage"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from core.secrets import resolve
from integration.connectors.calls import JsonAnswer, JsonCalls
from integration.connectors.telegram.domain import TEXTS, message
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.errors import ObsoleteError, PermanentSendError, TransientSendError
from integration.events.ports import LogWork
from integration.subject import subject
from shared_schemas.errors import Locale
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName
from shared_schemas.integration.events import EventsQuery

# Telegram recommends no more than one message a second to a chat.
INTERVAL_SECONDS = 1.0
LIMIT_SECONDS = 5.0
LOOK_BACK = 50
TOO_MANY = 429
# Words that it does not read, a chat that is not there or threw the bot out.
PERMANENT = frozenset({400, 403})


class Telegram:
    """A message to each chat. A limit of Telegram's holds up all chats for as long as it asks."""

    name: ConnectorName = "telegram"
    # Messages older than this are not worth sending.
    patience = Patience(first=timedelta(seconds=5), longest=timedelta(minutes=10), horizon=timedelta(hours=12))

    def __init__(
        self,
        base_url: str,
        token: str,
        calls: JsonCalls,
        chats: Sequence[str],
        locale: Locale,
        log: Callable[[], LogWork],
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._calls = calls
        self._chats = chats
        self._locale = locale
        self._log = log

    def targets(self, work: LogWork, envelope: Envelope) -> Sequence[Target]:  # noqa: ARG002 - all of them
        return [Target(chat) for chat in self._chats] if envelope.type in TEXTS else []

    def send(self, parcel: Parcel) -> int | None:
        if parcel.target not in self._chats:
            raise ObsoleteError("chat_removed")
        text = message(parcel.envelope.payload(), self._booking_number(parcel.envelope), self._locale)
        # The token is part of the address.
        url = f"{self._base_url}/bot{resolve(self._token)}/sendMessage"
        wanted = {"chat_id": parcel.target, "text": text, "parse_mode": "HTML"}
        return self._judged(self._calls.call("POST", url, {}, wanted))

    def settle(self, work: LogWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """Nothing more to it."""

    def _judged(self, answer: JsonAnswer) -> int:
        code = f"telegram_{answer.status}"
        if answer.status == 200 and answer.field("ok") is True:
            return answer.status
        if answer.status == TOO_MANY:
            asked = (answer.field("parameters") or {}).get("retry_after")
            raise self._calls.limited(answer, code, float(asked or LIMIT_SECONDS))
        if answer.status in PERMANENT:
            raise PermanentSendError(code, answer.status)
        # A wrong token (401, 404) is the operator's to fix, anything else Telegram's.
        raise TransientSendError(code, answer.status)

    def _booking_number(self, envelope: Envelope) -> str | None:
        """Events of payments name a booking by its id alone, so the log is asked for what people call it."""
        booking_id = subject(envelope, "booking_id")
        if booking_id is None or "number" in envelope.data:
            return None
        with self._log() as work:
            known = work.events.page(EventsQuery(booking_id=booking_id), None, LOOK_BACK)
        return next((str(event.data["number"]) for event in known if "number" in event.data), None)
