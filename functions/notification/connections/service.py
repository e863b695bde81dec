"""Which messengers bring somebody's messages: connected by a link that works once, looked at, taken away."""

from collections.abc import Callable, Mapping

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from notification.channels.bots import Bot
from notification.connections.callers import subject_of
from notification.connections.domain import LIFE, digest, made
from notification.connections.errors import MessengerOffError
from notification.connections.ports import Work
from shared_schemas.channels import Messenger
from shared_schemas.messages.connections import ConnectedMessenger, ConnectedMessengers, ConnectLink


class Connecting:
    """For who has signed in: of all their messages; for who has the link of a booking: of those about that one."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, bots: Mapping[Messenger, Bot]) -> None:
        """`bots` are those that the studio has."""
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._bots = bots

    def of(self, caller: Identity) -> ConnectedMessengers:
        """Those that the studio has, and which of them are connected."""
        with self._unit_of_work() as work:
            known = work.connections.of(subject_of(caller))
        shown = [ConnectedMessenger(channel=each, connected_at=known.get(each)) for each in self._bots]
        return ConnectedMessengers(messengers=shown)

    def link(self, channel: Messenger, caller: Identity) -> ConnectLink:
        """A link in place of every earlier one. `MessengerOffError`."""
        if (bot := self._bots.get(channel)) is None:
            raise MessengerOffError
        token, until = made(), self._clock.now() + LIFE
        with self._unit_of_work() as work:
            work.connections.offer(subject_of(caller), channel, digest(token), until)
            note(target=f"account:{caller.user_id}")
            work.commit()
        return ConnectLink(url=bot.link(token), expires_at=until)

    def remove(self, channel: Messenger, caller: Identity) -> None:
        """Messages go there no more; twice is no error."""
        with self._unit_of_work() as work:
            work.connections.unbind(subject_of(caller), channel)
            note(target=f"account:{caller.user_id}")
            work.commit()
