"""What nobody could handle: collected from the broker, decided on by staff."""

from collections.abc import Callable, Sequence
from uuid import UUID

from core.clock import Clock
from core.context import flow
from core.observability import count, logger
from core.paging import decode_cursor, encode_cursor
from integration.domain_failures import Handling, Letter, report
from integration.errors_failures import QueueNotFoundError
from integration.ports_failures import DeadQueues, FailureWork
from shared_schemas.common import Page
from shared_schemas.failures import (
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
    """Keeps every dead letter until somebody has it delivered again or gives it up."""

    def __init__(self, unit_of_work: Callable[[], FailureWork], clock: Clock, queues: DeadQueues) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._queues = queues

    def collect(self, letter: Letter) -> None:
        """Keep a letter that its queue is about to forget, and report it, once however often it comes."""
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
        """The fullest first."""
        depths = self._queues.depths()
        with self._unit_of_work() as work:
            waiting = work.dead_letters.waiting()
        queues = [
            DeadLetterQueue(name=name, waiting=waiting.get(name, 0), messages=messages, in_flight=in_flight)
            for name, (messages, in_flight) in depths.items()
        ]
        return sorted(queues, key=lambda queue: (-queue.waiting - queue.messages - queue.in_flight, queue.name))

    def page(self, queue: str, query: DeadLettersQuery) -> Page[DeadLetter]:
        """The newest first."""
        self._require(queue)
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.dead_letters.page(queue, query, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].collected_at, page[-1].id) if more else None)

    def get(self, queue: str, letter_id: UUID) -> DeadLetterDetail:
        with self._unit_of_work() as work:
            return work.dead_letters.get(queue, letter_id)

    def redrive(self, queue: str, ids: Sequence[UUID] | None, actor: UUID) -> LettersHandled:
        """Deliver letters once more. Each batch is marked after the queue took it: a crash in between delivers it
        twice, which subscribers tolerate."""
        self._require(queue)
        done = 0
        while done < MAX_LETTERS and (sent := self._redrive_batch(queue, ids, actor)):
            done += sent
        return self._handled(queue, done)

    def discard(self, queue: str, ids: Sequence[UUID], reason: str, actor: UUID) -> LettersHandled:
        """Give letters up; they stay readable."""
        self._require(queue)
        handling = Handling(actor, self._clock.now(), reason)
        with self._unit_of_work() as work:
            claimed = [letter_id for letter_id, _ in work.dead_letters.claim(queue, ids, MAX_LETTERS)]
            if claimed:
                work.dead_letters.handle(claimed, "discarded", handling)
                work.actions.add("discard", f"queue:{queue}", handling, {"letters": [str(each) for each in claimed]})
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
                work.actions.add("redrive", f"queue:{queue}", handling, {"letters": [str(each) for each in sent]})
                work.commit()
            return len(sent)

    def _handled(self, queue: str, number: int) -> LettersHandled:
        with self._unit_of_work() as work:
            return LettersHandled(handled=number, waiting=work.dead_letters.waiting().get(queue, 0))

    def _require(self, queue: str) -> None:
        known = self._queues.names()
        if queue not in known:
            raise QueueNotFoundError(queue=queue, known=", ".join(sorted(known)))
