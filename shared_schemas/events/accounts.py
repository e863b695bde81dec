"""Events of accounts, and of how people sign in."""

from typing import Literal
from uuid import UUID

from shared_schemas.channels import AddressChannel, CodePurpose
from shared_schemas.events.envelope import EventData


class AccountErased(EventData):
    """A person's data was erased (152-FZ): other services remove the personal data of this account."""

    type = "account.erased"
    account_id: UUID


class AccountJoined(EventData):
    """The owner of an account proved to be reached where guests were: what these booked is this account's now."""

    type = "account.joined"
    account_id: UUID
    guest_ids: list[UUID]


class AccountAccessEnded(EventData):
    """Whoever used an account lost it; what works without signing in, as secret addresses do, must end as well.

    `disabled`: an administrator shut the person out. `taken_over`: who proved the e-mail has the account now."""

    type = "account.access_ended"
    account_id: UUID
    reason: Literal["disabled", "taken_over"]


class AccountPasswordChanged(EventData):
    """The password of an account was changed or removed; its owner should know."""

    type = "account.password_changed"
    account_id: UUID


class SessionReused(EventData):
    """A refresh token was used twice, so two have it: the session has ended, and its owner should know."""

    type = "session.reused"
    account_id: UUID
    session_id: UUID


class SecondFactorEnabled(EventData):
    """Somebody has to enter a code of an authenticator app from now on, to sign in."""

    type = "second_factor.enabled"
    account_id: UUID


class SecondFactorDisabled(EventData):
    """Nothing is asked for beside the password any more; `by` is the owner, or an administrator."""

    type = "second_factor.disabled"
    account_id: UUID
    by: UUID


class CodeRequested(EventData):
    """A one-time code is to be sent; neither it nor the address is told here: who sends it asks for both by the id.

    `account_id` is made up where nobody has the address, and nothing here tells which."""

    type = "code.requested"
    code_id: UUID
    account_id: UUID
    purpose: CodePurpose
    channel: AddressChannel
