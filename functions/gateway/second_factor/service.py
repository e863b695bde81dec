"""Use cases of second factors: set one up, turn it off, and have an administrator do so for somebody."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import aside, note
from gateway.accounts.ports import Passwords
from gateway.second_factor.check import SecondFactorCheck
from gateway.second_factor.domain import SecondFactor, new_recovery_codes, plain
from gateway.second_factor.errors import SecondFactorNotFoundError, SecondFactorOnError
from gateway.second_factor.ports import Work
from gateway.second_factor.sealing import Sealing
from gateway.second_factor.totp import SECRET_BYTES, shown, uri
from gateway.sessions.failures import note_failure
from gateway.sessions.guard import Guard
from gateway.sessions.service import WRONG_PASSWORD
from shared_schemas.errors import RuleViolationError, Violation
from shared_schemas.events.accounts import SecondFactorDisabled, SecondFactorEnabled
from shared_schemas.gateway.second_factor import RecoveryCodes, SecondFactorRemoval, SecondFactorStart

PASSWORD_NEEDED = Violation.of("password", "password_needed", "Give your password", "Укажите свой пароль")


class SecondFactors:
    """What turns one on or off is told to the owner by mail, whoever did it."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        sealing: Sealing,
        check: SecondFactorCheck,
        guard: Guard,
        passwords: Passwords,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sealing = sealing
        self._check = check
        self._guard = guard
        self._passwords = passwords

    def start(self, identity: Identity, password: str | None) -> SecondFactorStart:
        """A secret for an authenticator app; sign-in asks for nothing until it is confirmed.

        `RuleViolationError` for a wrong password, or none where the account has one; `TooManyTriesError`;
        `SecondFactorOnError`; `AccountNotFoundError` where the account is gone."""
        user_id, secret = identity.user_id, secrets.token_bytes(SECRET_BYTES)
        self._require_password(user_id, password)
        with self._unit_of_work() as work:
            user, factor = work.users.get(user_id, locked=True), work.second_factors.locked(user_id)
            if factor and factor.confirmed_at:
                raise SecondFactorOnError
            note(target=f"account:{user_id}")
            work.second_factors.put(SecondFactor(user_id, self._sealing.seal(secret, user_id), self._clock.now()))
            work.commit()
        return SecondFactorStart(secret=shown(secret), uri=uri(secret, user.email or user.full_name))

    def confirm(self, identity: Identity, code: str) -> RecoveryCodes:
        """It is on, and the caller's other sessions are over, as they were begun without it.

        `SecondFactorNotFoundError`, `SecondFactorOnError`, `TooManyTriesError`; `RuleViolationError` for a wrong
        code."""
        user_id, now, codes = identity.user_id, self._clock.now(), new_recovery_codes()
        with self._unit_of_work() as work:
            factor = work.second_factors.locked(user_id)
            if factor is None:
                raise SecondFactorNotFoundError
            if factor.confirmed_at:
                raise SecondFactorOnError
            proved = self._check.prove(work, factor, code, now)
            digests = [self._sealing.digests(plain(each), user_id)[0] for each in codes]
            work.second_factors.put(proved.confirmed(digests, now))
            work.sessions.end_all(user_id, "second_factor_on", now, but=identity.session)
            work.emit(SecondFactorEnabled(account_id=user_id))
            note(target=f"account:{user_id}", before={"second_factor": False}, after={"second_factor": True})
            work.commit()
        return RecoveryCodes(recovery_codes=codes)

    def remove(self, identity: Identity, proof: SecondFactorRemoval) -> None:
        """Sign-in asks for nothing more. What was begun and not confirmed goes, too.

        `SecondFactorNotFoundError`, `TooManyTriesError`; `RuleViolationError` for a wrong password or code;
        `AccountNotFoundError` where the account is gone."""
        if proof.password is not None:
            self._prove_password(identity.user_id, proof.password)
        with self._unit_of_work() as work:
            factor = work.second_factors.locked(identity.user_id)
            if factor is None:
                raise SecondFactorNotFoundError
            if proof.code is not None:
                self._check.prove(work, factor, proof.code, self._clock.now())
            self._turn_off(work, factor, identity.user_id)
            work.commit()

    def remove_of(self, account_id: UUID, by: UUID) -> None:
        """For who lost the phone and the recovery codes; signs them out. `SecondFactorNotFoundError`."""
        with self._unit_of_work() as work:
            factor = work.second_factors.locked(account_id)
            if factor is None:
                raise SecondFactorNotFoundError
            self._turn_off(work, factor, by)
            work.sessions.end_all(account_id, "ended_by_admin", self._clock.now())
            work.commit()

    def _turn_off(self, work: Work, factor: SecondFactor, by: UUID) -> None:
        work.second_factors.remove(factor.user_id)
        was_on = factor.confirmed_at is not None
        note(target=f"account:{factor.user_id}", before={"second_factor": was_on}, after={"second_factor": False})
        if was_on:
            work.emit(SecondFactorDisabled(account_id=factor.user_id, by=by))

    def _require_password(self, user_id: UUID, password: str | None) -> None:
        with self._unit_of_work() as work:
            has_password = work.users.get(user_id).password_hash is not None
        if has_password and password is None:
            raise RuleViolationError([PASSWORD_NEEDED])
        if has_password and password is not None:
            self._prove_password(user_id, password)

    def _prove_password(self, user_id: UUID, password: str) -> None:
        user, attempt = self._guard.password_change(user_id)
        if not self._passwords.matches(password, user.password_hash):
            note_failure(self._unit_of_work, user)
            raise RuleViolationError([replace(WRONG_PASSWORD, field="password")])
        with aside(), self._unit_of_work() as work:
            self._guard.proved(work, user, attempt)
            work.commit()
