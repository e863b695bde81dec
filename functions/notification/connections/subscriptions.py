"""Sees to it that messengers tell us of updates. MAX ends a subscription that fails for hours, and whoever has the
token may change one."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core.clock import Clock
from core.observability import count, logger
from notification.channels.bots import Bot
from notification.errors import DeliveryError
from shared_schemas.channels import Messenger

EVERY = timedelta(minutes=10)


class Subscriptions:
    """Asks each messenger, so often in each process."""

    def __init__(self, clock: Clock, bots: Mapping[Messenger, Bot], url: Callable[[], str]) -> None:
        """`url` is the address of our webhooks, without their names; empty where there is none."""
        self._clock = clock
        self._bots = bots
        self._url = url
        self._asked: datetime | None = None

    def keep(self) -> None:
        """Subscribe where that is not so; a messenger that does not answer is asked again next time."""
        now = self._clock.now()
        if not self._bots or (self._asked and now - self._asked < EVERY) or not (url := self._url()):
            return
        self._asked = now
        for channel, bot in self._bots.items():
            try:
                if bot.subscribe(f"{url.rstrip('/')}/webhooks/{channel}"):
                    logger.info("Subscribed to a bot's updates", channel=channel)
                    count("BotSubscriptions", channel=channel)
            except DeliveryError as error:
                logger.warning("A bot's updates may not arrive", channel=channel, reason=error.reason)
                count("BotSubscriptionsFailed", channel=channel)
