"""What staff write into the HTML of a mail: nothing loads, runs or asks, whatever a condition hides."""

import pytest

from notification.wording.sources import parts_of
from shared_schemas.errors import Violation
from shared_schemas.messages.templates import TemplateParts
from tests.unit.notification.test_edited_texts import CHECKING, NOW, WHOLE


def found(html: str) -> list[Violation]:
    parts = {**parts_of("booking_confirmed", "en"), "html": f"{WHOLE}{html}{{% endblock %}}"}
    return CHECKING.violations("booking_confirmed", "en", TemplateParts(**parts), NOW)


@pytest.mark.parametrize(
    "html",
    [
        '<p style="background:url(https://a.example/seen)">x</p>',
        "<p style=\"background:image-set('https://a.example/seen' 1x)\">x</p>",
        r'<p style="background:u\72l(https://a.example/seen)">x</p>',
        '<td background="https://a.example/seen">x</td>',
        '<p srcset="https://a.example/seen">x</p>',
        '<p onclick="x()">x</p>',
        '<a href="data:text/html,x">x</a>',
        '<a href=" java&#9;script:x()">x</a>',
        '<a href="//a.example">x</a>',
        '<a href="file:///etc/hosts">x</a>',
        '{% if booking.people > 50 %}<p onclick="x()">x</p>{% endif %}',
        '{% if booking.people > 50 %}<scr{{ "" }}ipt>x</script>{% endif %}',
        "{% if booking.people > 50 %}<picture>x</picture>{% endif %}",
        "<style>p { color: red }</style>",
    ],
)
def test_what_loads_or_runs_is_refused_wherever_it_stands(html: str) -> None:
    assert {(fault.field, fault.code) for fault in found(html)} == {("parts.html", "template_markup")}


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://studio.example/parking?x=1&amp;y=2" style="color:#1f6f5c">Parking</a>',
        '<a href="mailto:hello@studio.example">x</a> <a href="tel:+74950000000">x</a>',
        '{% if url %}<a href="{{ url }}">x</a>{% endif %}',
        '<a href="https://studio.example/{{ booking.number }}">x</a>',
        '{{ "<script>" }}',
        '<table width="100%" bgcolor="#ffffff"><tr><td style="padding:4px">x</td></tr></table>',
    ],
)
def test_what_people_write_in_mails_is_let_in(html: str) -> None:
    assert [fault.message("en") for fault in found(html)] == []


def test_an_attribute_is_named_not_its_tag_alone() -> None:
    [fault] = found('<p onclick="x()">x</p>')
    assert "onclick" in fault.message("ru")
    assert "onclick" in fault.message("en")


@pytest.mark.parametrize("sms", ["{{ check_in_code }}", "x" * 1_001, "{{ money(money(booking.total)) }}", "{{ "])
def test_why_a_text_does_not_work_is_said_in_the_readers_language(sms: str) -> None:
    parts = TemplateParts(**{**parts_of("booking_confirmed", "ru"), "sms": sms})
    [fault] = CHECKING.violations("booking_confirmed", "ru", parts, NOW)
    said = fault.message("ru").replace("{% if … %}", "").replace("{{", "").replace("{%", "")
    assert not any(letter.isascii() and letter.isalpha() for letter in said), said


def test_every_fault_stands_on_a_line() -> None:
    parts = TemplateParts(
        **{**parts_of("booking_confirmed", "en"), "sms": "{% autoescape false %}x{% endautoescape %}"}
    )
    faults = CHECKING.violations("booking_confirmed", "en", parts, NOW)
    assert faults
    assert all("None" not in fault.message("en") for fault in faults)
