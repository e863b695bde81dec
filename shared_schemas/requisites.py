"""Requisites of legal persons and their bank accounts, each number checked by its own check digits."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from shared_schemas.common import Contract
from shared_schemas.errors import Text
from shared_schemas.texts import Line
from shared_schemas.validation import Shape, refuse

KPP_EXAMPLE, OGRN_EXAMPLE = "773601001", "1027700132195"
BIK_EXAMPLE, ACCOUNT_EXAMPLE, CORRESPONDENT_EXAMPLE = "044525225", "40702810438000060473", "30101810400000000225"
COMPANY_OGRN, PERSON_OGRN = 13, 15
INVALID_OGRN = Text(
    "An OGRN of 13 digits or an OGRNIP of 15 is needed, such as {example}; check the digits",
    "Нужен ОГРН из 13 цифр или ОГРНИП из 15, например {example}; проверьте цифры",
)
INVALID_ACCOUNT = Text(
    "The account does not fit the bank: check the digits of the account and of the BIK",
    "Счёт не подходит к банку: проверьте цифры счёта и БИК",
)
INVALID_CORRESPONDENT = Text(
    "The correspondent account does not fit the bank: check the digits of both",
    "Корреспондентский счёт не подходит к банку: проверьте цифры счёта и БИК",
)
# Accounts with the Bank of Russia itself; BIKs of its divisions end so.
TREASURY = ("000", "001", "002")


def is_ogrn(value: str) -> bool:
    """Whether its last digit checks the others (order of the Ministry of Finance of 2017, 165н)."""
    if len(value) not in (COMPANY_OGRN, PERSON_OGRN):
        return False
    return int(value[:-1]) % (len(value) - 2) % 10 == int(value[-1])


def fits_bank(account: str, bik: str) -> bool:
    """Whether the check digit of an account agrees with its bank (the Bank of Russia's rule 515 of 1997)."""
    return _fits(account, "0" + bik[4:6] if bik[6:] in TREASURY else bik[6:])


def fits_as_correspondent(account: str, bik: str) -> bool:
    """The same of a bank's own account with the Bank of Russia, whose last three digits are the BIK's, too."""
    return account[-3:] == bik[-3:] and _fits(account, "0" + bik[4:6])


def _fits(account: str, bank: str) -> bool:
    weighed = (int(digit) * (7, 1, 3)[place % 3] for place, digit in enumerate(bank + account))
    return sum(weighed) % 10 == 0


def _checked_ogrn(value: str) -> str:
    if not is_ogrn(value):
        raise refuse("invalid_ogrn", INVALID_OGRN, example=OGRN_EXAMPLE)
    return value


def _account(example: str) -> Shape:
    text = Text("An account of 20 digits is needed, such as {example}", "Нужен счёт из 20 цифр, например {example}")
    return Shape("^[0-9]{20}$", "invalid_account_number", text, example=example)


Kpp = Annotated[
    str,
    Line(9, upper=True),
    Shape(
        r"^[0-9]{4}[0-9A-Z]{2}[0-9]{3}$",
        "invalid_kpp",
        Text("A KPP of nine characters is needed, such as {example}", "Нужен КПП из девяти знаков, например {example}"),
        example=KPP_EXAMPLE,
    ),
]
Ogrn = Annotated[
    str, Line(15, 13, pattern="^([0-9]{13}|[0-9]{15})$"), AfterValidator(_checked_ogrn), Field(examples=[OGRN_EXAMPLE])
]
Bik = Annotated[
    str,
    Line(9),
    Shape(
        "^[0-9]{9}$",
        "invalid_bik",
        Text("A BIK of nine digits is needed, such as {example}", "Нужен БИК из девяти цифр, например {example}"),
        example=BIK_EXAMPLE,
    ),
]
AccountNumber = Annotated[str, Line(20), _account(ACCOUNT_EXAMPLE)]
CorrespondentAccount = Annotated[str, Line(20), _account(CORRESPONDENT_EXAMPLE)]
LegalName = Annotated[str, Line(300, 1), Field(examples=["ООО «Ромашка»"])]
LegalAddress = Annotated[str, Line(300, 1), Field(examples=["101000, Москва, ул. Мясницкая, д. 1"])]


class BankAccount(Contract):
    """Where money is transferred to; both accounts are checked against the BIK."""

    account: AccountNumber
    bik: Bik
    bank: Annotated[str, Line(160, 1), Field(examples=["ПАО Сбербанк"])]
    correspondent_account: CorrespondentAccount | None = None

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if not fits_bank(self.account, self.bik):
            raise refuse("account_does_not_fit", INVALID_ACCOUNT)
        if self.correspondent_account and not fits_as_correspondent(self.correspondent_account, self.bik):
            raise refuse("correspondent_does_not_fit", INVALID_CORRESPONDENT)
        return self


class Requisites(Contract):
    """What papers say of a party beside its name and INN; `kpp` is of companies alone."""

    kpp: Kpp | None = None
    ogrn: Ogrn | None = None
    address: LegalAddress | None = None
    """The registered address."""
    bank: BankAccount | None = None
