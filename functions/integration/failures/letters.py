"""Dead letters: collected from the broker; staff decide what happens to them."""

from collections.abc import Callable, Sequence
from uuid import UUID

from core.clock import Clock
from core.context import flow
from core.http.paging import decode_cursor, encode_cursor, paged
from core.observability import count, logger
from core.trail.deed import note
from integration.failures.domain import Handling, Letter, report
from integration.failures.errors import QueueNotFoundError
from integration.failures.ports import DeadQueues, LetterWork
from shared_schemas.common import Page
from shared_schemas.integration.failures import (
    MAX_LETTERS,
    DeadLetter,
    DeadLetterDetail,
    DeadLetterQueue,
    DeadLettersQuery,
    LettersHandled,
)

# SQS takes as many in one request.
BATCH = 10


class DeadLetters:
    """Keeps every dead letter until somebody redelivers or discards it."""

    def __init__(self, unit_of_work: Callable[[], LetterWork], clock: Clock, queues: DeadQueues) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._queues = queues

    def collect(self, letter: Letter) -> None:
        """Store a dead letter and report it, once however often it comes."""
        with self._unit_of_work() as work:
            if not work.dead_letters.add(letter):
                return
            error = report(letter)
            with flow(letter.correlation_id, str(letter.event_id) if letter.event_id else None):
                if error:
                    work.emit(error)
                work.commit()
        logger.error("A subscriber gave an event up", queue=letter.queue, event_type=letter.type)
        count("DeadLettersCollected", queue=letter.queue)

    def queues(self) -> list[DeadLetterQueue]:
        """The fullest first. `BrokerUnavailableError`."""
        depths = self._queues.depths()
        with self._unit_of_work() as work:
            waiting = work.dead_letters.waiting()
        queues = [
            DeadLetterQueue(name=name, waiting=waiting.get(name, 0), messages=messages, in_flight=in_flight)
            for name, (messages, in_flight) in depths.items()
        ]
        return sorted(queues, key=lambda queue: (-queue.waiting - queue.messages - queue.in_flight, queue.name))

    def page(self, queue: str, query: DeadLettersQuery) -> Page[DeadLetter]:
        """The newest first. `QueueNotFoundError`, `InvalidCursorError`."""
        self._require(queue)
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.dead_letters.page(queue, query, after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.collected_at, last.id))

    def get(self, queue: str, letter_id: UUID) -> DeadLetterDetail:
        """`DeadLetterNotFoundError` if there is none."""
        with self._unit_of_work() as work:
            return work.dead_letters.get(queue, letter_id)

    def redrive(self, queue: str, ids: Sequence[UUID] | None, actor: UUID) -> LettersHandled:
        """Deliver letters again. Each batch is marked after the queue took it: a crash in between delivers it twice,
        which subscribers tolerate. `QueueNotFoundError`, `BrokerUnavailableError`."""
        self._require(queue)
        done = 0
        while done < MAX_LETTERS and (sent := self._redrive_batch(queue, ids, actor)):
            done += sent
        return self._handled(queue, done)

    def discard(self, queue: str, ids: Sequence[UUID], reason: str, actor: UUID) -> LettersHandled:
        """Discard letters; they stay readable. `QueueNotFoundError`."""
        self._require(queue)
        handling = Handling(actor, self._clock.now(), reason)
        with self._unit_of_work() as work:
            claimed = [letter_id for letter_id, _ in work.dead_letters.claim(queue, ids, MAX_LETTERS)]
            if claimed:
                work.dead_letters.handle(claimed, "discarded", handling)
                note(target=f"queue:{queue}", after={"letters": claimed}, why=reason)
                work.commit()
        return self._handled(queue, len(claimed))

    def _redrive_batch(self, queue: str, ids: Sequence[UUID] | None, actor: UUID) -> int:
        handling = Handling(actor, self._clock.now())
        with self._unit_of_work() as work:
            claimed = work.dead_letters.claim(queue, ids, BATCH)
            if not claimed:
                return 0
            taken = self._queues.redrive(queue, [body for _, body in claimed])
            sent = [letter_id for (letter_id, _), took in zip(claimed, taken, strict=True) if took]
            if sent:
                work.dead_letters.handle(sent, "redriven", handling)
                note(target=f"queue:{queue}", after={"letters": sent})
                work.commit()
            return len(sent)

    def _handled(self, queue: str, number: int) -> LettersHandled:
        with self._unit_of_work() as work:
            return LettersHandled(handled=number, waiting=work.dead_letters.waiting().get(queue, 0))

    def _require(self, queue: str) -> None:
        known = self._queues.names()
        if queue not in known:
            raise QueueNotFoundError(queue=queue, known=", ".join(sorted(known)))
