"""Offers of the waitlist: a pending booking that holds the slot, made before anybody else can see that it is free."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from uuid import UUID

from booking.bookings.domain.booking import event
from booking.bookings.services.orders import Sale
from booking.bookings.services.sales import SYSTEM, Sales
from booking.calendar.ports import Claim
from booking.closures.retry import give_to_who_wants
from booking.extras.errors import PromoCodeClientLimitError, PromoCodeUsedUpError
from booking.waitlist.ports import OFFER_WAITLIST, Waiting, Work
from core.clock import Clock
from core.context import current_flow, flow
from core.jobs import Turn, put_off
from core.observability import count, logger
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.booking.waitlist import WaitlistEntry
from shared_schemas.errors import CycloramaError, RuleViolationError
from shared_schemas.events.bookings import WaitlistOffered

BATCH = 100
MINUTE = timedelta(minutes=1)


class Offers:
    """Give freed time to the first in line who can have it; a failed attempt leaves no trace and blocks no other."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales

    def offer_freed(self, work: Work, freed: Sequence[Claim]) -> None:
        """To be called right after time is given back, in the same transaction, which goes on whatever happens here.

        Closures and calendars that want the time come before customers."""
        spaces = {freed_claim.hall_id for freed_claim in freed}
        if spaces:
            give_to_who_wants(work, work.claims.lock_more(spaces) & spaces)
        stretches = {freed_claim.during for freed_claim in freed}
        wanted = work.waitlist.wanted(spaces, stretches) if freed else frozenset()
        if wanted:
            try:
                with work.savepoint():
                    # The locks serialise us with other transactions that free time: each sees the other's.
                    ours = work.claims.lock_more(wanted | spaces)
                    line = work.waitlist.waiting(spaces, stretches)
                    # Entries that others have locked at this moment are left to the job.
                    self._offer_in_turn(work, [waiting for waiting in line if waiting.spaces <= ours])
            except Exception as error:
                _note(error)

    def offer_due(self, turn: Turn | None = None) -> int:
        """Offer what is free for other reasons, as a removed closure, and close what came too late, as far as time
        allows. Returns how many were offered."""
        turn, after = turn or Turn(), None
        self._lapse(turn)
        while turn():
            with self._unit_of_work() as work:
                found = work.waitlist.servable(self._clock.now(), after, BATCH)
            turn.done += sum(self._serve(waiting, turn) for waiting in found if turn())
            if len(found) < BATCH:
                break
            after = (found[-1].entry.created_at, found[-1].entry.id)
        return turn.done

    def _lapse(self, turn: Turn) -> None:
        lapsed = BATCH
        while lapsed == BATCH and turn():
            with self._unit_of_work() as work:
                lapsed = work.waitlist.lapse(self._clock.now(), BATCH)
                work.commit()

    def _offer_in_turn(self, work: Work, line: Sequence[Waiting]) -> None:
        offered: list[Waiting] = []
        for waiting in line:
            if any(_collide(waiting, other) for other in offered):
                continue
            try:
                with work.savepoint():
                    self._offer(work, waiting.entry)
                offered.append(waiting)
            except Exception as error:
                _note(error, waiting.entry.id)

    def _serve(self, waiting: Waiting, turn: Turn) -> bool:
        """Offer in a separate transaction; an entry that cannot be served is put off, and does not block the line."""
        try:
            with self._unit_of_work() as work:
                work.claims.lock(waiting.spaces)
                still = work.waitlist.take(waiting.entry.id)
                if still:
                    self._offer(work, still.entry)
                    work.commit()
                return still is not None
        except CycloramaError as error:
            _note(error, waiting.entry.id)
            with self._unit_of_work() as work:
                work.pause(OFFER_WAITLIST, waiting.entry.id, error)
                work.commit()
        except Exception as error:
            count("WaitlistOffersFailed")
            turn.failed += 1
            put_off(self._unit_of_work, OFFER_WAITLIST, waiting.entry.id, error)
        return False

    def _offer(self, work: Work, entry: WaitlistEntry) -> None:
        # A booking's flow is for life, and this one is not that of the booking which made room for it.
        with flow(causation_id=current_flow().causation_id):
            booking = self._sold(work, entry)
            if booking.status == "pending":
                work.waitlist.set_status(entry.id, "offered", booking.id)
                work.emit(event(WaitlistOffered, booking, waitlist_id=entry.id))
            else:
                # A free booking needs no decision.
                work.waitlist.set_status(entry.id, "accepted", booking.id)

    def _sold(self, work: Work, entry: WaitlistEntry) -> Booking:
        """A slot whose promo code is no longer valid is offered without the code."""
        if entry.promo_code is None:
            return self._sales.make(work, self._sale(work, entry, entry))
        try:
            with work.savepoint():
                return self._sales.make(work, self._sale(work, entry, entry))
        except (PromoCodeClientLimitError, PromoCodeUsedUpError, RuleViolationError) as error:
            broken = error.violations if isinstance(error, RuleViolationError) else ()
            if any(violation.field != "promo_code" for violation in broken):
                raise
        return self._sales.make(work, self._sale(work, entry, entry.model_copy(update={"promo_code": None})))

    def _sale(self, work: Work, entry: WaitlistEntry, request: SlotRequest) -> Sale:
        left = (entry.start.astimezone(UTC) - self._clock.now()) / MINUTE
        return Sale(
            request,
            entry.customer_id,
            actor=SYSTEM,
            details=entry,
            hold_minutes=min(work.policies.current().offer_minutes, left),
            waitlist_id=entry.id,
            limit="hastens",
        )


def _collide(one: Waiting, other: Waiting) -> bool:
    return (
        not one.spaces.isdisjoint(other.spaces)
        and one.claim.start < other.claim.end
        and other.claim.start < one.claim.end
    )


def _note(error: Exception, entry_id: UUID | None = None) -> None:
    """An entry that cannot be served waits on; operators hear of unexpected errors only."""
    waiting = str(entry_id) if entry_id else None
    if isinstance(error, CycloramaError):
        logger.info("A waitlist entry cannot be served", waitlist_id=waiting, code=error.code)
    else:
        count("WaitlistOffersFailed")
        logger.error("Serving the waitlist failed", waitlist_id=waiting, exc_info=error)
