"""What the bots of messengers have in common: what they hear, and how they are asked."""

import hashlib
import hmac
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from core.safe_http import NoAnswerError, OutsideClient, OutsideError, TimeOuts
from notification.channels.port import Addressee
from notification.errors import (
    CallbackForgedError,
    CallbackMalformedError,
    NeedlessDeliveryError,
    TransientDeliveryError,
    UnknownDeliveryError,
)
from shared_schemas.accounts import Contact
from shared_schemas.errors import Locale
from shared_schemas.gateway.recipients import Recipient

TIME_OUTS = TimeOuts(connect=3, read=10, total=15)
MOST = 1_000_000
NOT_TAKEN = frozenset({429, 503})
# Nobody was reached, so nothing was handed over.
NOT_REACHED = frozenset({"NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "SSLError"})
CUT = "…"


class Reached(Recipient):
    """Somebody who may have connected a chat, or a browser, whose address is the chat then."""

    chat: str | None = None
    keys: str | None = None
    """What encrypts for a browser: its `p256dh` and `auth`, with a dot between them."""


@dataclass(frozen=True)
class Heard:
    """What somebody did in a chat with the bot.

    `started` with the token of a link or without one; `stopped` it or blocked it; showed a `contact` that is their own,
    or somebody else's (`foreign`); or `said` anything."""

    kind: Literal["started", "stopped", "contact", "foreign", "said"]
    chat: str
    locale: Locale = "ru"
    token: str = ""
    phone: str = ""


class Bot(Protocol):
    """The studio's bot at one messenger."""

    def link(self, token: str) -> str:
        """Opens the chat; what the messenger tells us then has the token."""

    def heard(self, headers: Mapping[str, str], body: bytes) -> Heard | None:
        """What an update says; None for what is not for us. Names of headers are small.

        `CallbackForgedError`, `CallbackMalformedError`."""

    def say(self, chat: str, text: str, button: str = "") -> None:
        """A line in a chat, with a button that shows the writer's number; raises a `DeliveryError`."""

    def subscribe(self, url: str) -> bool:
        """See to it that updates come to this address; whether something had to be done. Raises a `DeliveryError`."""


class BotCalls:
    """JSON to the API of one messenger. Its token may be part of the address, which therefore gets into no log."""

    def __init__(self, name: str, trusted: Callable[[], ssl.SSLContext | None] = lambda: None) -> None:
        self._name = name
        self._client = OutsideClient(private_addresses=True, time_outs=TIME_OUTS, trusted=trusted)

    def ask(
        self, method: str, url: str, headers: Mapping[str, str], document: Any = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer. `TransientDeliveryError` if nothing was taken, `UnknownDeliveryError` if nobody knows."""
        body = None if document is None else json.dumps(document, ensure_ascii=False).encode()
        sent = {**headers, "Content-Type": "application/json"} if body is not None else dict(headers)
        try:
            answer = self._client.exchange(method, url, sent, body, MOST)
        except NoAnswerError as error:
            kind = TransientDeliveryError if was_not_reached(error) else UnknownDeliveryError
            raise kind(f"{self._name}_no_answer") from None
        except OutsideError:
            raise UnknownDeliveryError(f"{self._name}_unreadable") from None
        if answer.status in NOT_TAKEN:
            raise TransientDeliveryError(f"{self._name}_{answer.status}")
        if answer.status >= 500:
            raise UnknownDeliveryError(f"{self._name}_{answer.status}")
        return answer.status, _document(answer.body)


def was_not_reached(error: NoAnswerError) -> bool:
    """Whether nothing can have been handed over: a reason of more than one word is that a host is not known."""
    return error.reason in NOT_REACHED or " " in error.reason


def chat_of(contact: Contact) -> Addressee:
    """Where somebody connected a chat; it is theirs, for they opened it from their booking."""
    if not isinstance(contact, Reached) or contact.chat is None:
        raise NeedlessDeliveryError("not_connected")
    return Addressee(contact.chat, confirmed=True)


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + CUT


def secret_of(token: str) -> str:
    """What a messenger tells with each update, so that nobody else can."""
    return hmac.new(token.encode(), b"updates", hashlib.sha256).hexdigest()


def signed_for(url: str, secret: str) -> str:
    """The address changes with the secret: a subscription with an old one is another one."""
    return f"{url}?of={hashlib.sha256(secret.encode()).hexdigest()[:8]}"


def require_secret(told: str, secret: str) -> None:
    """`CallbackForgedError`; takes equally long for every wrong one."""
    # Whatever bytes a stranger sends, they are wrong and no more.
    if not hmac.compare_digest(told.encode(errors="replace"), secret.encode()):
        raise CallbackForgedError


def parsed(body: bytes) -> dict[str, Any]:
    """`CallbackMalformedError` for what is no JSON object."""
    try:
        document = json.loads(body)
    except ValueError:
        raise CallbackMalformedError from None
    if not isinstance(document, dict):
        raise CallbackMalformedError
    return document


def within(document: Any, *names: str) -> Any:
    """A field some levels down; None where there is none."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def locale_of(told: Any) -> Locale:
    """Russian unless somebody prefers another language."""
    return "ru" if not isinstance(told, str) or told.lower().startswith("ru") else "en"


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
