"""What staff may write into a message: what is let in, and what is refused in words."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from notification.wording.billed import billed
from notification.wording.checking import Checking
from notification.wording.facts import facts_of
from notification.wording.language import Language
from notification.wording.sources import parts_of
from notification.writing.edited import EditedTextError, Part, rendered
from notification.writing.rendering import TemplateRenderer
from shared_schemas.common import LocaleCode
from shared_schemas.messages.templates import TemplateParts
from shared_schemas.notification import TemplateName
from tests.support.runs.table import each

NAMES: tuple[TemplateName, ...] = get_args(TemplateName)
LOCALES: tuple[LocaleCode, ...] = get_args(LocaleCode)
TEXTS = [(name, locale) for name in NAMES for locale in LOCALES]
CHECKING = Checking(TemplateRenderer("Свет"))
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LANGUAGE = Language("en", facts_of("booking_confirmed"))
FOREVER = "{% for one in range(1000000000) %}{{ one }}{% endfor %}"
DOUBLED = "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}"
REFUSED = [
    ("a loop", FOREVER, "template_forbidden"),
    ("a variable that doubles", DOUBLED, "template_forbidden"),
    ("a macro", "{% macro a() %}{{ a() }}{% endmacro %}", "template_forbidden"),
    ("a block within itself", "{{ self.title() }}", "template_forbidden"),
    ("a long text by multiplication", "{{ 'x' * 1000000000 }}", "template_forbidden"),
    ("a great power", "{{ 9 ** 9 ** 9 }}", "template_forbidden"),
    ("a filter that repeats", "{{ booking.number | center(1000000000) }}", "template_forbidden"),
    ("a file of ours that is no part of a text", "{% include 'layout.html' %}", "template_forbidden"),
    ("a file by a name that is computed", "{% include studio %}", "template_forbidden"),
    ("markup that nobody escapes", "{{ studio | safe }}", "template_forbidden"),
    ("Python", "{{ ''.__class__.__mro__ }}", "template_unknown_name"),
    ("a method", "{{ booking.model_dump_json() }}", "template_forbidden"),
    ("all of the booking", "{{ booking }}", "template_unknown_name"),
    ("a slip", "{{ boking.number }}", "template_unknown_name"),
    ("what another message says", "{{ booking.previous_start }}", "template_unknown_name"),
    ("a name in a condition", "{% if nobody %}x{% endif %}", "template_unknown_name"),
    ("an amount as it is stored", "{{ booking.total }}", "template_shapeless"),
    ("a time as it is stored", "from {{ 'x' ~ booking.start }}", "template_shapeless"),
    ("brackets within brackets", "{{ " + "(" * 4000 + "1" + ")" * 4000 + " }}", "template_too_deep"),
    ("conditions within conditions", "{% if url %}" * 50 + "{% endif %}" * 50, "template_too_deep"),
    ("a number of thousands of digits", "{{ " + "9" * 5000 + " }}", "template_too_deep"),
    ("a sum of thousands", "{{ " + "+".join("1" * 3000) + " }}", "template_too_deep"),
    ("half a condition", "{% if url %}x", "template_syntax"),
    ("too much", "x" * 10_001, "template_too_long"),
]


@each(("_case", "source", "code"), REFUSED)
def test_what_a_text_may_not_hold_is_refused_by_its_code(_case: str, source: str, code: str) -> None:
    found = LANGUAGE.violations("text", source)

    assert code in {violation.code for violation in found}
    assert all(violation.message("ru") and violation.message("en") for violation in found)


def test_an_unknown_name_is_told_with_all_that_there_are() -> None:
    [found] = LANGUAGE.violations("text", "{{ booking.namber }}")

    assert "booking.namber" in found.message("ru")
    assert {"booking.number", "slot", "money"} <= set(found.message("en").replace(",", "").split())


@each(("name", "locale"), TEXTS)
def test_the_products_own_texts_go_by_the_same_rules(name: TemplateName, locale: LocaleCode) -> None:
    own = TemplateParts(**parts_of(name, locale))
    assert [f"{fault.field}: {fault.message()}" for fault in CHECKING.violations(name, locale, own, NOW)] == []


def refused(name: TemplateName, **changed: str | None) -> set[tuple[str, str]]:
    parts = TemplateParts(**{**parts_of(name, "en"), **changed})
    return {(fault.field, fault.code) for fault in CHECKING.violations(name, "en", parts, NOW)}


WHOLE = '{% extends "en/layout.html" %}{% block lead %}'
FAULTY: list[tuple[TemplateName, dict[str, str | None], set[tuple[str, str]]]] = [
    ("booking_confirmed", {"text": "Come at {{ moment(booking.start) }}"}, set()),
    ("booking_confirmed", {"sms": None}, {("parts.sms", "template_part_missing")}),
    ("booking_created", {"sms": "x"}, {("parts.sms", "template_part_unknown")}),
    ("booking_confirmed", {"html": "<p>Hello</p>"}, {("parts.html", "template_layout")}),
    ("booking_confirmed", {"html": f"{WHOLE}<script>1</script>{{% endblock %}}"}, {("parts.html", "template_markup")}),
    (
        "booking_confirmed",
        {"html": f"{WHOLE}<b onclick='x'>1</b>{{% endblock %}}"},
        {("parts.html", "template_markup")},
    ),
    ("booking_confirmed", {"html": f"{WHOLE}{{{{ super() }}}}{{% endblock %}}"}, set()),
    # Of a booking of which nobody knows what is paid.
    ("booking_confirmed", {"text": "{{ money(left) }}"}, {("parts.text", "template_not_rendered")}),
    ("booking_confirmed", {"text": "{% if left %}{{ money(left) }}{% endif %}."}, set()),
    (
        "booking_confirmed",
        {"text": "{% if left %}{{ money(left) }}{% endif %}"},
        {("parts.text", "template_not_rendered")},
    ),
    ("sign_in_code", {"sms": "Your code is below"}, {("parts.sms", "template_useless")}),
    ("staff_invitation", {"text": "Join {{ studio }}"}, {("parts.text", "template_useless")}),
]


@each(("name", "changed", "wanted"), FAULTY)
def test_a_text_is_tried_before_it_is_put_in_force(
    name: TemplateName, changed: dict[str, str | None], wanted: set[tuple[str, str]]
) -> None:
    assert refused(name, **changed) == wanted


LET_IN: list[tuple[Part, str]] = [
    ("text", FOREVER),
    ("text", DOUBLED),
    ("sms", "x" * 1_001),
    ("text", ""),
]


@each(("part", "source"), LET_IN)
def test_what_came_in_another_way_is_rendered_within_limits_all_the_same(part: Part, source: str) -> None:
    with pytest.raises(EditedTextError):
        rendered(source, part, {})


@pytest.mark.parametrize("source", ["{{ x.__class__.__mro__ }}", "{{ x.append(1) }}", "{{ cycler }}", "{{ x|map }}"])
def test_the_sandbox_keeps_python_out(source: str) -> None:
    with pytest.raises(EditedTextError):
        rendered(source, "text", {"x": [1]})


def test_html_is_escaped_and_text_is_not() -> None:
    assert rendered("{{ x }}", "html", {"x": "<b>"}) == "&lt;b&gt;"
    assert rendered("{{ x }}", "text", {"x": "<b>"}) == "<b>"


@each(
    ("text", "parts", "alphabet"),
    [
        ("a" * 160, 1, "gsm"),
        ("a" * 161, 2, "gsm"),
        ("€" * 81, 2, "gsm"),
        ("я" * 70, 1, "unicode"),
        ("я" * 71, 2, "unicode"),
    ],
)
def test_an_sms_is_counted_in_the_parts_that_are_billed(text: str, parts: int, alphabet: str) -> None:
    assert (billed(text).parts, billed(text).alphabet) == (parts, alphabet)
