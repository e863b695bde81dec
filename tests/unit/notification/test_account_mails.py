"""Mails about an account, with a code, or with an invitation: about no booking."""

import re

import pytest

from notification.messages.domain.plans import ACCOUNT_PLANS, INVITATION
from shared_schemas.channels import CodePurpose
from shared_schemas.common import LocaleCode
from shared_schemas.notification import TemplateName
from shared_schemas.staff import PendingInvitation
from tests.unit.notification.words import CODES, LOCALES, RENDERER, SENDERS, Balance, code, russian


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", [plan.template for plan in ACCOUNT_PLANS.values()])
def test_a_mail_about_an_account_knows_no_booking(template: TemplateName, locale: LocaleCode) -> None:
    mail = SENDERS["email"].render(RENDERER.words(template, locale, "Анна <Ким>", None, confirmed=True))

    assert mail.subject and mail.html and len(mail.subject) < 60
    assert "Анна <Ким>" in mail.text and "Анна &lt;Ким&gt;" in mail.html
    assert ("мы никогда его не спрашиваем" if locale == "ru" else "we never ask for it") in mail.text
    assert Balance(mail.html).wrong == []


@pytest.mark.parametrize(("purpose", "locale"), CODES)
def test_a_mail_with_a_code_greets_nobody_by_name(purpose: CodePurpose, locale: LocaleCode) -> None:
    mail = code(purpose, locale)

    assert mail.subject and mail.html and len(mail.subject) < 60
    told = purpose not in {"warning", "known"}
    assert ("048152" in mail.text) is ("048152" in mail.html) is told
    assert mail.text.startswith("Здравствуйте!\n" if locale == "ru" else "Hello,\n")
    assert russian(mail.subject + re.sub("<[^>]*>|Свет", "", mail.html)) == (locale == "ru")
    assert (Balance(mail.html).open, Balance(mail.html).wrong) == ([], [])


@pytest.mark.parametrize("locale", LOCALES)
def test_a_link_leads_to_the_page_of_the_studio_if_it_has_one(locale: LocaleCode) -> None:
    link = "https://studio.example/account#reset=048152"
    mail = code("reset", locale, page="https://studio.example/account")
    assert link in mail.text and f'href="{link}"' in str(mail.html)
    assert "http" not in code("reset", locale).text


@pytest.mark.parametrize("locale", LOCALES)
def test_an_invitation_has_its_link_and_names_nobody(locale: LocaleCode) -> None:
    invited = PendingInvitation(email="boris@example.test", locale=locale, link="https://api.test/invitation#0a1b")
    mail = SENDERS["email"].render(RENDERER.invitation(INVITATION.template, invited))

    assert mail.subject and mail.html
    assert "0a1b" not in mail.subject
    assert f"\n{invited.link}\n" in mail.text
    assert f'href="{invited.link}"' in mail.html
    assert mail.text.startswith("Здравствуйте!\n" if locale == "ru" else "Hello,\n")
    assert ("один раз" if locale == "ru" else "works once") in mail.text
    assert (Balance(mail.html).open, Balance(mail.html).wrong) == ([], [])
