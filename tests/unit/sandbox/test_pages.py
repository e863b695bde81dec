"""Words, languages and the pay form's card."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.sandbox.knobs import KNOBS
from infra.sandbox.pages.languages import TEXTS, choose
from infra.sandbox.pages.render import TEMPLATES
from infra.sandbox.payments.cards import TEST_CARD, CardError, future_expiry, luhn, parse_card
from infra.sandbox.payments.states import DECLINES

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["ru"].keys() == TEXTS["en"].keys()
    for key, text in TEXTS["en"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", TEXTS["ru"][key])), key


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.j2")), ids=lambda path: path.name)
def test_every_text_of_a_template_exists(template: Path) -> None:
    used = set(re.findall(r'\bt\("([\w.]+)"', template.read_text(encoding="utf-8")))
    assert {key for key in used if not key.endswith(".")} <= TEXTS["en"].keys()


def test_every_knob_and_refusal_is_explained() -> None:
    assert {f"knob.{name}" for name in KNOBS} | {f"reason.{reason}" for reason in DECLINES} <= TEXTS["en"].keys()


@pytest.mark.parametrize(
    ("wanted", "accept", "language"),
    [
        (None, "", "en"),
        (None, "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        (None, "en;q=0.8,ru;q=0.9", "ru"),
        (None, "ru;q=0,en", "en"),
        (None, "de,ru", "ru"),
        (None, "ru;q=x", "en"),
        (None, "en,ru", "en"),
        ("ru", "en", "ru"),
        ("xx", "ru", "ru"),
    ],
)
def test_the_language_is_what_was_asked_for(wanted: str | None, accept: str, language: str) -> None:
    assert choose(wanted, accept) == language


def test_the_test_card_is_always_good() -> None:
    card = parse_card(TEST_CARD, future_expiry(NOW), "123", NOW)
    assert (card.first6, card.last4, card.expiry_month, card.expiry_year) == ("555555", "4444", "12", "2030")


@pytest.mark.parametrize(
    ("number", "expiry", "csc", "field"),
    [
        ("5555 5555 5555 4445", "12/30", "123", "card_number"),
        ("1234", "12/30", "123", "card_number"),
        ("", "12/30", "123", "card_number"),
        (TEST_CARD, "13/30", "123", "card_expiry"),
        (TEST_CARD, "10/26", "123", "card_expiry"),
        (TEST_CARD, "soon", "123", "card_expiry"),
        (TEST_CARD, "11/26", "12", "card_csc"),
    ],
)
def test_a_wrong_card_names_its_field(number: str, expiry: str, csc: str, field: str) -> None:
    with pytest.raises(CardError) as refused:
        parse_card(number, expiry, csc, NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("digits", ["5555555555554444", "4111111111111111", "4012888888881881"])
def test_the_check_digit(digits: str) -> None:
    assert luhn(digits)
    assert not luhn(digits[:-1] + str((int(digits[-1]) + 1) % 10))


def test_the_readme_names_every_knob_and_no_other() -> None:
    readme = (TEMPLATES.parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| (●?)", readme, re.MULTILINE)
    assert {name: bool(mark) for name, mark in rows} == {name: knob.per_payment for name, knob in KNOBS.items()}
