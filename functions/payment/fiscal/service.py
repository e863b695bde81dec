"""Settlement receipts, and the registration of all receipts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from core.claimed_work import ClaimedWork
from core.clock import Clock
from core.context import current_flow, flow
from core.jobs import Turn
from core.observability import logger
from payment.attempts.domain import Attempt, poll_wait
from payment.attempts.events import emit
from payment.fiscal.ports import Work
from payment.gateways.fiscal_words import ReceiptStatus
from payment.gateways.port import (
    ClosingReceipt,
    Gateway,
    GatewayFaultError,
    GatewayRefusedError,
    GatewayUnreachableError,
    NotYetError,
    RequestNeverSentError,
)
from payment.receipts.errors import ContactUnavailableError
from payment.receipts.life import (
    NO_RECIPIENT,
    NO_SUCH_CALL,
    PATIENCE,
    StoredReceipt,
    apply_registration,
    at_own_till,
    overdue,
    reordered,
    unanswered,
    view,
    with_status,
)
from payment.receipts.plan import of_kind, settlement_receipt
from payment.receipts.ports import POLL_RECEIPTS
from payment.receipts.service import Receipts, store
from payment.refunds.domain.refund import order_of
from shared_schemas.events.bookings import BookingBalanceChanged, BookingCompleted, BookingNoShow
from shared_schemas.payment.receipts import FiscalReceipt
from shared_schemas.providers import ADVANCES, DESK_METHODS
from shared_schemas.visits.status import BookingStatus

OVER: frozenset[BookingStatus] = frozenset({"completed", "no_show"})


class Fiscal:
    """Orders receipts that do not belong to a payment call, and asks gateways about registrations."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, gateways: Mapping[str, Gateway], receipts: Receipts
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways
        self._receipts = receipts
        self._work = ClaimedWork[tuple[StoredReceipt, Attempt]](
            POLL_RECEIPTS,
            unit_of_work,
            self._claim,
            lambda claimed: self._ask(*claimed),
            key=lambda claimed: claimed[0].id,
            asked=lambda claimed: claimed[1].provider,
        )

    def settle(self, event: BookingCompleted | BookingNoShow | BookingBalanceChanged) -> None:
        """After a visit, order the settlement receipt of each prepayment, once however often this is called. That
        includes money that came after the visit by a link from before it: its receipt is one of a prepayment too."""
        if event.status not in OVER:
            return
        for receipt_id in self._plan(event.booking_id):
            self.carry_out(receipt_id)

    def run(self, turn: Turn) -> int:
        """Order and ask while any are due and there is time; returns how many were done.

        A gateway that does not answer is skipped for the rest of the run."""
        return self._work.run(turn)

    def carry_out(self, receipt_id: UUID) -> None:
        """One receipt, unless another worker has it; what is not done now is done by `run`."""
        self._work.now([receipt_id])

    def retry(self, receipt_id: UUID) -> FiscalReceipt:
        """Order a rejected settlement receipt again, under another id: the first one stays cancelled.

        `ReceiptNotFoundError`, `ReceiptNotRetriableError`."""
        with self._unit_of_work() as work:
            payment_id = work.receipts.get(receipt_id).payment_id
            work.attempts.get(payment_id, lock=True)
            before = work.receipts.get(receipt_id)
            store(work, before, reordered(before, self._clock.now()))
            work.commit()
        self.carry_out(receipt_id)
        with self._unit_of_work() as work:
            return view(work.receipts.get(receipt_id))

    def _plan(self, booking_id: UUID) -> list[UUID]:
        with self._unit_of_work() as work:
            planned = [row.id for attempt in work.attempts.counted(booking_id) if (row := self._settled(work, attempt))]
            work.commit()
            return planned

    def _settled(self, work: Work, attempt: Attempt) -> StoredReceipt | None:
        rows = work.receipts.of_payment(attempt.payment_id)
        row, now = settlement_receipt(uuid4(), rows, self._receipts.policy, self._clock.now()), self._clock.now()
        if row and attempt.provider in (*DESK_METHODS, *ADVANCES):
            work.receipts.add(at_own_till(row, now))
            return None
        return row if row and work.receipts.add(row) else None

    def _claim(self, receipt_id: UUID | None, without: Collection[str]) -> tuple[StoredReceipt, Attempt] | None:
        """Postponing its next attempt first keeps others from ordering it at the same time."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            row = work.receipts.due(now, receipt_id, without)
            if row is None:
                return None
            next_turn = now + poll_wait(now - row.created_at)
            counted = row.attempts + 1 if row.status == "planned" else row.attempts
            claimed = replace(row, attempts=counted, next_attempt_at=next_turn)
            work.receipts.claim(claimed)
            attempt = work.attempts.get(row.payment_id)
            work.commit()
            return claimed, attempt

    def _ask(self, row: StoredReceipt, attempt: Attempt) -> bool:
        """False if the gateway does not answer."""
        gateway = self._gateways.get(attempt.provider)
        with flow(attempt.correlation_id, current_flow().causation_id):
            if gateway is None:
                logger.error("A receipt's gateway is switched off", receipt_id=str(row.id), provider=attempt.provider)
                self._store(row, overdue(row, self._clock.now()))
                return False
            try:
                after = self._asked(gateway, row, attempt)
            except NotYetError as error:
                self._never_left(row)
                logger.info("A receipt has to wait", receipt_id=str(row.id), why=str(error))
                return True
            except (ContactUnavailableError, RequestNeverSentError) as error:
                self._never_left(row)
                logger.warning("A receipt waits", receipt_id=str(row.id), why=str(error))
                self._store(row, overdue(row, self._clock.now()))
                return False
            except GatewayFaultError as error:
                self._never_left(row)
                return not error.general
            except GatewayUnreachableError as error:
                logger.warning("A gateway does not answer", provider=attempt.provider, error=str(error))
                self._store(row, overdue(row, self._clock.now()))
                return False
            self._store(row, after if after.status != row.status else overdue(after, self._clock.now()))
            return True

    def _asked(self, gateway: Gateway, row: StoredReceipt, attempt: Attempt) -> StoredReceipt:
        if row.status == "planned":
            return self._ordered(gateway, row, attempt)
        try:
            told = self._told(gateway, row, attempt)
        except GatewayRefusedError as error:
            logger.warning("A gateway says nothing of a receipt", receipt_id=str(row.id), why=str(error))
            told = None
        now = self._clock.now()
        return apply_registration(row, told, now) if told else unanswered(row, now)

    def _ordered(self, gateway: Gateway, row: StoredReceipt, attempt: Attempt) -> StoredReceipt:
        now, receipt = self._clock.now(), self._receipts.addressed(row)
        if receipt is None:
            return with_status(row, "canceled", now, NO_RECIPIENT)
        age = now - row.created_at
        others = self._beside(attempt)
        closing = ClosingReceipt(row.order_id, attempt.gateway_payment_id or "", receipt, row.attempts > 1, age, others)
        try:
            found = gateway.closing_receipt(closing)
        except GatewayFaultError as error:
            if age < PATIENCE:
                raise
            return with_status(row, "canceled", now, error.code)
        except GatewayRefusedError as error:
            return with_status(row, "canceled", now, error.code)
        if found is None:
            return with_status(row, "unsupported", now, NO_SUCH_CALL)
        return replace(apply_registration(replace(row, failure=None), found.status, now), gateway_receipt_id=found.id)

    def _beside(self, attempt: Attempt) -> frozenset[str]:
        """The gateway's closing receipts of other visits that were paid at once with this one."""
        with self._unit_of_work() as work:
            others = [part for part in work.attempts.parts(attempt) if part.payment_id != attempt.payment_id]
            rows = [of_kind(work.receipts.of_payment(part.payment_id), "settlement") for part in others]
        return frozenset(row.gateway_receipt_id for row in rows if row and row.gateway_receipt_id)

    def _told(self, gateway: Gateway, row: StoredReceipt, attempt: Attempt) -> ReceiptStatus | None:
        if row.kind == "settlement":
            found = gateway.fetch_receipt(row.gateway_receipt_id or "")
            return found.status if found else None
        if row.refund_id is None:
            return gateway.receipt_status(attempt.gateway_payment_id or "")
        with self._unit_of_work() as work:
            order = order_of(work.refunds.get(row.refund_id), attempt, work.refunds.refunded(row.payment_id))
        return gateway.receipt_status(attempt.gateway_payment_id or "", order)

    def _never_left(self, row: StoredReceipt) -> None:
        """No call with its id was sent, so a second receipt is impossible."""
        if row.status == "planned":
            with self._unit_of_work() as work:
                work.receipts.claim(replace(row, attempts=row.attempts - 1))
                work.commit()

    def _store(self, before: StoredReceipt, after: StoredReceipt) -> None:
        if after == before:
            return
        with self._unit_of_work() as work:
            attempt = work.attempts.get(before.payment_id, lock=True)
            emit(work, attempt, store(work, before, after))
            work.commit()
