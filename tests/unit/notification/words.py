"""Messages as their readers get them, for tests of the words."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from notification.channels.email.client import MailSender
from notification.channels.failover import FailOver
from notification.channels.port import Sender
from notification.channels.sms.client import SmsSender
from notification.messages.domain.plans import ACCOUNT_PLANS, CODE_PLANS, INVITATION, NEWS_PLANS, PLAN_OF
from notification.writing.rendering import TemplateRenderer
from shared_schemas.channels import Channel, CodePurpose
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode
from shared_schemas.notification import Message, TemplateName
from tests.support.notification import facts

SENDERS: Mapping[Channel, Sender] = {"email": MailSender(FailOver({})), "sms": SmsSender(FailOver({}))}
RENDERER = TemplateRenderer("Фотостудия «Свет»")
LOCALES: tuple[LocaleCode, ...] = ("ru", "en")
ABOUT_ACCOUNTS = {
    plan.template for plan in (*ACCOUNT_PLANS.values(), *CODE_PLANS.values(), *NEWS_PLANS.values(), INVITATION)
}
MAILS = [(template, locale) for template in PLAN_OF if template not in ABOUT_ACCOUNTS for locale in LOCALES]
CODES = [(purpose, locale) for purpose in CODE_PLANS for locale in LOCALES]
VOID = {"meta"}
HALL = "Большой зал с естественным светом и чёрной циклорамой"


class Balance(HTMLParser):
    """Collects tags that are not closed in the order they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the base class's signature
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def render(template: TemplateName, locale: LocaleCode, channel: Channel = "email", **changes: object) -> Message:
    return SENDERS[channel].render(RENDERER.words(template, locale, "Анна Ким", facts(**changes), confirmed=True))


def russian(text: str) -> bool:
    return bool(re.search("[а-яё]", text.replace("Анна Ким", "").replace("Фотостудия «Свет»", "")))


def code(purpose: CodePurpose, locale: LocaleCode, channel: Channel = "email", page: str = "") -> Message:
    address = "anna@example.test" if channel == "email" else "+79161234567"
    pending = PendingCode(purpose=purpose, channel=channel, address=address, locale=locale, secret="048152")
    return SENDERS[channel].render(TemplateRenderer("Свет", page).secret(CODE_PLANS[purpose].template, pending))
