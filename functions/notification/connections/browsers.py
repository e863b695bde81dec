"""Which browser brings somebody's messages: the one that was subscribed last, for a message goes there once."""

from collections.abc import Callable

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from notification.channels.push.subscription import Subscription
from notification.connections.callers import subject_of
from notification.connections.domain import digest
from notification.connections.errors import PushKeysError, PushOffError, PushServiceUnknownError
from notification.connections.ports import Browsers, Work
from shared_schemas.channels import Channel
from shared_schemas.messages.connections import BrowserNotifications, BrowserSubscription

PUSH: Channel = "push"


class ConnectingBrowsers:
    """For whom, as with messengers."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, push: Browsers | None) -> None:
        """`push` is None where the studio has none."""
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._push = push

    def of(self, caller: Identity) -> BrowserNotifications | None:
        """What a browser needs to subscribe, and which one is subscribed; None where the studio has none."""
        if self._push is None:
            return None
        with self._unit_of_work() as work:
            known = work.connections.connected(subject_of(caller), PUSH)
        if known is None:
            return BrowserNotifications(key=self._push.public)
        return BrowserNotifications(key=self._push.public, connected_at=known.since, browser=digest(known.chat))

    def connect(self, request: BrowserSubscription, caller: Identity) -> BrowserNotifications:
        """Messages go to this browser, and to no other. `PushOffError`, `PushServiceUnknownError`, `PushKeysError`."""
        if self._push is None:
            raise PushOffError
        subscription = Subscription(request.endpoint, request.p256dh, request.auth)
        if not self._push.serves(subscription):
            raise PushServiceUnknownError
        if not self._push.can_encrypt(subscription):
            raise PushKeysError
        now, keys = self._clock.now(), f"{subscription.p256dh}.{subscription.auth}"
        with self._unit_of_work() as work:
            work.connections.bind([subject_of(caller)], PUSH, subscription.endpoint, now, keys)
            note(target=f"account:{caller.user_id}")
            work.commit()
        return BrowserNotifications(key=self._push.public, connected_at=now, browser=digest(subscription.endpoint))

    def remove(self, caller: Identity) -> None:
        """Messages go to no browser; twice is no error."""
        with self._unit_of_work() as work:
            work.connections.unbind(subject_of(caller), PUSH)
            note(target=f"account:{caller.user_id}")
            work.commit()
