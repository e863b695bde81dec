"""Use cases of one-time codes: send one, hand it to who delivers it, and check what comes back."""

import hmac
from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.trail.deed import aside
from gateway.codes.domain import LIFETIMES, Address, SentCode, digits, meant
from gateway.codes.errors import CodeNotFoundError, InvalidCodeError
from gateway.codes.letters import Letters
from gateway.codes.limits import guesses, place_of, sends, target_of
from gateway.codes.ports import Work
from gateway.codes.proof import may_reset, whose
from gateway.keys.data_keys import DataKeys
from gateway.sessions.failures import note_failure
from gateway.sessions.guard import charge, give_back
from shared_schemas.codes import CodeSent, PendingCode
from shared_schemas.common import LocaleCode


class Codes:
    """Nothing that a stranger sees of it tells whether anybody has the address: neither the answer nor its time.

    Digests and codes are made with the key that counts: two keys would be two codes to guess."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, letters: Letters, keys: DataKeys) -> None:
        self._unit_of_work = unit_of_work
        self._letters = letters
        self._clock = clock
        self._keys = keys

    def send(self, address: Address, locale: LocaleCode, network: str) -> CodeSent:
        """A code on its way to the address; `network` is where the request comes from. `TooManyCodesError`."""
        with self._unit_of_work() as work:
            self._letters.put(work, "sign_in", address, whose(work, address), locale, network)
            work.commit()
        return CodeSent(expires_in=int(LIFETIMES["sign_in"].total_seconds()))

    def reset(self, email: str, locale: LocaleCode, network: str) -> CodeSent:
        """A link on its way to the e-mail, if it belongs to somebody who may set a new password by it.

        `TooManyCodesError`. Nothing that is done here depends on whether it does."""
        address = Address("email", email)
        with self._unit_of_work() as work:
            user = whose(work, address)
            self._letters.put(work, "reset", address, user, locale, network, sent=user is not None and may_reset(user))
            work.commit()
        return CodeSent(expires_in=int(LIFETIMES["reset"].total_seconds()))

    def pending(self, code_id: UUID) -> PendingCode:
        """What is to be sent, for as long as it holds; `CodeNotFoundError`."""
        with self._unit_of_work() as work:
            code = work.codes.get(code_id)
        if code is None or not code.address or not code.holds(self._clock.now()):
            raise CodeNotFoundError(code_id=str(code_id))
        return PendingCode(
            purpose=code.purpose,
            channel=code.channel,
            address=code.address,
            locale=code.locale,
            secret=code.secret(self._keys.counting()),
        )

    def check(self, work: Work, address: Address, code: str, network: str) -> SentCode:
        """The code that was sent, if this is it; nobody else can use it until the transaction ends.

        `InvalidCodeError`, with the try counted and committed. `TooManyTriesError`. Once everything else is done, too,
        `used` takes it out of the world."""
        key, now = self._keys.counting(), self._clock.now()
        target, place = target_of(key, address), place_of(key, network)
        # All counts before any code, as `send` does, so that the two wait for each other and do not deadlock.
        work.tries.locked({**guesses(key, target, place), **sends(key, target, place, known=False)}, now)
        charge(work.tries, guesses(key, target, place), now)
        sent = meant(work.codes.locked(target), place, now)
        tried = sent.tried(place) if sent else None
        if tried is None or not hmac.compare_digest(digits(key, tried.id), code):
            if tried:
                work.codes.put(tried)
            known = whose(work, address)
            with aside():
                work.commit()
            note_failure(self._unit_of_work, known)
            raise InvalidCodeError
        return tried

    def used(self, work: Work, code: SentCode, network: str) -> None:
        """The code was right: all codes of its address are void, and its counts start again."""
        key, now = self._keys.counting(), self._clock.now()
        place = place_of(key, network)
        work.codes.forget(code.target)
        give_back(work.tries, guesses(key, code.target, place), now)
        give_back(work.tries, sends(key, code.target, place, known=False), now)
