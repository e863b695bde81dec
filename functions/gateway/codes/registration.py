"""Registering as a client: an account, and a code on its way to confirm the e-mail with.

Whether the e-mail has an account already is told to who reads its mail, and to nobody else.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from gateway.accounts.domain import User
from gateway.accounts.errors import EmailTakenError
from gateway.accounts.service import Accounts
from gateway.codes.domain import Address
from gateway.codes.errors import TooManyCodesError
from gateway.codes.letters import Letters
from gateway.codes.ports import Work
from gateway.codes.proof import whose
from gateway.consents.giving import give
from shared_schemas.accounts import Account, AccountRequest
from shared_schemas.channels import CodePurpose
from shared_schemas.common import Role


class Registration:
    """Whoever registers need not have the e-mail; until the code comes back, the account is only what was said.

    The answer is the same where there is an account, and so is what it takes: the password is hashed, the rows are
    written, and one letter goes out. Only then nothing but the letter is kept."""

    def __init__(self, unit_of_work: Callable[[], Work], accounts: Accounts, letters: Letters) -> None:
        self._unit_of_work = unit_of_work
        self._accounts = accounts
        self._letters = letters

    def register(self, request: AccountRequest, network: str) -> Account:
        """A new account, or the answer of one if the address has an account; `RuleViolationError` for a weak password,
        `ConsentOutdatedError`."""
        user = self._accounts.newcomer(request, Role.CLIENT)
        to = Address("email", request.email)
        with self._unit_of_work() as work:
            owner, taken = whose(work, to), False
            try:
                self._store(work, user, request, keep=owner is None)
            except EmailTakenError:
                # Perhaps only a moment ago.
                owner, taken = owner or whose(work, to), True
            purpose: CodePurpose = "known" if taken else "confirmation"
            # Where many messages went there already, its owner asks for the next one in time.
            with suppress(TooManyCodesError):
                self._letters.put(work, purpose, to, owner or user, user.locale, network)
            work.commit()
        return user.account()

    def _store(self, work: Work, user: User, request: AccountRequest, *, keep: bool) -> None:
        """The account with its consents; where it is not to be kept, `EmailTakenError` undoes what was written."""
        with work.savepoint():
            work.users.add(user if keep else replace(user, email=None))
            consents, plain = request.consents, request.consent
            give(work, user.id, "registration", user.created_at, consents=consents, plain=plain)
            if not keep:
                raise EmailTakenError
