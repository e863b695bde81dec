"""The messages of one queue, in the order in which they fall due. ministack has them in a list, and reads all of it for
each message that is taken or deleted: a backlog of a hundred thousand then takes a tenth of a second a batch."""

import asyncio
import copy
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, ClassVar, SupportsIndex
from uuid import uuid4
from weakref import WeakSet

Message = dict[str, Any]
"""As ministack has it; a receipt handle is that of the last delivery."""


class Backlog:
    """Used as the list is that it takes the place of; what hands out messages asks `take`."""

    _every: ClassVar["WeakSet[Backlog]"] = WeakSet()

    def __init__(self, messages: Sequence[Message] = ()) -> None:
        self._messages = {message["id"]: message for message in messages}
        self._numbers = count()
        self._due = [(message["visible_at"], next(self._numbers), message) for message in messages]
        heapify(self._due)
        self._handles = {message["receipt_handle"]: message for message in messages if message["receipt_handle"]}
        self._waiting: set[asyncio.Future[None]] = set()
        self._every.add(self)

    def __iter__(self) -> Iterator[Message]:
        return iter(list(self._messages.values()))

    def __len__(self) -> int:
        return len(self._messages)

    def __getitem__(self, index: SupportsIndex) -> Message:
        if int(index) == -1:
            return self._messages[next(reversed(self._messages))]
        return list(self._messages.values())[index]

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Message]:
        """What is saved is a list, which any ministack reads."""
        return copy.deepcopy(list(self._messages.values()), memo)

    @property
    def oldest(self) -> Message | None:
        return next(iter(self._messages.values()), None)

    def append(self, message: Message) -> None:
        message.setdefault("receipt_handle", None)
        self._messages[message["id"]] = message
        self.put_off(message)

    def remove(self, message: Message) -> None:
        del self._messages[message["id"]]
        self._handles.pop(message["receipt_handle"], None)

    def clear(self) -> None:
        self._messages.clear()
        self._handles.clear()
        self._due.clear()

    def put_off(self, message: Message) -> None:
        """Its time of falling due was set, or set anew."""
        heappush(self._due, (message["visible_at"], next(self._numbers), message))
        self.wake()

    def wake(self) -> None:
        """Whoever waits looks again."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    @classmethod
    def wake_all(cls) -> None:
        """Whoever waits, whatever for, looks again."""
        for backlog in list(cls._every):
            backlog.wake()

    def held(self, handle: str) -> Message | None:
        """The message of a receipt."""
        return self._handles.get(handle)

    def take(self, most: int, now: float, visible_at: float, patience: int) -> tuple[list[Message], list[Message]]:
        """Messages that are due, hidden until `visible_at`, and those that were delivered `patience` times already (0
        is any number of times), as they are."""
        taken: list[Message] = []
        spent: list[Message] = []
        while len(taken) < most and (message := self._next(now)):
            heappop(self._due)
            if patience and message.get("receive_count", 0) >= patience:
                spent.append(message)
            else:
                self._deliver(message, now, visible_at)
                taken.append(message)
        return taken, spent

    async def changed(self, now: float, seconds: float) -> None:
        """Wait until a message comes, or one falls due, or the time is up."""
        self._next(now)
        soonest = self._due[0][0] - now if self._due else seconds
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await asyncio.wait([waiting], timeout=max(0.0, min(soonest, seconds)))
        finally:
            self._waiting.discard(waiting)

    def _next(self, now: float) -> Message | None:
        """The first that is due; entries on the way to it that say what is not true any more are dropped."""
        while self._due:
            at, _, message = self._due[0]
            if self._messages.get(message["id"]) is message and message["visible_at"] == at:
                return message if at <= now else None
            heappop(self._due)
        return None

    def _deliver(self, message: Message, now: float, visible_at: float) -> None:
        self._handles.pop(message["receipt_handle"], None)
        message["receipt_handle"] = handle = str(uuid4())
        message["visible_at"] = visible_at
        message["receive_count"] = message.get("receive_count", 0) + 1
        message["first_receive_at"] = message.get("first_receive_at") or now
        self._handles[handle] = message
        heappush(self._due, (visible_at, next(self._numbers), message))


def backlog_of(queue: dict[str, Any]) -> Backlog:
    """A queue's messages; ministack puts a list in their place here and there."""
    messages = queue["messages"]
    if not isinstance(messages, Backlog):
        queue["messages"] = messages = Backlog(messages)
    return messages
