"""Messages about no visit: certificates, invoices, the till and failures, in both languages."""

import re
from dataclasses import replace
from email import message_from_bytes

import pytest

from notification.channels.email.client import MailSender
from notification.channels.email.mime import mime
from notification.channels.failover import FailOver
from notification.channels.sms.client import SmsSender
from notification.messages.domain.plans import NEWS_PLANS
from notification.sending.domain import Letter
from notification.wording import samples
from notification.writing.attached import File
from notification.writing.rendering import TemplateRenderer
from shared_schemas.common import LocaleCode
from shared_schemas.notification import Message, TemplateName
from tests.support.clock import NOW
from tests.support.notification import parcel
from tests.support.runs.table import each

RENDERER = TemplateRenderer("Свет")
MAIL, SMS = MailSender(FailOver({})), SmsSender(FailOver({}))
LOCALES: tuple[LocaleCode, ...] = ("ru", "en")
MAILS = [(plan.template, locale, poor) for plan in NEWS_PLANS.values() for locale in LOCALES for poor in (False, True)]
SAID: dict[TemplateName, dict[LocaleCode, tuple[str, ...]]] = {
    "certificate_issued": {
        "ru": ("5 000,00 ₽", "30 мая 2027 г.", "по частям"),
        "en": ("RUB 5,000.00", "30 May 2027", "in parts"),
    },
    "invoice_issued": {"ru": ("2026-17", "3 000,00 ₽", "6 декабря"), "en": ("2026-17", "RUB 3,000.00", "6 December")},
    "till_difference": {"ru": ("не хватает 500,00 ₽", "12 500,00 ₽"), "en": ("500.00 missing", "RUB 12,500.00")},
    "staff_alarm": {"ru": ("refund_failed", "Refund 17 failed"), "en": ("refund_failed", "Refund 17 failed")},
}


@each(("template", "locale", "poor"), MAILS)
def test_a_mail_says_what_it_is_for(template: TemplateName, locale: LocaleCode, poor: bool) -> None:
    mail = MAIL.render(samples.words(RENDERER, template, locale, NOW, poor=poor))

    assert mail.subject and mail.html and len(mail.subject) < 60
    for part in (mail.text, mail.html):
        plain = re.sub(r"[\u00a0\u202f]", " ", part)
        assert [word for word in SAID[template][locale] if word not in plain] == []
        assert not re.search(r"None|\{\{|\}\}|\n\n\n", part)
    russian = bool(re.search("[а-яё]", re.sub("<[^>]*>|Свет", "", mail.subject + mail.html)))
    assert russian == (locale == "ru")


@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_has_the_code_of_a_certificate_or_says_where_it_is(locale: LocaleCode) -> None:
    told, without = (
        SMS.render(samples.words(RENDERER, "certificate_issued", locale, NOW, sms=True, poor=poor)).text
        for poor in (False, True)
    )
    assert told.endswith(samples.CERTIFICATE) and len(told) <= 70
    assert samples.CERTIFICATE not in without and samples.CERTIFICATE[-4:] in without


def test_what_is_kept_of_a_message_with_a_code_is_without_it() -> None:
    message = MAIL.render(samples.words(RENDERER, "certificate_issued", "ru", NOW))
    kept = Letter("anna@example.test", message, secret=samples.CERTIFICATE).kept

    assert samples.CERTIFICATE in message.text
    assert samples.CERTIFICATE not in kept.message.model_dump_json()
    assert kept.secret is None
    assert Letter("anna@example.test", message).kept.message == message


def test_a_mail_carries_its_file() -> None:
    about = parcel("buh@example.test", Message(text="Счёт", subject="Счёт", html="<p>Счёт</p>"))

    raw = mime("Свет <studio@example.test>", replace(about, files=(File("invoice-1.pdf", "application/pdf", b"%PDF"),)))

    [file] = [part for part in message_from_bytes(raw).walk() if part.get_filename()]
    assert (file.get_filename(), file.get_content_type(), file.get_payload(decode=True)) == (
        "invoice-1.pdf",
        "application/pdf",
        b"%PDF",
    )
