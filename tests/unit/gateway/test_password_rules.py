"""What a password must not be."""

import pytest

from gateway.accounts.password_rules import LIST, common, require_strong
from shared_schemas.accounts import Password
from shared_schemas.errors import RuleViolationError


def broken(password: str, email: str | None = "kirill.orlov@example.com", name: str = "Кирилл Орлов") -> list[str]:
    try:
        require_strong(password, email, name)
    except RuleViolationError as error:
        return [violation.code for violation in error.violations]
    return []


@pytest.mark.parametrize(
    "password",
    ["qwerty123", "QWERTY123", " qwerty123 ", "йцукен123", "gfhjkm123", "пароль123", "password1", "12345678"],
)
def test_what_is_guessed_first_is_refused_on_both_layouts(password: str) -> None:
    assert broken(password) == ["password_too_common"]


@pytest.mark.parametrize(
    "password",
    ["kirill.orlov@example.com", "KIRILL.ORLOV@example.com", "kirill.orlov", "kirillorlov", "Kirill_Orlov1985"],
)
def test_an_email_is_no_password_whole_or_in_part(password: str) -> None:
    assert broken(password) == ["password_like_email"]


@pytest.mark.parametrize("password", ["Кирилл Орлов", "орловкирилл", "Кирилл1985", "ОРЛОВ-77", "Кирилл_Орлов_123456"])
def test_a_name_is_no_password_whole_or_in_part(password: str) -> None:
    assert broken(password) == ["password_like_name"]


@pytest.mark.parametrize(
    "password",
    ["cyclorama", "correct horse", "кирилл любит орлов", "orlov.kirill", "aaaabbbbcccc", "example.com"],
)
def test_anything_else_goes(password: str) -> None:
    assert broken(password) == []


def test_everything_that_is_wrong_is_told_at_once_in_both_languages() -> None:
    with pytest.raises(RuleViolationError) as refused:
        require_strong("password1", "password@example.com", "Password Password", field="new")
    violations = refused.value.violations
    assert [violation.code for violation in violations] == [
        "password_too_common",
        "password_like_email",
        "password_like_name",
    ]
    assert {violation.field for violation in violations} == {"new"}
    assert all(violation.text.en != violation.text.ru for violation in violations)


@pytest.mark.parametrize(("email", "name"), [(None, ""), ("ab@example.com", "Ли"), ("1@example.com", "2 3")])
def test_two_letters_and_nothing_at_all_forbid_nothing(email: str | None, name: str) -> None:
    assert broken("ab1234567", email, name) == broken("77778888x", email, name) == []


def test_the_list_has_what_may_be_a_password_and_is_asked_in_lower_case() -> None:
    shortest = next(part.min_length for part in Password.__metadata__ if hasattr(part, "min_length"))  # type: ignore[attr-defined]
    first, *words = LIST.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# ")
    assert len(words) == len(common()) > 8000
    assert all(len(word) >= shortest and word == word.casefold().strip() for word in words)
