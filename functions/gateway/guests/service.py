"""Use cases of guests: the booking service has them let in, and tokens made for the bookings that stand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.keys.signing import Keys
from core.tokens import USERS, sign
from gateway.consents.giving import record
from gateway.guests.domain import Guest, GuestLifetimes, find, phone_key
from gateway.guests.errors import GuestLinkError
from gateway.guests.links import Link, kept_as, opened, sealed, shortened
from gateway.guests.ports import Work
from gateway.keys.data_keys import DataKeys
from shared_schemas.channels import CONNECTED, Channel
from shared_schemas.common import Role
from shared_schemas.gateway.consents import ConsentNotOwnError
from shared_schemas.gateway.recipients import WrittenBooking
from shared_schemas.guests import (
    AdmittedGuest,
    GuestAdmission,
    GuestGrant,
    GuestGrantRequest,
    GuestToken,
)


class Guests:
    """Let guests in, and give them what opens their booking."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        keys: Keys,
        lifetimes: GuestLifetimes,
        data_keys: DataKeys,
        page: Callable[[], str],
        short_links: Callable[[], str],
    ) -> None:
        """`data_keys` sign links and hide numbers; `page` is where links lead, and those in text messages begin with
        `short_links`."""
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._keys = keys
        self._lifetimes = lifetimes
        self._data_keys = data_keys
        self._page = page
        self._short_links = short_links

    def admit(self, request: GuestAdmission, key: IdempotencyKey | None) -> AdmittedGuest:
        """A new guest, whoever has this number or e-mail already; of whom staff tell may be somebody known.

        `ConsentOutdatedError`; `ConsentNotOwnError` where staff agree to advertising for somebody else."""
        if request.by_staff and any(each.document == "advertising" for each in request.consents):
            raise ConsentNotOwnError
        with self._unit_of_work() as work:
            return work.once(key, AdmittedGuest, lambda: self._admit(work, request))

    def grant(self, guest_id: UUID, request: GuestGrantRequest) -> GuestGrant:
        """The booking stands: the guest is kept from now on, and gets in. `GuestNotFoundError`."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            guest = work.guests.get(guest_id)
            work.guests.note_booking(guest_id, now)
            work.commit()
        link = Link(guest.id, request.booking_id, self._end(request.ends_at))
        left = link.expires_at - self._lifetimes.link - now
        return GuestGrant(
            access_token=self._token(link, now, min(left + self._lifetimes.access, self._lifetimes.longest)),
            manage_url=self._url(link),
        )

    def url(self, client_id: UUID, channel: Channel, booking: WrittenBooking) -> str | None:
        """What opens a booking from a message to its customer, who has an account or none; None for staff.

        Nobody has proved the address of a guest either: it is the one that was given for the booking, and the link
        opens nothing else."""
        with self._unit_of_work() as work:
            holder = work.guests.holder(client_id)
            known = work.guests.addresses(holder) if holder else {}
            # What is connected is no address of an account: what is sent there lives as long as the first of those.
            sent_to = next(iter(known.values()), None) if channel in CONNECTED else known.get(channel)
            if holder is None or sent_to is None:
                return None
            link = Link(holder, booking.booking_id, self._end(booking.ends_at))
            if channel != "sms":
                return self._url(link, sent_to)
            short = shortened(link, self._data_keys.making(), sent_to)
            work.short_links.keep(kept_as(short), link)
            work.commit()
        return f"{self._short_links()}/{short}"

    def holders(self, phone: str) -> list[UUID]:
        """Guests with this number, and accounts whose owners have proved it."""
        with self._unit_of_work() as work:
            return [each.id for each in work.guests.with_phone(phone) if each.is_sure or not each.has_account]

    def page_of(self, short: str) -> str:
        """Where a short link leads: the page says it itself where it opens nothing."""
        with self._unit_of_work() as work:
            link = work.short_links.find(kept_as(short))
            number = work.guests.addresses(link.holder_id).get("sms") if link else None
        if link is None or number is None:
            return f"{self._page()}#{short}"
        # Whoever stole the key by which it was made can make it.
        holds = any(shortened(link, key, number) == short for key in self._data_keys.valid())
        return self._url(link, number) if holds else f"{self._page()}#{short}"

    def exchange(self, link: str) -> GuestToken:
        """A new access token for the secret of a link. `GuestLinkError`."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            # Of a guest who has joined an account, the one who has the link may be somebody else.
            found = opened(link, self._data_keys.valid(), now, lambda holder: work.guests.addresses(holder).values())
        if found is None:
            raise GuestLinkError
        lifetime = min(self._lifetimes.exchanged, found.expires_at - now)
        token = self._token(found, now, lifetime)
        return GuestToken(access_token=token, expires_in=int(lifetime.total_seconds()), booking_id=found.booking_id)

    def _admit(self, work: Work, request: GuestAdmission) -> AdmittedGuest:
        known = work.guests.with_phone(request.phone)
        found = find(known, request) if request.by_staff else None
        guest_id = found.id if found else self._new(work, request)
        record(work, guest_id, "booking", self._clock.now(), consents=request.consents)
        return AdmittedGuest(
            id=guest_id,
            has_account=found is not None and found.has_account,
            phone_key=phone_key(self._data_keys.counting(), request.phone),
            same_phone=[one.id for one in known],
        )

    def _new(self, work: Work, request: GuestAdmission) -> UUID:
        now = self._clock.now()
        told = {name: getattr(request, name) for name in ("full_name", "phone", "email", "locale", "by_staff")}
        # Staff know whom they told of: that one is kept, whether or not this booking comes about.
        guest = Guest(id=uuid4(), **told, created_at=now, booked_at=now if request.by_staff else None)
        work.guests.add(guest)
        return guest.id

    def _end(self, visit_ends_at: datetime) -> datetime:
        # A visit may be over already: staff enter those as well.
        return max(visit_ends_at, self._clock.now()) + self._lifetimes.link

    def _url(self, link: Link, sent_to: str = "") -> str:
        return f"{self._page()}#{sealed(link, self._data_keys.making(), sent_to)}"

    def _token(self, link: Link, now: datetime, lifetime: timedelta) -> str:
        who = Identity(str(link.holder_id), Role.CLIENT, booking=link.booking_id)
        return sign(who, issuer=USERS, key=self._keys[USERS], now=now, lifetime=lifetime, kind="access")
