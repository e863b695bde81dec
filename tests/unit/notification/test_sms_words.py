"""The words of SMS: how many parts they take, and what they leave out."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notification.messages.domain.plans import CODE_PLANS, PLAN_OF
from shared_schemas.channels import CodePurpose
from shared_schemas.common import LocaleCode, Money
from shared_schemas.notification import TemplateName
from tests.support.notification import facts
from tests.support.runs.table import each
from tests.unit.notification.words import CODES, HALL, LOCALES, MAILS, RENDERER, SENDERS, code, render

SMS = [(template, locale) for template, locale in MAILS if "sms" in PLAN_OF[template].channels]
ONE_SEGMENT, TWO_SEGMENTS = 70, 134  # Of UCS-2, which any letter beyond GSM's alphabet brings about.
SHORT_URL = "https://api.studio.ru/s/AbCdEf12Gh"
# The link to pay is the gateway's, and longer.
OPENING = [sms for sms in SMS if sms[0] != "payment_link"]
SENT_BY_SMS = [(purpose, locale) for purpose, locale in CODES if "sms" in CODE_PLANS[purpose].channels]


@pytest.mark.parametrize(("template", "locale"), SMS)
@pytest.mark.parametrize("month", range(1, 13))
def test_an_sms_is_one_segment_even_in_a_hall_of_many_words(
    template: TemplateName, locale: LocaleCode, month: int
) -> None:
    start = datetime(2027, month, 28, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    hall = "Большой зал с естественным светом и чёрной циклорамой"

    sms = render(template, locale, "sms", hall_name=hall, start=start, end=start + timedelta(hours=12))

    assert len(sms.text) <= ONE_SEGMENT
    assert {"7K3M9QXA", "Большой"} <= set(re.findall(r"\w+", sms.text))
    assert "12:00-24:00" in sms.text
    assert ".." not in sms.text
    assert (sms.subject, sms.html) == (None, None)


@pytest.mark.parametrize(
    ("paid", "left"),
    [
        (150_000, {"en": "Left to pay: RUB 1500", "ru": "Осталось оплатить: 1500 ₽"}),
        (150_050, {"en": "Left to pay: RUB 1499.50", "ru": "Осталось оплатить: 1499,50 ₽"}),
    ],
)
@pytest.mark.parametrize("template", ["booking_confirmed", "booking_rescheduled", "booking_reminder"])
@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_says_what_is_left_to_pay_in_two_segments(
    template: TemplateName, locale: LocaleCode, paid: int, left: dict[LocaleCode, str]
) -> None:
    hall = "Большой зал с естественным светом и чёрной циклорамой"
    sms = render(template, locale, "sms", paid=Money(amount=paid), hall_name=hall)
    assert sms.text.endswith(f". {left[locale]}")
    assert ".." not in sms.text
    assert len(sms.text) <= TWO_SEGMENTS


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("paid", [300_000, 350_000])
def test_an_sms_is_silent_where_all_is_paid(locale: LocaleCode, paid: int) -> None:
    for template in ("booking_confirmed", "booking_rescheduled", "booking_reminder"):
        sms = render(template, locale, "sms", paid=Money(amount=paid))
        assert sms.text == render(template, locale, "sms").text


@pytest.mark.parametrize(("template", "locale"), SMS)
def test_an_english_sms_needs_nothing_beyond_gsms_alphabet(template: TemplateName, locale: LocaleCode) -> None:
    for paid in (None, Money(amount=150_050)):
        assert render(template, locale, "sms", paid=paid).text.isascii() == (locale == "en")


@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_that_warns_is_one_segment_without_a_code(locale: LocaleCode) -> None:
    sms = code("warning", locale, "sms")
    assert len(sms.text) <= ONE_SEGMENT
    assert "048152" not in sms.text


@pytest.mark.parametrize(("purpose", "locale"), [each for each in SENT_BY_SMS if each[0] != "warning"])
def test_an_sms_with_a_code_is_one_segment_and_begins_with_the_code(purpose: CodePurpose, locale: LocaleCode) -> None:
    sms = code(purpose, locale, "sms")
    assert len(sms.text) <= ONE_SEGMENT
    assert sms.text.startswith("048152")
    assert sms.text.isascii() == (locale == "en")


@each(("template", "locale", "paid"), [(*sms, paid) for sms in OPENING for paid in (150_050, 300_000)])
def test_an_sms_ends_with_a_link_in_two_segments(template: TemplateName, locale: LocaleCode, paid: int) -> None:
    about = facts(hall_name=HALL, paid=Money(amount=paid))
    words = RENDERER.words(template, locale, "", about, confirmed=False, url=SHORT_URL)

    text = SENDERS["sms"].render(words).text

    assert text.endswith(f" {SHORT_URL}")
    assert len(text) <= TWO_SEGMENTS
    asked = "Доплатить 1499,50 ₽: " if locale == "ru" else "Pay RUB 1499.50: "
    assert (asked in text) is (paid == 150_050 and not template.startswith("waitlist_"))
