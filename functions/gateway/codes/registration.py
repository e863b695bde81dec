"""Registering as a client: an account, and a code on its way to confirm the e-mail with."""

from collections.abc import Callable
from contextlib import suppress

from gateway.accounts.service import Accounts
from gateway.codes.domain import Address
from gateway.codes.errors import TooManyCodesError
from gateway.codes.letters import Letters
from gateway.codes.ports import Work
from gateway.consents.giving import give
from shared_schemas.accounts import Account, AccountRequest
from shared_schemas.common import Role


class Registration:
    """Whoever registers need not have the e-mail; until the code comes back, the account is only what was said."""

    def __init__(self, unit_of_work: Callable[[], Work], accounts: Accounts, letters: Letters) -> None:
        self._unit_of_work = unit_of_work
        self._accounts = accounts
        self._letters = letters

    def register(self, request: AccountRequest, network: str) -> Account:
        """A new account; `EmailTakenError` if the address has one, `RuleViolationError` for a weak password,
        `ConsentOutdatedError`."""
        user = self._accounts.newcomer(request, Role.CLIENT)
        to = Address("email", request.email)
        with self._unit_of_work() as work:
            work.users.add(user)
            consents, plain = request.consents, request.consent
            give(work, user.id, "registration", user.created_at, consents=consents, plain=plain)
            # Where many messages went there already, its owner asks for the next one in time.
            with suppress(TooManyCodesError):
                self._letters.put(work, "confirmation", to, user, user.locale, network)
            work.commit()
        return user.account()
