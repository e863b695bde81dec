"""Every message about a booking in both languages, as a mail."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from notification.bookings.domain import REASONS as OUR_REASONS
from notification.bookings.domain import Facts
from notification.messages.domain.plans import PLAN_OF
from notification.writing.files import TEMPLATES
from notification.writing.studio import Signature
from shared_schemas.common import LocaleCode, Money
from shared_schemas.notification import Message, TemplateName
from tests.support.notification import facts
from tests.support.runs.table import each
from tests.unit.notification.words import HALL, LOCALES, MAILS, RENDERER, SENDERS, Balance, render, russian


@pytest.mark.parametrize(("template", "locale"), MAILS)
def test_a_mail_tells_which_booking_it_is_about_in_the_readers_language(
    template: TemplateName, locale: LocaleCode
) -> None:
    mail = render(template, locale)

    assert mail.subject and mail.html
    for part in (mail.text, mail.html):
        assert "Анна Ким" in part
        assert "7K3M9QXA" in part
        assert "White Cyclorama" in part
        assert ("3 декабря 2026\u00a0г., 12:00–14:00" if locale == "ru" else "3 December 2026, 12:00–14:00") in part
        assert ("1\u00a0500,00\u00a0₽" if locale == "ru" else "RUB\u00a01,500.00") in part
    assert russian(mail.subject + mail.text + re.sub("<[^>]*>", "", mail.html)) == (locale == "ru")
    assert "\n" not in mail.subject
    assert not re.search(r"None|\{\{|\}\}|\n\n\n", mail.text)


@pytest.mark.parametrize(("template", "locale"), MAILS)
def test_the_html_of_a_mail_is_whole_and_loads_nothing(template: TemplateName, locale: LocaleCode) -> None:
    html = str(render(template, locale).html)

    balance = Balance(html)
    assert (balance.open, balance.wrong) == ([], [])
    assert html.startswith("<!doctype html>")
    assert f'<html lang="{locale}">' in html
    assert not re.search(r"<(img|script|link)|https?://|url\(|@import|None", html)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_people_write_cannot_become_markup(locale: LocaleCode) -> None:
    words = RENDERER.words(
        "booking_cancelled",
        locale,
        "<b>Anna</b>",
        facts(hall_name="A & <i>B</i>", reason="<script>x</script>"),
        confirmed=True,
    )
    mail = SENDERS["email"].render(words)

    assert mail.html is not None
    assert "&lt;script&gt;" in mail.html
    assert not re.search("<(b|i|script)>", mail.html)
    assert "A & <i>B</i>" in mail.text


def test_a_line_break_in_a_name_cannot_become_a_mail_header() -> None:
    mail = render("booking_reminder", "en", hall_name="Hall\r\nBcc: everybody@example.test")

    assert mail.subject == "Reminder: 3 Dec 12:00-14:00, Hall Bcc: everybody@exa…"


@pytest.mark.parametrize(("reason", "shown"), [("заболел", True), (None, False)])
def test_a_reason_is_told_where_there_is_one(reason: str | None, shown: bool) -> None:
    mail = render("booking_cancelled", "ru", reason=reason)

    assert ("Причина: заболел" in mail.text) is ("Причина" in str(mail.html)) is shown


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", ["booking_rescheduled", "booking_extended", "booking_amended"])
def test_a_new_price_is_told_beside_the_old_where_they_differ(template: TemplateName, locale: LocaleCode) -> None:
    old = "2\u00a0500,00\u00a0₽" if locale == "ru" else "RUB\u00a02,500.00"
    dearer = render(template, locale, previous_total=Money(amount=250_000))
    same = render(template, locale, previous_total=facts().total)

    assert old in dearer.text and old in str(dearer.html)
    for mail in (same, render(template, locale)):
        assert not re.search("была|it was", mail.text + str(mail.html))


@pytest.mark.parametrize(
    ("locale", "previous"),
    [("ru", "2 декабря 2026\u00a0г., 23:00–24:00"), ("en", "2 December 2026, 23:00–24:00")],
)
def test_a_booking_that_moved_names_both_times(locale: LocaleCode, previous: str) -> None:
    start = datetime(2026, 12, 2, 23, tzinfo=ZoneInfo("Europe/Moscow"))
    mail = render("booking_rescheduled", locale, previous_start=start, previous_end=start + timedelta(hours=1))

    assert previous in mail.text and previous in str(mail.html)
    assert previous not in render("booking_rescheduled", locale).text


@pytest.mark.parametrize(
    ("locale", "deadline"), [("ru", "1 декабря 2026\u00a0г., 09:15"), ("en", "1 December 2026, 09:15")]
)
def test_an_offer_says_until_when_it_stands(locale: LocaleCode, deadline: str) -> None:
    mail = render("waitlist_offered", locale)

    assert deadline in mail.text and deadline in str(mail.html)
    assert str(mail.subject).endswith("1 дек. 09:15" if locale == "ru" else "1 Dec 09:15")
    assert render("waitlist_offered", locale, "sms").text.endswith("09:15")


@pytest.mark.parametrize(("refund", "shown"), [(Money(amount=77_700), True), (Money(amount=0), False), (None, False)])
@pytest.mark.parametrize("kind", ["cancelled", "expired", "rescheduled", "extended", "amended"])
def test_whatever_makes_money_come_back_says_how_much(kind: str, refund: Money | None, shown: bool) -> None:
    template = TypeAdapter[TemplateName](TemplateName).validate_python(f"booking_{kind}")
    for locale in LOCALES:
        words = "Вернём 777,00" if locale == "ru" else "return RUB\u00a0777.00"
        mail = render(template, locale, refund=refund)
        assert (words in mail.text) is (words in str(mail.html)) is shown


REASONS = [*sorted(OUR_REASONS), "requested"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", ["payment_refunded", "booking_payment_refused"])
def test_why_money_goes_back_is_told_in_words(template: TemplateName, locale: LocaleCode) -> None:
    mails = [render(template, locale, reason=reason, amount=Money(amount=77_700)) for reason in REASONS]

    assert len({mail.text for mail in mails}) == len({mail.html for mail in mails}) == len(REASONS)
    assert not any(reason in f"{mail.subject}{mail.text}" for reason in REASONS if "_" in reason for mail in mails)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_refund_says_how_much_came_back(locale: LocaleCode) -> None:
    mail = render("payment_refunded", locale, reason="excess", amount=Money(amount=77_700))

    amount = "777,00\u00a0₽" if locale == "ru" else "RUB\u00a0777.00"
    assert all(amount in part for part in (mail.text, str(mail.html)))
    assert ("777 ₽" if locale == "ru" else "RUB 777") in str(mail.subject)


@pytest.mark.parametrize(("provider", "words"), [("cash", "выданы наличными"), ("terminal", "тем же способом")])
def test_a_refund_says_how_it_comes_back(provider: str, words: str) -> None:
    mail = render("payment_refunded", "ru", provider=provider, amount=Money(amount=77_700))
    assert words in mail.text
    assert words in str(mail.html)


@pytest.mark.parametrize(("purpose", "shown"), [("prepayment", True), ("full", True), (None, True), ("balance", False)])
def test_who_pays_the_balance_waits_for_no_confirmation(purpose: str | None, shown: bool) -> None:
    mail = render("payment_succeeded", "ru", purpose=purpose)
    assert ("О подтверждении" in mail.text) is ("О подтверждении" in str(mail.html)) is shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"amount": Money(amount=100_000)}, True),
        ({"amount": Money(amount=150_000)}, False),
        ({"amount": Money(amount=100_000), "purpose": "balance"}, False),
        ({"amount": Money(amount=100_000), "hold_expires_at": None}, False),
    ],
)
@pytest.mark.parametrize(("locale", "words"), [("ru", "остаток можно оплатить до"), ("en", "pay the rest until")])
def test_who_paid_less_than_the_prepayment_by_now_is_told_until_when_the_rest_may_come(
    changes: dict[str, object], shown: bool, locale: LocaleCode, words: str
) -> None:
    mail = render("payment_succeeded", locale, "email", **({"purpose": "prepayment"} | changes))
    assert (words in mail.text) is (words in str(mail.html)) is shown


def test_nothing_lies_among_the_templates_that_no_message_uses() -> None:
    names = {f"{t}.{kind}" for t in PLAN_OF for kind in ("subject.txt", "txt", "html")}
    names |= {f"{t}.sms.txt" for t, plan in PLAN_OF.items() if "sms" in plan.written_for}
    names |= {"layout.html", "details.txt", "refund_reason.txt", "change_of_money.html", "change_of_money.txt"}
    names.add("end.sms.txt")
    for locale in LOCALES:
        assert {path.name for path in (TEMPLATES / locale).iterdir()} == names


def test_the_facts_hold_no_personal_data() -> None:
    assert not {"email", "phone", "name", "full_name", "address"} & set(Facts.model_fields)


TAKES_PLACE = ["booking_confirmed", "booking_rescheduled", "booking_extended", "booking_amended", "booking_reminder"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", [*TAKES_PLACE, "payment_succeeded"])
def test_a_message_says_what_is_paid_and_what_is_left_to_pay(template: TemplateName, locale: LocaleCode) -> None:
    paid, refund_due = Money(amount=177_700), Money(amount=22_200)
    words = ("Внесено всего", "1\u00a0555,00", "Осталось оплатить", "1\u00a0445,00")
    if locale == "en":
        words = ("Paid so far", "1,555.00", "Left to pay", "1,445.00")

    mail = render(template, locale, paid=paid, refund_due=refund_due)

    for part in (mail.text, str(mail.html)):
        places = [part.index(word) for word in words]
        assert places == sorted(places)


@pytest.mark.parametrize(("locale", "words"), [("ru", "ничего, всё оплачено"), ("en", "nothing, all of it is paid")])
@pytest.mark.parametrize("paid", [300_000, 350_000])
def test_a_message_says_that_all_is_paid(locale: LocaleCode, words: str, paid: int) -> None:
    mail = render("booking_reminder", locale, paid=Money(amount=paid))
    assert words in mail.text and words in str(mail.html)


@pytest.mark.parametrize(("template", "locale"), MAILS)
def test_nobody_is_told_of_a_rest_that_nobody_knows_or_owes(template: TemplateName, locale: LocaleCode) -> None:
    rest = "Осталось оплатить" if locale == "ru" else "Left to pay"
    told = render(template, locale, paid=Money(amount=1))
    assert (rest in told.text) == (template in [*TAKES_PLACE, "payment_succeeded"])
    assert rest not in render(template, locale).text


URL = "https://studio.test/manage#secret"
BUTTON = re.compile(rf'<a href="{re.escape(URL)}" class="button"[^>]*>([^<]+)</a>')


def linked(template: TemplateName, locale: LocaleCode, url: str = URL, **changes: object) -> Message:
    words = RENDERER.words(template, locale, "Анна Ким", facts(**changes), confirmed=True, url=url)
    return SENDERS["email"].render(words)


@each(("template", "locale"), MAILS)
def test_every_mail_about_a_booking_leads_to_it(template: TemplateName, locale: LocaleCode) -> None:
    mail = linked(template, locale)

    assert f"{URL}\n" in mail.text
    assert len(BUTTON.findall(str(mail.html))) == 1
    bare = linked(template, locale, "")
    assert 'class="button"' not in str(bare.html) and "http" not in bare.text


PAID = Money(amount=150_000)
DUE = [
    ("booking_created", {}, "Оплатить 1\u00a0500,00\u00a0₽"),
    ("booking_created", {"paid": Money(amount=50_000)}, "Оплатить 1\u00a0000,00\u00a0₽"),
    ("payment_failed", {"paid": PAID}, "Открыть бронирование"),
    ("booking_confirmed", {"paid": PAID}, "Оплатить 1\u00a0500,00\u00a0₽"),
    ("booking_confirmed", {"paid": Money(amount=300_000)}, "Открыть бронирование"),
    ("booking_reminder", {}, "Открыть бронирование"),
    ("booking_cancelled", {"paid": PAID}, "Открыть бронирование"),
]


@each(("template", "changes", "said"), DUE)
def test_the_button_says_what_is_to_be_paid(template: TemplateName, changes: dict[str, Any], said: str) -> None:
    mail = linked(template, "ru", **changes)
    assert BUTTON.findall(str(mail.html)) == [said]
    assert (said in mail.text) is said.startswith("Оплатить")


@each(("template", "locale", "month"), [(*mail, month) for mail in MAILS for month in range(1, 13)])
def test_a_subject_is_read_whole_on_a_phone(template: TemplateName, locale: LocaleCode, month: int) -> None:
    start = datetime(2027, month, 28, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    until: dict[str, Any] = {
        "start": start,
        "end": start + timedelta(hours=12),
        "hold_expires_at": start - timedelta(minutes=45),
    }
    mail = render(template, locale, hall_name=HALL, amount=Money(amount=12_345_678), **until)
    assert len(str(mail.subject)) < 60, mail.subject


@each("locale", LOCALES)
def test_how_to_get_in_is_said_to_who_is_still_to_come(locale: LocaleCode) -> None:
    there = Signature("Свет", "Причал, 2", "+74951234567", "Вход со двора")

    def mail(template: TemplateName) -> Message:
        return SENDERS["email"].render(RENDERER.words(template, locale, "", facts(), there, confirmed=True))

    assert all("Вход со двора" in part for part in (mail("booking_reminder").text, str(mail("booking_reminder").html)))
    assert "Вход со двора" not in mail("booking_cancelled").text
