"""The faults of messengers and CRMs, before and after they do what they were asked for."""

import asyncio

from infra.sandbox.knobs import Knobs


class ReceiverFaults:
    """Asks the knobs."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs

    async def is_down(self) -> bool:
        """After what an answer takes: whether it is to be 500."""
        await asyncio.sleep(self._knobs.milliseconds("receiver_latency_ms") / 1000)
        return self._knobs.take("receiver_down")

    def take(self, name: str) -> bool:
        return self._knobs.take(name)
