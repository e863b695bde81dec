"""Messages from the templates in `templates/{ru,en}/{name}.{subject.txt,txt,html,sms.txt}`."""

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notification.domain import Facts
from notification.formatting import clock, moment, money, place, short_slot, slot
from shared_schemas.common import LocaleCode
from shared_schemas.events import Channel
from shared_schemas.notification import Message, TemplateName

# Of what takes place, or took place; whoever has only a hold is asked for the prepayment.
LEFT_TO_PAY: frozenset[TemplateName] = frozenset(
    {
        "booking_confirmed",
        "booking_rescheduled",
        "booking_extended",
        "booking_amended",
        "booking_reminder",
        "payment_succeeded",
    }
)
TEMPLATES = Path(__file__).parent / "templates"


class TemplateRenderer:
    """Renders for one studio, whose name heads every mail."""

    def __init__(self, studio: str) -> None:
        self._studio = studio
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html"], default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: TemplateName, channel: Channel, locale: LocaleCode, name: str, facts: Facts) -> Message:
        values = self._values(locale, name, facts, shows_left=template in LEFT_TO_PAY)
        if channel == "sms":
            return Message(text=self._line(f"{locale}/{template}.sms.txt", values))
        subject = self._line(f"{locale}/{template}.subject.txt", values)
        return Message(
            text=self._part(f"{locale}/{template}.txt", values) + "\n",
            subject=subject,
            html=self._part(f"{locale}/{template}.html", values | {"subject": subject}),
        )

    def _values(self, locale: LocaleCode, name: str, facts: Facts, *, shows_left: bool) -> dict[str, Any]:
        return {
            "studio": self._studio,
            "locale": locale,
            "name": name,
            "booking": facts,
            "paid": facts.kept if shows_left else None,
            "left": facts.left if shows_left else None,
            "slot": slot(facts, locale),
            "short_slot": short_slot(facts, locale),
            "previous_slot": _previous_slot(facts, locale),
            "place": place(facts.timezone, locale),
            "money": partial(money, locale=locale),
            "moment": partial(moment, zone=facts.timezone, locale=locale),
            "clock": partial(clock, zone=facts.timezone, locale=locale),
        }

    def _line(self, name: str, values: dict[str, Any]) -> str:
        """One line, whatever white space a hall's name brings along."""
        return " ".join(self._part(name, values).split())

    def _part(self, name: str, values: dict[str, Any]) -> str:
        return self._environment.get_template(name).render(values).strip()


def _previous_slot(facts: Facts, locale: LocaleCode) -> str:
    """The time a booking had before it moved; empty where it did not."""
    if not (facts.previous_start and facts.previous_end):
        return ""
    return slot(facts.model_copy(update={"start": facts.previous_start, "end": facts.previous_end}), locale)
