"""A user, and the views of a user that others get."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared_schemas.accounts import Account, Contact, StaffMember
from shared_schemas.common import LocaleCode, Role


@dataclass(frozen=True)
class User:
    """A person with an account; `consented_at` is when the processing of personal data was agreed to.

    Who signs in by codes alone has no password. An address that is not confirmed is only what somebody wrote."""

    id: UUID
    email: str | None
    phone: str | None
    full_name: str
    locale: LocaleCode
    role: Role
    password_hash: str | None
    consented_at: datetime
    created_at: datetime
    email_confirmed_at: datetime | None = None
    """Since when it is known that this person is reached there; the same for the phone."""
    phone_confirmed_at: datetime | None = None
    disabled_at: datetime | None = None
    """Since when this account may not be used."""

    @property
    def is_staff(self) -> bool:
        return self.role is not Role.CLIENT

    @property
    def is_known_by_phone_alone(self) -> bool:
        """Whether a code to the phone is the only way in."""
        return bool(self.phone_confirmed_at) and not (self.email_confirmed_at or self.password_hash)

    def account(self) -> Account:
        return Account.model_validate({name: getattr(self, name) for name in Account.model_fields})

    def contact(self) -> Contact:
        return Contact(
            id=self.id,
            email=self.email,
            email_confirmed=self.email_confirmed_at is not None,
            phone=self.phone,
            phone_confirmed=self.phone_confirmed_at is not None,
            full_name=self.full_name,
            locale=self.locale,
        )

    def staff_member(self) -> StaffMember:
        return StaffMember(**self.account().model_dump(), disabled=self.disabled_at is not None)
