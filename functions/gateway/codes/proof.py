"""What follows from the proof that somebody is reached at an address: the one place where that is recorded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from gateway.accounts.domain import User
from gateway.codes.domain import Address
from gateway.codes.errors import PasswordRequiredError
from gateway.codes.ports import Work
from gateway.guests.joining import joined
from shared_schemas.common import Role
from shared_schemas.events.accounts import AccountAccessEnded, AccountPasswordChanged
from shared_schemas.events.studio import ConsentRevoked


def whose(work: Work, address: Address, *, locked: bool = False) -> User | None:
    """Whoever has confirmed the address. An e-mail, which only one account may name, may also be unconfirmed."""
    find = work.users.by_email if address.channel == "email" else work.users.by_phone
    return find(address.value, locked=locked)


def settle(work: Work, address: Address, now: datetime, newcomer: Callable[[], User]) -> User:
    """The account, locked, of who has just proved to be reached at this address; if need be, `newcomer` makes one.

    `PasswordRequiredError` for staff, unless it is their confirmed e-mail: a phone's number is too easy to take over,
    and an e-mail that an administrator mistyped may be a stranger's."""
    holder = whose(work, address, locked=True)
    if holder is None:
        return _added(work, newcomer())
    if holder.role is not Role.CLIENT and (address.channel == "sms" or holder.email_confirmed_at is None):
        raise PasswordRequiredError
    if address.channel == "sms" or holder.email_confirmed_at:
        return holder
    if holder.phone_confirmed_at:
        # Its owner is known by the phone, and is not who has this e-mail.
        _released(work, holder)
        return _added(work, newcomer())
    return taken_over(work, holder, now)


def make_way(work: Work, address: Address, owner: User) -> None:
    """Who has an account has just proved to be reached at this address: no client's mere word keeps it from them.

    The other account loses the e-mail, and nothing else; what is confirmed there, or of the staff, stays."""
    holder = whose(work, address, locked=True)
    if address.channel == "sms" or holder is None or holder.id == owner.id:
        return
    if holder.role is Role.CLIENT and holder.email_confirmed_at is None:
        _released(work, holder)


def may_reset(user: User) -> bool:
    """Whether a link to the user's e-mail sets a new password: only to who is known to be reached there.

    An account that nobody has proved to own belongs to whoever is; see `taken_over`."""
    unclaimed = user.role is Role.CLIENT and user.phone_confirmed_at is None
    return user.disabled_at is None and (user.email_confirmed_at is not None or unclaimed)


def reached(user: User) -> Address | None:
    """Where the user is known to be reached."""
    if user.email_confirmed_at and user.email:
        return Address("email", user.email)
    return Address("sms", user.phone) if user.phone_confirmed_at and user.phone else None


def welcome(work: Work, user: User) -> None:
    """What was booked with the user's confirmed addresses before there was an account belongs to it from now on."""
    if news := joined(work.guests, user):
        work.emit(news)


def confirmed(user: User, address: Address, now: datetime) -> User:
    """The user, reached at this address from now on."""
    if address.channel == "email":
        return replace(user, email=address.value, email_confirmed_at=now)
    return replace(user, phone=address.value, phone_confirmed_at=now)


def _released(work: Work, holder: User) -> None:
    work.users.update(replace(holder, email=None))


def _added(work: Work, user: User) -> User:
    work.users.add(user)
    return user


def taken_over(work: Work, holder: User, now: datetime) -> User:
    """Somebody registered with this e-mail and never proved to have it: maybe not the person who now did.

    So nothing that was said then counts any more, above all no password, and no secret address that was made works.
    What was booked stays."""
    if holder.password_hash:
        work.emit(AccountPasswordChanged(account_id=holder.id))
    user = replace(
        confirmed(holder, Address("email", holder.email or ""), now), password_hash=None, phone=None, full_name=""
    )
    work.users.update(user)
    if work.consents.revoke(user.id, "advertising", now):
        work.emit(ConsentRevoked(account_id=user.id, kind="advertising"))
    work.sessions.end_all(user.id, "address_proved", now)
    work.emit(AccountAccessEnded(account_id=user.id, reason="taken_over"))
    return user
