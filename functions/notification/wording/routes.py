"""Routes of the texts of messages."""

from core.identity import Identity
from notification import composition
from notification.api import api
from notification.wording.errors import (
    TemplateChangedError,
    TemplateNotFoundError,
    TrialBookingNotFoundError,
    TrialChannelError,
    TrialNotSentError,
)
from shared_schemas.common import LocaleCode, Page
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.messages.templates import (
    MessageTemplate,
    TemplatePreview,
    TemplateReplacement,
    TemplateSummary,
    TemplateTrial,
    TrialMessage,
    TrialSent,
)
from shared_schemas.notification import TemplateName

TEMPLATE = 512 * 1024
"""Bytes: four parts, each letter of which may be escaped."""


@api.endpoint("GET /v1/message-templates")
def list_message_templates(locale: Locale) -> Page[TemplateSummary]:
    """All messages in both languages: which version goes out, who wrote it, and whether it failed."""
    return composition.app().wordings.page(locale)


@api.endpoint("GET /v1/message-templates/{name}/{locale_code}")
def get_message_template(name: TemplateName, locale_code: LocaleCode, locale: Locale) -> MessageTemplate:
    """The text that goes out, in Jinja2, and all that it may say."""
    return composition.app().wordings.get(name, locale_code, locale)


@api.endpoint("GET /v1/message-templates/{name}/{locale_code}/versions")
def list_message_template_versions(
    name: TemplateName, locale_code: LocaleCode, locale: Locale
) -> Page[MessageTemplate]:
    """The last 50 versions, newest first, and at the end the product's own text."""
    return composition.app().wordings.versions(name, locale_code, locale)


@api.endpoint(
    "PUT /v1/message-templates/{name}/{locale_code}",
    body_limit=TEMPLATE,
    errors=[RuleViolationError, TemplateChangedError, TemplateNotFoundError],
)
def replace_message_template(
    name: TemplateName, locale_code: LocaleCode, body: TemplateReplacement, identity: Identity
) -> MessageTemplate:
    """Put a new text in force, or an older one again. It must render with all facts and with few."""
    return composition.app().wordings.replace(name, locale_code, body, identity)


@api.endpoint(
    "POST /v1/message-templates/{name}/{locale_code}/preview",
    body_limit=TEMPLATE,
    errors=[RuleViolationError, TrialBookingNotFoundError],
)
def preview_message_template(name: TemplateName, locale_code: LocaleCode, body: TemplateTrial) -> TemplatePreview:
    """The message as it would arrive, as mail, SMS and on a locked screen; nothing is kept or sent."""
    return composition.app().trying.preview(name, locale_code, body)


@api.endpoint(
    "POST /v1/message-templates/{name}/{locale_code}/test",
    body_limit=TEMPLATE,
    errors=[RuleViolationError, TrialNotSentError, TrialBookingNotFoundError, TrialChannelError],
)
def send_trial_message(
    name: TemplateName, locale_code: LocaleCode, body: TrialMessage, identity: Identity
) -> TrialSent:
    """Send the message to your own address, and to no other."""
    return composition.app().trying.test(name, locale_code, body, identity)
