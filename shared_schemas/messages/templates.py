"""Contracts of the templates of messages, which staff edit."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared_schemas.channels import AddressChannel, Channel
from shared_schemas.common import Contract, Instant, LocaleCode
from shared_schemas.errors import Text
from shared_schemas.notification import Message, TemplateName
from shared_schemas.search.numbers import BookingNumber
from shared_schemas.texts import Document, Said
from shared_schemas.validation import refuse
from shared_schemas.words import Label

LONGEST = 10_000
"""Characters of one part."""
MOST = 1_000_000
"""Versions of a text."""
Source = Annotated[str, Document(LONGEST, 1)]
FactKind = Literal["text", "number", "money", "time", "flag", "function"]
BOTH = Text("Say either what to put in force or which version to go back to", "Укажите либо новый текст, либо версию")


class TemplateParts(Contract):
    """The sources of a message in Jinja2: a mail has a subject, a plain text and HTML, an SMS one text."""

    subject: Source | None = None
    text: Source | None = None
    html: Source | None = None
    sms: Source | None = None


class TemplateFact(Contract):
    """Something that a template may say. One that is not `always` there needs `{% if %}`."""

    name: str
    kind: FactKind
    about: Label
    always: bool


class TemplateSummary(Contract):
    """A message in one language. Version 0 is the text that comes with the product.

    `failed_at` says that the version in force could not be rendered when it was to be sent; the text of version 0 went
    out then, and `failure` says why."""

    name: TemplateName
    locale: LocaleCode
    version: int
    channels: list[Channel]
    edited_at: Instant | None = None
    edited_by: UUID | None = None
    restored: int | None = None
    """Which version was put in force again."""
    failed_at: Instant | None = None
    failure: str | None = None


class MessageTemplate(TemplateSummary):
    """One template with its sources, and all that it may say."""

    parts: TemplateParts
    facts: list[TemplateFact] = Field(default=[])


class TemplateReplacement(Contract):
    """A new version. `version` is the one that was read: if another was put in force since, that is refused.

    `parts` has every part that the message has; or `restore` names the version to go back to, and 0 is the product's
    own text."""

    version: int = Field(ge=0, le=MOST)
    parts: TemplateParts | None = None
    restore: int | None = Field(default=None, ge=0, le=MOST)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.parts is None) == (self.restore is None):
            raise refuse("one_of_two", BOTH)
        return self


class TemplateTrial(Contract):
    """What to try: these parts, or the version in force; about this booking, or about one that is made up.

    Nothing personal is shown: the reader has a made-up name, and links lead nowhere."""

    parts: TemplateParts | None = None
    booking_number: BookingNumber | None = None


class TrialMessage(TemplateTrial):
    """A message of that kind to the caller's own address, and to no other."""

    channel: AddressChannel = "email"


class SmsPreview(Contract):
    """An SMS as it is billed: how many parts, and whether one letter made it the dearer alphabet."""

    text: str
    letters: int
    parts: int
    alphabet: Literal["gsm", "unicode"]


class PushPreview(Contract):
    """The same on a locked screen, which shows two lines or so."""

    title: str
    body: str


class TemplatePreview(Contract):
    """The message on each way that it may go."""

    mail: Message | None = None
    sms: SmsPreview | None = None
    push: PushPreview


class TrialSent(Contract):
    """Where the test went."""

    channel: Channel
    address: Said
