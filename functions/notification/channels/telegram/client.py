"""Messages by a Telegram bot to who connected it: https://core.telegram.org/bots/api"""

import re
from collections.abc import Mapping
from typing import Any

from core.secrets import resolve
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
from notification.channels.port import Accepted, Addressee, Parcel
from notification.channels.telegram.settings import TelegramBotSettings
from notification.errors import PermanentDeliveryError, TransientDeliveryError, UnknownDeliveryError
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message

LONGEST = 4096
START = re.compile(r"/start(?: ([A-Za-z0-9_-]{1,64}))?")
SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
# Words that it does not take, or a chat that is not there.
PERMANENT = frozenset({400})
BLOCKED = 403


class Telegram:
    """One bot. It has no idempotency keys, and nobody can ask it what it got."""

    def __init__(self, base_url: str, token: str, bot: str, links: str) -> None:
        """`token` may be a reference to it."""
        self._base = base_url.rstrip("/")
        self._token = token
        self._page = f"{links.rstrip('/')}/{bot}"
        self._calls = BotCalls("telegram")

    def address(self, contact: Contact) -> Addressee:
        return chat_of(contact)

    def render(self, words: Words) -> Message:
        """The text of a mail, whose links Telegram finds by itself."""
        return Message(text=shortened(words.text("txt"), LONGEST))

    def send(self, parcel: Parcel) -> Accepted:
        return Accepted("telegram", str(self._said(parcel.address, parcel.message.text)))

    def link(self, token: str) -> str:
        return f"{self._page}?start={token}"

    def say(self, chat: str, text: str, button: str = "") -> None:
        keys = {"keyboard": [[{"text": button, "request_contact": True}]], "resize_keyboard": True}
        self._said(chat, text, reply_markup=keys if button else {"remove_keyboard": True})

    def heard(self, headers: Mapping[str, str], body: bytes) -> Heard | None:
        require_secret(headers.get(SECRET, ""), secret_of(resolve(self._token)))
        update = parsed(body)
        member = within(update, "my_chat_member")
        said = member or within(update, "message")
        if within(said, "chat", "type") != "private":
            return None
        chat, locale = str(within(said, "chat", "id")), locale_of(within(said, "from", "language_code"))
        if member:
            gone = within(member, "new_chat_member", "status") == "kicked"
            return Heard("stopped", chat, locale) if gone else None
        return _told(said, chat, locale)

    def subscribe(self, url: str) -> bool:
        secret = secret_of(resolve(self._token))
        wanted = signed_for(url, secret)
        known = self._result(*self._ask("getWebhookInfo", {}))
        if within(known, "url") == wanted:
            return False
        asked = {"url": wanted, "secret_token": secret, "allowed_updates": ["message", "my_chat_member"]}
        self._result(*self._ask("setWebhook", asked))
        return True

    def _said(self, chat: str, text: str, **more: Any) -> int:
        asked = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}, **more}
        message_id = within(self._result(*self._ask("sendMessage", asked)), "message_id")
        if not isinstance(message_id, int):
            # It says yes, and names no message.
            raise UnknownDeliveryError("telegram_unreadable")
        return message_id

    def _ask(self, method: str, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self._calls.ask("POST", f"{self._base}/bot{resolve(self._token)}/{method}", {}, document)

    @staticmethod
    def _result(status: int, answer: dict[str, Any]) -> Any:
        if status == 200 and answer.get("ok") is True:
            return answer.get("result")
        if status == BLOCKED:
            raise PermanentDeliveryError("telegram_blocked")
        # A wrong token (401, 404) is the operator's to mend.
        raise (PermanentDeliveryError if status in PERMANENT else TransientDeliveryError)(f"telegram_{status}")


def _told(said: dict[str, Any], chat: str, locale: Any) -> Heard:
    if contact := within(said, "contact"):
        own = within(contact, "user_id") is not None and within(contact, "user_id") == within(said, "from", "id")
        phone = f"+{str(within(contact, 'phone_number') or '').lstrip('+')}"
        return Heard("contact", chat, locale, phone=phone) if own else Heard("foreign", chat, locale)
    text = str(within(said, "text") or "").strip()
    if text == "/stop":
        return Heard("stopped", chat, locale)
    if start := START.fullmatch(text):
        return Heard("started", chat, locale, token=start[1] or "")
    return Heard("said", chat, locale)


def configured() -> Telegram | None:
    """None without a token and the bot's name."""
    told = load_settings(TelegramBotSettings)
    if not (told.telegram_token and told.telegram_bot):
        return None
    return Telegram(told.telegram_base_url, told.telegram_token, told.telegram_bot, told.telegram_links)
