"""What staff type to find somebody, and what is meant by it."""

import pytest
from pydantic import ValidationError

from shared_schemas.booking.customers import CustomersQuery
from shared_schemas.search.people import Wish, number_in


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("4567", Wish("phone", ("4567", "+74567"))),
        ("45-67", Wish("phone", ("4567", "+74567"))),
        ("+7 916 123-45-67", Wish("phone", ("9161234567", "+79161234567"))),
        ("8 (916) 123-45-67", Wish("phone", ("9161234567", "+79161234567"))),
        ("8 905 777", Wish("phone", ("8905777", "+7905777"))),
        ("7905 77", Wish("phone", ("790577", "+790577"))),
        ("+49 30 12", Wish("phone", ("493012", "+493012"))),
        ("44 20 7946 0018", Wish("phone", ("442079460018", "+7442079460018"))),
        ("Пётр", Wish("name", ("петр",))),
        ("петров П.", Wish("name", ("петров",))),
        ("Анна Пет", Wish("name", ("анна", "пет"))),
        ("O'Neil-Smith", Wish("name", ("neil", "smith"))),
        ("Anna@", Wish("email", ("anna@",))),
        ("123", None),
        ("п", None),
        ("а. б.", None),
        ("7K3Q9D2M", None),
    ],
)
def test_what_is_typed_says_how_to_look(typed: str, wish: Wish | None) -> None:
    assert Wish.of(typed) == wish


def test_a_number_of_a_booking_may_look_like_another_thing() -> None:
    assert number_in("7k3q-9d2m") == "7K3Q9D2M"
    assert (number_in("12345678"), Wish.of("12345678")) == ("12345678", Wish("phone", ("12345678", "+712345678")))
    assert number_in("Анна") is None


@pytest.mark.parametrize("typed", ["", "1", "123", "a", "а. б.", "@", "..."])
def test_too_little_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        CustomersQuery(q=typed)


def test_a_number_is_enough() -> None:
    assert CustomersQuery(q="7K3Q9D2M").q == "7K3Q9D2M"
