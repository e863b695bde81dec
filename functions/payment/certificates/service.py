"""Use cases of certificates and passes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import note
from payment.certificates import codes
from payment.certificates.domain import StoredCertificate, blocked, paid_by
from payment.certificates.errors import BuyerNotFoundError, CertificateNotFoundError, CertificateUsedUpError
from payment.certificates.making import made, require_period, told
from payment.certificates.ports import Sold, Work
from payment.certificates.views import of_buyer, of_holder, of_staff, shown_entry
from payment.held_money.domain import Cause, Held, put_in, take_out
from payment.held_money.records import over_the_desk
from payment.held_money.spending import Chosen, Spending
from payment.receipts.ports import Contacts
from payment.receipts.service import Receipts
from payment.tills.entering import lock_drawer
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Page
from shared_schemas.errors import ForbiddenError
from shared_schemas.events.desk import CertificateIssued
from shared_schemas.payment.certificates import (
    Certificate,
    CertificateChanges,
    CertificateEntriesQuery,
    CertificateEntry,
    CertificateLetter,
    CertificateLookup,
    CertificatePaymentRequest,
    CertificatePayoutRequest,
    CertificateRequest,
    CertificatesQuery,
    HeldCertificate,
    NewCertificate,
)
from shared_schemas.payment.payments import Payment


class Certificates:
    """Sell them, look at them, pay with them, change and pay out what is left."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        contacts: Contacts,
        spending: Spending,
        receipts: Receipts,
        key: Callable[[], str],
    ) -> None:
        """`key` is the secret that codes follow from; where there is none, they are drawn."""
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._contacts = contacts
        self._spending = spending
        self._receipts = receipts
        self._key = key

    def sell(self, request: CertificateRequest, caller: Identity, key: IdempotencyKey | None) -> NewCertificate:
        """The certificate with its code, which is stored nowhere. A repeat with the same key tells it again; another
        one only if it was made anew since. `BuyerNotFoundError`, `CertificatePeriodError`; `CertificateNotFoundError`
        for what a repeat names and is there no more; `ContactUnavailableError`, `NoTillOpenError`."""
        if request.customer_id and self._contacts.recipient(request.customer_id) is None:
            raise BuyerNotFoundError(str(request.customer_id))
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return self._again(work, UUID(replay["certificate_id"]))
            sold = self._sold(work, request, caller)
            work.idempotency.remember(key, {"certificate_id": str(sold.id)})
            work.commit()
            return sold

    def get(self, certificate_id: UUID) -> Certificate:
        """`CertificateNotFoundError`."""
        with self._unit_of_work() as work:
            return of_staff(work.certificates.get(certificate_id), self._today())

    def page(self, query: CertificatesQuery) -> Page[Certificate]:
        """Newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.certificates.page(query, after, query.limit + 1)
        shown = [of_staff(sold, self._today()) for sold in found]
        return paged(shown, query.limit, lambda last: encode_cursor(last.sold_at, last.id))

    def entries(self, certificate_id: UUID, query: CertificateEntriesQuery) -> Page[CertificateEntry]:
        """Its sale and its uses, newest first; `CertificateNotFoundError`, `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            work.certificates.get(certificate_id)
            found = work.held_money.page(certificate_id, after, query.limit + 1)
        shown = [shown_entry(entry, words) for entry, words in found]
        return paged(shown, query.limit, lambda last: encode_cursor(last.at, last.id))

    def lookup(self, request: CertificateLookup) -> HeldCertificate:
        """What is left of it, for who has its code; `CertificateNotFoundError`."""
        with self._unit_of_work() as work:
            return of_holder(work.certificates.with_code(_digest(request.code)), self._today())

    def letter(self, certificate_id: UUID) -> CertificateLetter:
        """What its buyer is written; `CertificateNotFoundError`."""
        with self._unit_of_work() as work:
            sold = work.certificates.get(certificate_id)
        code = self._code_of(sold[0])
        return of_buyer(sold, self._today(), codes.printed(code) if code else None)

    def change(self, certificate_id: UUID, changes: CertificateChanges) -> Certificate:
        """`CertificateNotFoundError`, `CertificatePeriodError`."""
        with self._unit_of_work() as work:
            before, held = _locked(work, certificate_id)
            after = before if changes.blocked is None else blocked(before, self._clock.now(), wanted=changes.blocked)
            after = replace(after, valid_until=changes.valid_until or after.valid_until)
            require_period(after)
            work.certificates.put(after)
            note(target=f"certificate:{certificate_id}", before=told(before), after=told(after))
            work.commit()
        return of_staff((after, held), self._today())

    def renew_code(self, certificate_id: UUID) -> NewCertificate:
        """A new code in place of one that was lost or seen; the old one opens nothing. `CertificateNotFoundError`."""
        with self._unit_of_work() as work:
            return self._with_new_code(work, certificate_id)

    def pay(
        self, booking_id: UUID, request: CertificatePaymentRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Payment:
        """Pay for a booking, as far as it goes. `BookingNotFoundError`, `BookingNotPayableError`, `HoldExpiredError`,
        `BookingUnavailableError`, `MoreThanDueError`; `CertificateNotFoundError`, and the refusals of `paid_by`;
        `ForbiddenError` for a client who names it by its id."""
        if request.certificate_id and not caller.is_staff:
            raise ForbiddenError
        terms = self._spending.terms(booking_id, caller)
        return self._spending.pay(
            "certificate", terms, caller, key, lambda work, now: self._chosen(work, request, terms, now)
        )

    def pay_out(self, certificate_id: UUID, request: CertificatePayoutRequest, caller: Identity) -> Certificate:
        """Give back what was paid for what is not used; `CertificateNotFoundError`, `CertificateUsedUpError`,
        `NoTillOpenError`, `NotEnoughInTillError`."""
        with self._unit_of_work() as work:
            lock_drawer(work, request.method)
            certificate, held = _locked(work, certificate_id)
            if not held.remaining:
                raise CertificateUsedUpError
            after, entry = take_out(held, self._payout(work, certificate, held, request, caller), held.remaining)
            over_the_desk(work, after, entry, request.method, request.reason)
            note(target=f"certificate:{certificate_id}", after={"worth": entry.worth, "method": request.method})
            work.commit()
        return of_staff((certificate, after), self._today())

    def _sold(self, work: Work, request: CertificateRequest, caller: Identity) -> NewCertificate:
        lock_drawer(work, request.method)
        now, certificate_id = self._clock.now(), uuid4()
        code = self._code(certificate_id)
        certificate = made(certificate_id, code, request, caller, now)
        require_period(certificate)
        held = Held(certificate_id, "certificate", request.customer_id, now)
        work.held_money.add(held)
        work.certificates.add(certificate)
        cause = Cause(
            id=uuid4(),
            kind="sold",
            at=now,
            entered_by=caller.subject,
            method=request.method,
            receipt=self._receipts.advance(request.method, name=certificate.name) if certificate.price else None,
        )
        after, entry = put_in(held, cause, certificate.face, certificate.price)
        over_the_desk(work, after, entry, request.method, request.note)
        note(target=f"certificate:{certificate_id}", after=told(certificate) | {"price": certificate.price})
        work.emit(CertificateIssued(certificate_id=certificate_id, customer_id=request.customer_id))
        return _with_code(of_staff((certificate, after), now.date()), code)

    def _code(self, certificate_id: UUID) -> str:
        key = self._key()
        return codes.made(key, certificate_id) if key else codes.new_code()

    def _code_of(self, certificate: StoredCertificate) -> str | None:
        """None for one that was made anew: it was drawn, and another key makes another."""
        code = self._code(certificate.id)
        return code if codes.digest(code) == certificate.digest else None

    def _again(self, work: Work, certificate_id: UUID) -> NewCertificate:
        # Its buyer may have been written the code meanwhile, so a repeat must not end it.
        sold = work.certificates.get(certificate_id)
        if code := self._code_of(sold[0]):
            return _with_code(of_staff(sold, self._today()), code)
        return self._with_new_code(work, certificate_id)

    def _payout(
        self,
        work: Work,
        certificate: StoredCertificate,
        held: Held,
        request: CertificatePayoutRequest,
        caller: Identity,
    ) -> Cause:
        came = work.held_money.came(held.id)
        return Cause(
            id=uuid4(),
            kind="payout",
            at=self._clock.now(),
            entered_by=caller.subject,
            method=request.method,
            receipt=self._receipts.advance(request.method, came, certificate.name) if held.worth else None,
        )

    def _with_new_code(self, work: Work, certificate_id: UUID) -> NewCertificate:
        code = codes.new_code()
        before, held = _locked(work, certificate_id)
        after = replace(before, digest=codes.digest(code), tail=codes.tail(code))
        work.certificates.put(after)
        note(target=f"certificate:{certificate_id}", before={"tail": before.tail}, after={"tail": after.tail})
        work.commit()
        return _with_code(of_staff((after, held), self._today()), code)

    def _chosen(self, work: Work, request: CertificatePaymentRequest, terms: PaymentTerms, now: datetime) -> Chosen:
        """Looked for by what was asked, then locked: what is left is what the lock finds."""
        if request.code:
            certificate_id = work.certificates.with_code(_digest(request.code))[0].id
        else:
            certificate_id = request.certificate_id or UUID(int=0)
        certificate, held = _locked(work, certificate_id)
        minutes_paid = work.certificates.minutes_paid(terms.booking_id)
        return Chosen(held, *paid_by(certificate, held, terms, minutes_paid, now))

    def _today(self) -> date:
        return self._clock.now().date()


def _digest(code: str) -> str:
    return codes.digest(codes.read(code))


def _locked(work: Work, certificate_id: UUID) -> Sold:
    held = work.held_money.get(certificate_id, lock=True)
    if held is None or held.kind != "certificate":
        raise CertificateNotFoundError
    return work.certificates.get(certificate_id)[0], held


def _with_code(certificate: Certificate, code: str) -> NewCertificate:
    return NewCertificate(**dict(certificate), code=codes.printed(code))
