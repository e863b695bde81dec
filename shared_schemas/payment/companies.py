"""Contracts of companies that are invoiced."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared_schemas.accounts import Email
from shared_schemas.common import Contract, Instant, LocaleCode, Replacement
from shared_schemas.errors import Text
from shared_schemas.inn import Inn
from shared_schemas.phones import CalledPhone
from shared_schemas.requisites import LegalName, Requisites
from shared_schemas.texts import Cursor, Line
from shared_schemas.validation import refuse

PERSONS_INN, PERSONS_OGRN = 12, 15
KPP_OF_PERSON = Text(
    "A sole proprietor, whose INN has 12 digits, has no KPP",
    "У предпринимателя, ИНН которого из 12 цифр, нет КПП",
)
OGRN_OF_ANOTHER = Text(
    "An INN of 10 digits goes with an OGRN of 13, one of 12 with an OGRNIP of 15",
    "К ИНН из 10 цифр подходит ОГРН из 13, к ИНН из 12 цифр — ОГРНИП из 15",
)


class CompanyContact(Contract):
    """Whom to call there."""

    name: Annotated[str, Line(200, 1), Field(examples=["Анна Петрова"])] | None = None
    phone: CalledPhone | None = None
    email: Email | None = None
    locale: LocaleCode | None = None
    """The language of mails to them: Russian, unless it says so."""


class CompanyRequest(Requisites):
    """A company or a sole proprietor, as its invoices name it."""

    name: LegalName
    inn: Inn
    contact: CompanyContact | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        is_person = len(self.inn) == PERSONS_INN
        if is_person and self.kpp:
            raise refuse("kpp_of_person", KPP_OF_PERSON)
        if self.ogrn and (len(self.ogrn) == PERSONS_OGRN) != is_person:
            raise refuse("ogrn_of_another", OGRN_OF_ANOTHER)
        return self


class CompanyReplacement(CompanyRequest, Replacement):
    """The company from now on, in full. Papers that were issued keep what they say."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """The version that was edited: refused if there is another by now. Absent means whichever there is."""


class Company(CompanyRequest):
    """A company that the studio knows."""

    id: UUID
    version: int = 1
    created_at: Instant
    updated_at: Instant


class CompaniesQuery(Contract):
    """Which companies to list, newest first. `q` looks for the first digits of an INN or for words of a name; what it
    finds has no further pages: type more."""

    q: Annotated[str, Line(100, 2), Field(examples=["7707"])] | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)
