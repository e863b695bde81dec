"""Setting a new password by the link that was sent to the e-mail of an account."""

import hmac
from collections.abc import Callable
from dataclasses import replace

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import acts
from gateway.accounts.domain import User
from gateway.accounts.password_rules import require_strong
from gateway.accounts.ports import Passwords
from gateway.codes.domain import SentCode, reset_of, token
from gateway.codes.errors import ResetNotFoundError
from gateway.codes.limits import place_of
from gateway.codes.ports import Work
from gateway.codes.proof import may_reset, taken_over, welcome
from gateway.keys.data_keys import DataKeys
from shared_schemas.errors import NotFoundError
from shared_schemas.events.accounts import AccountPasswordChanged


class Resets:
    """Links live for an hour, so they are made with the key that counts, as codes are."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, passwords: Passwords, keys: DataKeys) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._passwords = passwords
        self._keys = keys

    def use(self, link: str, password: str, network: str) -> None:
        """Set the password and end all sessions; the link is good once. The e-mail is proved by it, too.

        `ResetNotFoundError`, `RuleViolationError` for a weak password."""
        with self._unit_of_work() as work:
            _, user = self._found(work, link)
        require_strong(password, user.email, user.full_name)
        hashed, now = self._passwords.hash(password), self._clock.now()
        with self._unit_of_work() as work:
            reset, user = self._found(work, link)
            if user.email_confirmed_at is None:
                user = taken_over(work, replace(user, password_hash=None), now)
                welcome(work, user)
            work.users.update(replace(user, password_hash=hashed))
            if user.is_staff:
                acts(Identity(str(user.id), user.role))
            work.sessions.end_all(user.id, "password_changed", now)
            work.codes.forget(reset.target)
            # Others may be trying passwords just now: the owner need not wait where the link was opened.
            work.tries.remember(user.id, place_of(self._keys.counting(), network), now)
            work.emit(AccountPasswordChanged(account_id=user.id))
            work.commit()

    def _found(self, work: Work, link: str) -> tuple[SentCode, User]:
        """The reset and its user, both locked."""
        reset_id = reset_of(link)
        reset = work.codes.get(reset_id, locked=True) if reset_id else None
        if reset is None or reset.purpose != "reset" or not reset.address or not reset.holds(self._clock.now()):
            raise ResetNotFoundError
        if not hmac.compare_digest(token(self._keys.counting(), reset.id).encode(), link.encode()):
            raise ResetNotFoundError
        try:
            user = work.users.get(reset.account_id, locked=True)
        except NotFoundError:
            raise ResetNotFoundError from None
        if user.email != reset.address or not may_reset(user):
            raise ResetNotFoundError
        return reset, user
