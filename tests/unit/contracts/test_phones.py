"""Phones of accounts: any way of writing, one way of keeping, and none that a text message cannot reach."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared_schemas.phones import CalledPhone, Phone

PHONE: TypeAdapter[str] = TypeAdapter(Phone)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+79161234567", "+79161234567"),
        ("8 (926) 123-45-67", "+79261234567"),
        ("8 926 123 45 67", "+79261234567"),
        ("9261234567", "+79261234567"),
        ("+7 926 123\u201145\u201167", "+79261234567"),
        ("7 926 123 45 67", "+79261234567"),
        ("(926) 123-45-67", "+79261234567"),
        ("8.926.123.45.67", "+79261234567"),
        ("8926/123-45-67", "+79261234567"),
        ("8 10 7 926 123 45 67", "+79261234567"),
        ("+8 (926) 123-45-67", "+79261234567"),  # 8 with a plus before it
        ("\u202a+7 926 123-45-67\u202c", "+79261234567"),  # copied from an address book
        ("\u2068+79261234567\u2069\n", "+79261234567"),
        ("+7\u202f926\u2009123\u00a045\u200a67", "+79261234567"),
        ("375 29 123-45-67", "+375291234567"),  # abroad, without the plus
        ("4915123456789", "+4915123456789"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+49 1512 3456789", "+4915123456789"),
        ("+1 212 555 0123", "+12125550123"),
    ],
)
def test_a_mobile_number_is_kept_as_e164(written: str, kept: str) -> None:
    assert PHONE.validate_python(written) == kept
    assert PHONE.validate_python(kept) == kept


@pytest.mark.parametrize(
    "written",
    [
        "+74951234567",  # a landline in Moscow
        "8 (495) 123-45-67",
        "+78001234567",  # toll-free
        "88001234567",
        "+78091234567",  # premium rate
        "+442071234567",  # a landline in London
        "+448001111111",
        "+493012345678",
    ],
)
def test_a_number_without_text_messages_is_refused(written: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PHONE.validate_python(written)

    assert caught.value.errors()[0]["type"] == "phone_without_messages"


@pytest.mark.parametrize(
    "written",
    [
        "+7916123456",  # a digit short
        "+791612345678",  # a digit over
        "+71111111111",
        "791612345678",  # no other country's number either
        "8926123456",
        "+81",
        "+8 495",
        "+7 926 123-45-67, 8 916 123-45-67",
        "+9999999999999",
        "112",
        "+7",
        "",
        "seven",
        "+7916123456x",
        "+79161234567;ext=5",
        "tel:+79161234567",
        "٠٩١٦١٢٣٤٥٦٧",
        "8-800-FLOWERS",
    ],
)
def test_a_number_of_no_plan_is_refused(written: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PHONE.validate_python(written)

    assert caught.value.errors()[0]["type"] == "invalid_phone"


@pytest.mark.parametrize(
    ("written", "kept"), [("8 (495) 123-45-67", "+74951234567"), ("8 926 1234567", "+79261234567")]
)
def test_a_studio_may_be_called_at_a_landline(written: str, kept: str) -> None:
    assert TypeAdapter(CalledPhone).validate_python(written) == kept


def test_a_studio_s_number_exists_all_the_same() -> None:
    with pytest.raises(ValidationError, match="that exists"):
        TypeAdapter(CalledPhone).validate_python("8 (001) 123-45-67")
