"""A user, and how others see one."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared_schemas.accounts import Account, AccountPatch, Contact
from shared_schemas.common import LocaleCode, Role


@dataclass(frozen=True)
class User:
    """A person with an account; `consented_at` is when the processing of personal data was agreed to."""

    id: UUID
    email: str
    phone: str
    full_name: str
    locale: LocaleCode
    role: Role
    password_hash: str
    consented_at: datetime
    created_at: datetime

    def account(self) -> Account:
        return Account(
            id=self.id,
            email=self.email,
            phone=self.phone,
            full_name=self.full_name,
            locale=self.locale,
            role=self.role,
            created_at=self.created_at,
        )

    def contact(self) -> Contact:
        return Contact(id=self.id, email=self.email, phone=self.phone, full_name=self.full_name, locale=self.locale)

    def patched(self, patch: AccountPatch) -> "User":
        """With what the patch names; the rest stays."""
        return replace(self, **patch.model_dump(exclude_none=True))
