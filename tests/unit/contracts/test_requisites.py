"""Check digits of OGRN, BIK and accounts, and what a company's requisites are together."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared_schemas.payment.companies import CompanyRequest
from shared_schemas.requisites import BankAccount, fits_as_correspondent, fits_bank, is_ogrn

BANK = {"account": "40702810438000060473", "bik": "044525225", "bank": "ПАО Сбербанк"}
COMPANY = {"name": "ООО «Ромашка»", "inn": "7707083893"}


def codes(model: type, values: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)  # type: ignore[attr-defined]
    return [error["type"] for error in caught.value.errors()]


@pytest.mark.parametrize("right", ["1027700132195", "304500116000157"])
def test_any_other_digit_of_an_ogrn_is_noticed(right: str) -> None:
    others = {right[:-1] + digit for digit in "0123456789"} - {right}
    assert is_ogrn(right)
    assert not any(map(is_ogrn, {*others, right[:-1], right + "0"}))


def test_any_other_digit_of_an_account_is_noticed() -> None:
    right = BANK["account"]
    assert fits_bank(right, BANK["bik"])
    for place in range(len(right)):
        wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
        assert not fits_bank(wrong, BANK["bik"])
    assert not fits_bank(right, "044525974")


def test_a_correspondent_account_ends_as_its_bik() -> None:
    assert fits_as_correspondent("30101810400000000225", "044525225")
    assert fits_as_correspondent("30101810145250000974", "044525974")
    assert not fits_as_correspondent("30101810145250000974", "044525225")


def test_an_account_with_the_bank_of_russia_is_checked_by_the_place_of_its_division() -> None:
    """Its BIK ends in 000 to 002, which says nothing about the bank."""
    in_moscow = [digit for digit in "0123456789" if fits_bank(f"40102810{digit}45370000003", "004525001")]
    in_another_place = [digit for digit in "0123456789" if fits_bank(f"40102810{digit}45370000003", "004526001")]
    assert len(in_moscow) == len(in_another_place) == 1
    assert in_moscow != in_another_place


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": "40702810438000060474"}, "account_does_not_fit"),
        ({"account": "4070281043800006047"}, "invalid_account_number"),
        ({"bik": "04452522"}, "invalid_bik"),
        ({"correspondent_account": "30101810400000000226"}, "correspondent_does_not_fit"),
    ],
)
def test_what_is_wrong_with_a_bank_account_is_told(changes: dict[str, str], code: str) -> None:
    assert codes(BankAccount, BANK | changes) == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"inn": "7707083894"}, "invalid_inn"),
        ({"kpp": "77360100"}, "invalid_kpp"),
        ({"ogrn": "1027700132194"}, "invalid_ogrn"),
        ({"inn": "500100732259", "kpp": "773601001"}, "kpp_of_person"),
        ({"inn": "500100732259", "ogrn": "1027700132195"}, "ogrn_of_another"),
        ({"ogrn": "304500116000157"}, "ogrn_of_another"),
    ],
)
def test_what_does_not_fit_together_is_told(changes: dict[str, str], code: str) -> None:
    assert codes(CompanyRequest, COMPANY | changes) == [code]


def test_a_company_and_a_sole_proprietor_are_taken() -> None:
    company = CompanyRequest.model_validate(COMPANY | {"kpp": "773601001", "ogrn": "1027700132195", "bank": BANK})
    person = CompanyRequest.model_validate(
        {"name": "ИП Петрова Анна", "inn": "500100732259", "ogrn": "304500116000157"}
    )
    assert (company.kpp, company.bank, person.kpp) == ("773601001", BankAccount.model_validate(BANK), None)
