"""The product's own texts: version 0 of each message."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from notification.writing.edited import ENDINGS
from notification.writing.files import TEMPLATES
from shared_schemas.common import LocaleCode
from shared_schemas.notification import TemplateName


@cache
def parts_of(name: TemplateName, locale: LocaleCode) -> Mapping[str, str]:
    """The sources of a message as they came, by part."""
    files: dict[str, Path] = {part: TEMPLATES / locale / f"{name}.{ending}" for part, ending in ENDINGS.items()}
    return {part: file.read_text(encoding="utf-8") for part, file in files.items() if file.exists()}
