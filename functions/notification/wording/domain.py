"""The versions of a message's text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared_schemas.common import LocaleCode
from shared_schemas.notification import TemplateName


@dataclass(frozen=True)
class Version:
    """One version that was put in force. Without `parts` it is the product's own text again."""

    name: TemplateName
    locale: LocaleCode
    version: int
    parts: Mapping[str, str] | None
    restored: int | None
    edited_by: UUID
    edited_at: datetime
    failed_at: datetime | None = None
    failure: str | None = None
    failure_ru: str | None = None

    def told(self, language: LocaleCode) -> str | None:
        """Why it failed, in this language where that is known."""
        return (language == "ru" and self.failure_ru) or self.failure
