"""Notifications of a browser that somebody subscribed: RFC 8030, by the service that the browser itself has chosen."""

import json
from datetime import timedelta

from core.clock import Clock, SystemClock
from core.safe_http import OutsideAnswer
from core.secrets import resolve
from core.settings import load_settings
from notification.channels.bots import Reached, shortened
from notification.channels.port import Accepted, Addressee, Parcel
from notification.channels.push.encryption import MOST, KeysError, encrypted, public_key
from notification.channels.push.handling import handling_of
from notification.channels.push.services import PushServices
from notification.channels.push.settings import PushSettings
from notification.channels.push.subscription import Subscription
from notification.channels.push.vapid import VapidKey
from notification.errors import (
    DeliveryError,
    GoneDeliveryError,
    NeedlessDeliveryError,
    PermanentDeliveryError,
    TransientDeliveryError,
    UnknownDeliveryError,
)
from notification.writing.locked_screen import on_a_locked_screen
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message

TOO_LARGE = 413
GONE = frozenset({404, 410})
NOT_TAKEN = frozenset({429, 503})
SHORTER = 60
"""Letters of a text whose service takes less than others."""


class Push:
    """What is sent twice is shown once: `Topic` replaces what waits, and the tag what is shown already."""

    def __init__(self, key: VapidKey, services: PushServices, clock: Clock | None = None) -> None:
        self._key = key
        self._services = services
        self._clock = clock or SystemClock()

    @property
    def public(self) -> str:
        """The key that browsers subscribe to, in base64url."""
        return self._key.public

    def serves(self, subscription: Subscription) -> bool:
        """Whether it is at a push service that we call."""
        return self._services.knows(subscription.endpoint)

    def can_encrypt(self, subscription: Subscription) -> bool:
        """Whether it has keys of a browser."""
        try:
            public_key(subscription)
        except KeysError:
            return False
        return True

    def address(self, contact: Contact) -> Addressee:
        """The name of the service: staff need not read where exactly the browser is."""
        if not isinstance(contact, Reached) or contact.chat is None or contact.keys is None:
            raise NeedlessDeliveryError("not_connected")
        subscription = Subscription(contact.chat, *contact.keys.split("."))
        return Addressee(subscription.service, confirmed=True, way=subscription.written())

    def render(self, words: Words) -> Message:
        """As a locked screen shows it; the whole notification is the link."""
        title, text = on_a_locked_screen(words)
        return Message(subject=title, text=text, link=words.values.get("url") or None)

    def send(self, parcel: Parcel) -> Accepted:
        subscription = Subscription.read(parcel.way)
        answer = self._posted(parcel, subscription, parcel.message.text)
        if answer.status == TOO_LARGE:
            answer = self._posted(parcel, subscription, shortened(parcel.message.text, SHORTER))
        if not 200 <= answer.status < 300:
            raise _refusal(answer, subscription)
        return Accepted("push", str(parcel.key))

    def _posted(self, parcel: Parcel, subscription: Subscription, text: str) -> OutsideAnswer:
        handling = handling_of(parcel.template)
        headers = {
            "Authorization": self._key.authorization(subscription.endpoint, self._clock.now()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(handling.keeps.total_seconds())),
            "Urgency": handling.urgency,
            "Topic": parcel.key.hex,
        }
        try:
            body = encrypted(subscription, _said(parcel, text))
        except KeysError as error:
            # Kept since before such keys were refused.
            raise GoneDeliveryError("push_keys", subscription.endpoint) from error
        return self._services.post(subscription.endpoint, headers, body)


def _said(parcel: Parcel, text: str) -> bytes:
    """What the page's worker reads. A link that leaves no room for it is left out."""
    told = {"title": parcel.message.subject or "", "body": text, "tag": parcel.key.hex}
    whole = json.dumps({**told, "link": parcel.message.link}, ensure_ascii=False).encode()
    return whole if len(whole) <= MOST else json.dumps(told, ensure_ascii=False).encode()


def _refusal(answer: OutsideAnswer, subscription: Subscription) -> DeliveryError:
    reason = f"push_{answer.status}"
    if answer.status in GONE:
        return GoneDeliveryError("push_gone", subscription.endpoint)
    if answer.status in NOT_TAKEN:
        return TransientDeliveryError(reason, _pause(answer.retry_after))
    # The others, a key that the service does not know among them (401, 403), no repetition mends.
    return UnknownDeliveryError(reason) if answer.status >= 500 else PermanentDeliveryError(reason)


def _pause(retry_after: str | None) -> timedelta:
    """What the service asks for in seconds; a date is passed over, as our own pauses grow anyhow."""
    return timedelta(seconds=min(int(retry_after), 86_400)) if retry_after and retry_after.isdecimal() else timedelta(0)


def configured() -> Push | None:
    """None without a contact and a secret."""
    told = load_settings(PushSettings)
    if not (told.push_contact and told.push_key):
        return None
    key = VapidKey(lambda: resolve(told.push_key), told.push_contact)
    return Push(key, PushServices(told.push_hosts, told.push_sandbox))
