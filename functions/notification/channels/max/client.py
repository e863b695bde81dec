"""Messages by a MAX bot to who connected it: https://dev.max.ru/docs-api"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from core.bots import MaxCredentials
from core.settings import load_settings
from notification.channels.bots import (
    BotCalls,
    Heard,
    chat_of,
    locale_of,
    parsed,
    require_secret,
    secret_of,
    shortened,
    signed_for,
    within,
)
from notification.channels.max.contact import own_phone
from notification.channels.max.settings import MaxBotSettings
from notification.channels.port import Accepted, Addressee, Parcel
from notification.errors import PermanentDeliveryError, TransientDeliveryError, UnknownDeliveryError
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message

LONGEST = 4000
SECRET = "x-max-bot-api-secret"  # noqa: S105 - the header's name
UPDATES = ("bot_started", "bot_stopped", "dialog_removed", "message_created")
# Words that it does not take, or a chat that is not there.
PERMANENT = frozenset({400, 404})
BLOCKED = 403


class Max:
    """One bot. It has no idempotency keys, and nobody can ask it what it got."""

    def __init__(self, base_url: str, credentials: str, bot: str, links: str) -> None:
        """`credentials` as `MaxCredentials` reads them."""
        self._base = base_url.rstrip("/")
        self._credentials = credentials
        self._page = f"{links.rstrip('/')}/{bot}"
        self._calls = BotCalls("max", lambda: MaxCredentials.read(credentials).trusted())

    def address(self, contact: Contact) -> Addressee:
        return chat_of(contact)

    def render(self, words: Words) -> Message:
        """The text of a mail, whose links MAX finds by itself."""
        return Message(text=shortened(words.text("txt"), LONGEST))

    def send(self, parcel: Parcel) -> Accepted:
        return Accepted("max", self._said(parcel.address, {"text": parcel.message.text}))

    def link(self, token: str) -> str:
        return f"{self._page}?start={token}"

    def say(self, chat: str, text: str, button: str = "") -> None:
        rows = {"buttons": [[{"type": "request_contact", "text": button}]]}
        keys = {"attachments": [{"type": "inline_keyboard", "payload": rows}]} if button else {}
        self._said(chat, {"text": text, **keys})

    def heard(self, headers: Mapping[str, str], body: bytes) -> Heard | None:
        token = MaxCredentials.read(self._credentials).token
        require_secret(headers.get(SECRET, ""), secret_of(token))
        update = parsed(body)
        kind, locale = update.get("update_type"), locale_of(update.get("user_locale"))
        if kind == "message_created":
            return _told(update.get("message"), locale, token)
        chat = str(update.get("chat_id"))
        if kind == "bot_started":
            return Heard("started", chat, locale, token=str(update.get("payload") or ""))
        return Heard("stopped", chat, locale) if kind in UPDATES else None

    def subscribe(self, url: str) -> bool:
        secret = secret_of(MaxCredentials.read(self._credentials).token)
        wanted = signed_for(url, secret)
        known = within(self._answer("GET", "/subscriptions"), "subscriptions") or []
        if any(within(each, "url") == wanted for each in known):
            return False
        self._answer("POST", "/subscriptions", {"url": wanted, "secret": secret, "update_types": list(UPDATES)})
        for each in known:
            # What we subscribed to before, under another secret. MAX would tell both.
            old = within(each, "url")
            if isinstance(old, str) and old.partition("?")[0] == url:
                self._answer("DELETE", f"/subscriptions?url={quote(old, safe='')}")
        return True

    def _said(self, chat: str, body: dict[str, Any]) -> str:
        path = f"/messages?chat_id={quote(chat, safe='')}&disable_link_preview=true"
        mid = within(self._answer("POST", path, body), "message", "body", "mid")
        if not isinstance(mid, str):
            # It says yes, and names no message.
            raise UnknownDeliveryError("max_unreadable")
        return mid

    def _answer(self, method: str, path: str, document: Any = None) -> dict[str, Any]:
        headers = {"Authorization": MaxCredentials.read(self._credentials).token}
        status, answer = self._calls.ask(method, self._base + path, headers, document)
        if status == 200:
            return answer
        if status == BLOCKED:
            raise PermanentDeliveryError("max_blocked")
        # A wrong token (401) is the operator's to mend.
        raise (PermanentDeliveryError if status in PERMANENT else TransientDeliveryError)(f"max_{status}")


def _told(said: Any, locale: Any, token: str) -> Heard | None:
    if within(said, "recipient", "chat_type") != "dialog":
        return None
    chat, sender = str(within(said, "recipient", "chat_id")), within(said, "sender", "user_id")
    for each in within(said, "body", "attachments") or []:
        if within(each, "type") == "contact":
            phone = own_phone(token, within(each, "payload"), sender)
            return Heard("contact", chat, locale, phone=phone) if phone else Heard("foreign", chat, locale)
    text = str(within(said, "body", "text") or "").strip()
    if text == "/start":
        return Heard("started", chat, locale)
    return Heard("stopped" if text == "/stop" else "said", chat, locale)


def configured() -> Max | None:
    """None without credentials and the bot's name."""
    told = load_settings(MaxBotSettings)
    if not (told.max_credentials and told.max_bot):
        return None
    return Max(told.max_base_url, told.max_credentials, told.max_bot, told.max_links)
