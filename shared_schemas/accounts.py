"""Contracts of accounts and tokens, served by the gateway's own functions."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from shared_schemas.common import Contract, Instant, LocaleCode, Role
from shared_schemas.errors import Text
from shared_schemas.gateway.consents import Consents, require_apart
from shared_schemas.gateway.second_factor import FactorCode
from shared_schemas.phones import EXAMPLE, Phone
from shared_schemas.texts import UNTYPED, Line, Said, Secret, Token
from shared_schemas.validation import Shape, refuse

Email = Annotated[
    str,
    Line(254, lower=True),
    Shape(
        rf"^[^@\s{UNTYPED}]+@[^@\s{UNTYPED}]+\.[^@\s{UNTYPED}]+$",
        "invalid_email",
        Text("An e-mail address is needed, such as {example}", "Нужен адрес почты, например {example}"),
        example="anna@example.com",
    ),
]
Password = Annotated[str, Secret(256, 8), Field(examples=["correct horse battery"])]
FullName = Annotated[str, Line(200, 1), Field(examples=["Anna Petrova"])]
Code = Annotated[
    str,
    Line(20),
    Shape(
        r"^[0-9]{6}$",
        "invalid_code_form",
        Text(
            "The six digits of the message are needed, such as {example}",
            "Нужны шесть цифр из сообщения, например {example}",
        ),
        example="204815",
    ),
]
ONE_ADDRESS = Text("Give an e-mail or a phone number, and not both", "Укажите почту или телефон, но не оба сразу")
CONSENT_REQUIRED = Text(
    "An account needs consent to the processing of personal data",
    "Для учётной записи нужно согласие на обработку персональных данных",
)
CONSENTS_WITH_PASSWORD = Text(
    "Consents are given with a code, or once you have signed in",
    "Согласия дают вместе с кодом или уже после входа",
)
NEWCOMER: JsonDict = {
    "email": "anna@example.com",
    "phone": EXAMPLE,
    "full_name": "Anna Petrova",
    "password": "correct horse battery",
    "consents": [{"document": "personal_data", "version": "2026-11"}],
}
ONE_PROOF = Text(
    "Sign in with an e-mail and a password, or with an e-mail or a phone number and a code",
    "Войдите по почте и паролю или по почте либо телефону и коду",
)


class AccountRequest(Contract):
    """A new customer. `consents` are those that were given, each apart, in the version that was shown; the one to the
    processing of `personal_data` (152-FZ) must be among them. `phone` is E.164.

    `consent`: true stands for that one, as it is in force, and for no other."""

    model_config = ConfigDict(json_schema_extra={"examples": [NEWCOMER]})

    email: Email
    phone: Phone
    full_name: FullName
    password: Password
    locale: LocaleCode = "ru"
    consent: Literal[True] | None = None
    consents: Consents = Field(default=[])

    @model_validator(mode="after")
    def _agreed(self) -> Self:
        require_apart(self.consent, self.consents)
        if not (self.consent or any(each.document == "personal_data" for each in self.consents)):
            raise refuse("consent_required", CONSENT_REQUIRED)
        return self


class StaffRequest(Contract):
    """An account for somebody who works at the studio."""

    email: Email
    phone: Phone
    full_name: FullName
    password: Password
    locale: LocaleCode = "ru"
    role: Literal[Role.MANAGER, Role.ADMIN]


class StaffPatch(Contract):
    """What an administrator may change; absent fields stay. Who is `disabled` cannot sign in until that is undone."""

    role: Literal[Role.MANAGER, Role.ADMIN] | None = None
    disabled: bool | None = None


class Account(Contract):
    """A user's own account, as the user sees it."""

    id: UUID
    email: str | None = Field(default=None, examples=["anna@example.com"])
    email_confirmed_at: Instant | None = None
    """Since when it is known that the owner is reached there; the same for the phone."""
    phone: str | None = Field(default=None, examples=["+79161234567"])
    phone_confirmed_at: Instant | None = None
    full_name: str = Field(examples=["Anna Petrova"])
    """Empty where nobody has told it yet."""
    locale: LocaleCode
    role: Role
    created_at: Instant


class StaffMember(Account):
    """Somebody who works at the studio, as administrators see them."""

    disabled: bool


class AccountPatch(Contract):
    """What the owner may change; absent fields stay."""

    phone: Phone | None = None
    full_name: FullName | None = None
    locale: LocaleCode | None = None


class Contact(Contract):
    """How somebody with or without an account is reached, for other services: they ask when they need it, and store
    it nowhere. Guests need have no e-mail."""

    id: UUID
    email: str | None = Field(default=None, examples=["anna@example.com"])
    email_confirmed: bool = False
    """Whether it is known that the person is reached there; nothing that the person wrote goes anywhere else."""
    phone: str | None = Field(default=None, examples=["+79161234567"])
    phone_confirmed: bool = False
    full_name: str = Field(examples=["Anna Petrova"])
    locale: LocaleCode
    advertising: bool = False
    """Whether the person has agreed to advertising, and not revoked that since. It goes to confirmed addresses only."""


class MergeRequest(Contract):
    """Whose account a customer without one turns out to have."""

    into: UUID


class PeopleRequest(Contract):
    """Whose names staff are about to see."""

    ids: Annotated[list[UUID], Field(max_length=1000)]


class Person(Contract):
    """A customer as staff see them."""

    id: UUID
    full_name: Said = Field(examples=["Anna Petrova"])
    phone: Said | None = Field(default=None, examples=["+79161234567"])
    email: Said | None = Field(default=None, examples=["anna@example.com"])


class AddressRequest(Contract):
    """An e-mail address or a phone number."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": EXAMPLE}]})

    email: Email | None = None
    phone: Phone | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.email is None) == (self.phone is None):
            raise refuse("one_address", ONE_ADDRESS)
        return self


class TokenRequest(AddressRequest):
    """Sign in with e-mail and `password`, or with e-mail or phone and the `code` that was sent there.

    `second_factor` is what an account with one asks for, too.

    If nobody has that address, a right code makes an account. It needs consent to the processing of personal data
    (152-FZ): among `consents`, each apart in the version that was shown, or `consent`, which stands for that one as it
    is in force."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "anna@example.com", "password": "correct horse battery"}]}
    )

    password: Annotated[str, Secret(256)] | None = None
    code: Code | None = None
    second_factor: FactorCode | None = None
    consent: bool = False
    consents: Consents = Field(default=[])

    @model_validator(mode="after")
    def _agreed(self) -> Self:
        require_apart(self.consent, self.consents)
        if self.consents and self.code is None:
            raise refuse("consents_with_password", CONSENTS_WITH_PASSWORD)
        return self

    @model_validator(mode="after")
    def _proof(self) -> Self:
        if (self.password is None) == (self.code is None) or (self.password is not None and self.email is None):
            raise refuse("one_proof", ONE_PROOF)
        return self

    @property
    def credentials(self) -> tuple[str, str]:
        """E-mail and password; empty where a code takes their place."""
        return self.email or "", self.password or ""


class RefreshRequest(Contract):
    """Exchange a refresh token for a new pair."""

    refresh_token: Token


class TokenPair(Contract):
    """`expires_in` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int


class PasswordChange(Contract):
    """A new password, from who knows the `current` one."""

    current: Annotated[str, Secret(256)]
    new: Password


class Session(Contract):
    """One sign-in. `client` is what the browser or program said it is (its User-Agent), `used_at` when it last
    exchanged its refresh token; `current` is the one that this request belongs to."""

    id: UUID
    client: str = Field(examples=["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"])
    created_at: Instant
    used_at: Instant
    expires_at: Instant
    current: bool
