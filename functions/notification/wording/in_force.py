"""Which words go out: those that staff put in force, until they cannot be rendered."""

from collections.abc import Callable

from core.clock import Clock
from core.observability import count, logger
from core.trail.deed import aside
from notification.wording.ports import Work
from notification.writing.edited import EditedText, EditedTextError
from shared_schemas.common import LocaleCode
from shared_schemas.events.operations import ServiceError
from shared_schemas.notification import TemplateName

LANGUAGES: tuple[LocaleCode, LocaleCode] = ("en", "ru")


class InForce:
    """Asked when a message is written."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def current(self, name: TemplateName, locale: LocaleCode) -> EditedText | None:
        """The words of staff; None where the product's own are in force."""
        with self._unit_of_work() as work:
            found = work.wordings.newest(name, locale)
        return EditedText(found.version, found.parts) if found and found.parts else None

    def failed(self, name: TemplateName, locale: LocaleCode, text: EditedText, error: EditedTextError) -> None:
        """They cannot be rendered, so the product's own go out: staff are told once for each version."""
        count("TemplatesNotRendered", template=name)
        why, why_ru = (f"{error.part}: {error.told(language)}" for language in LANGUAGES)
        logger.warning(
            "A text of staff cannot be rendered", template=name, locale=locale, version=text.version, why=why
        )
        with aside(), self._unit_of_work() as work:
            if work.wordings.note_failure(name, locale, text.version, why, why_ru, self._clock.now()):
                detail = f"{name}/{locale}, version {text.version}, {why}"
                told = {"operation": "write_message", "code": "template_not_rendered", "detail": detail}
                work.emit(ServiceError(service="notification", **told))
            work.commit()
