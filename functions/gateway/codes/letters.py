"""Messages about codes: noted in the transaction that makes them necessary, and sent by the notification service."""

from uuid import UUID, uuid4

from core.clock import Clock
from gateway.accounts.domain import User
from gateway.codes.domain import LIFETIMES, Address, SentCode
from gateway.codes.errors import TooManyCodesError
from gateway.codes.limits import place_of, sends, target_of
from gateway.codes.ports import Work
from gateway.codes.proof import reached
from gateway.keys.data_keys import DataKeys
from gateway.sessions.guard import charge
from shared_schemas.channels import CodePurpose
from shared_schemas.common import LocaleCode
from shared_schemas.events.accounts import CodeRequested


class Letters:
    """Digests are made with the key that counts."""

    def __init__(self, clock: Clock, keys: DataKeys) -> None:
        self._clock = clock
        self._keys = keys

    def put(
        self,
        work: Work,
        purpose: CodePurpose,
        to: Address,
        user: User | None,
        locale: LocaleCode,
        network: str,
        *,
        sent: bool = True,
    ) -> None:
        """A message to an address, asked for from a network; `TooManyCodesError`.

        `sent` says whether there is one: the rest is the same, so that nobody can tell."""
        key = self._keys.counting()
        target, place = target_of(key, to), place_of(key, network)
        account_id = user.id if user else uuid4()
        known = work.tries.is_known(account_id, place)
        charge(work.tries, sends(key, target, place, known=known), self._clock.now(), TooManyCodesError)
        written = to if sent else Address(to.channel, "")
        self._note(work, purpose, written, target, place, account_id, user.locale if user else locale)

    def warn(self, work: Work, user: User) -> None:
        """The news that another address opens the account, to where the user was known to be reached before."""
        if to := reached(user):
            target = target_of(self._keys.counting(), to)
            self._note(work, "warning", to, target, "", user.id, user.locale)

    def _note(
        self,
        work: Work,
        purpose: CodePurpose,
        to: Address,
        target: str,
        place: str,
        account_id: UUID,
        locale: LocaleCode,
    ) -> None:
        now = self._clock.now()
        code = SentCode(
            uuid4(), purpose, to.channel, target, to.value, place, account_id, locale, now, now + LIFETIMES[purpose]
        )
        work.codes.replace(code)
        work.emit(CodeRequested(code_id=code.id, account_id=account_id, purpose=purpose, channel=code.channel))
