"""Texts that staff put in force: versions, previews, tests to oneself, and what happens to one that fails."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from notification.errors import PermanentDeliveryError
from notification.wording.errors import (
    TemplateChangedError,
    TemplateNotFoundError,
    TrialBookingNotFoundError,
    TrialChannelError,
    TrialNotSentError,
)
from notification.wording.sources import parts_of
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.messages.templates import TemplateParts, TemplateReplacement, TemplateTrial, TrialMessage
from tests.support.notification import PostOffice

ADMIN = Identity(str(uuid4()), Role.ADMIN)
OURS = "До встречи в {{ booking.hall_name }}!"


@pytest.fixture(autouse=True)
def _no_texts(engine: Engine, emptied: None) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.template_versions"))


def parts(**changed: str) -> TemplateParts:
    return TemplateParts(**{**parts_of("booking_confirmed", "ru"), **changed})


def put(office: PostOffice, version: int, **changed: str) -> int:
    request = TemplateReplacement(version=version, parts=parts(**changed))
    return office.app.wordings.replace("booking_confirmed", "ru", request, ADMIN).version


def confirmed(office: PostOffice) -> str:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    return office.mail.sent[-1][1].text


def test_what_staff_wrote_goes_out_and_the_rest_stays(office: PostOffice) -> None:
    assert put(office, 0, text=OURS) == 1

    assert confirmed(office) == "До встречи в White Cyclorama!\n"
    assert "White Cyclorama" in str(office.mail.sent[-1][1].html)
    assert "подтверждена" in office.sms.sent[-1][1].text
    shown = {(one.name, one.locale): one for one in office.app.wordings.page().data}
    assert (shown["booking_confirmed", "ru"].version, shown["booking_confirmed", "en"].version) == (1, 0)
    assert shown["booking_confirmed", "ru"].edited_by == UUID(ADMIN.subject)


def test_who_read_an_older_version_is_told_so(office: PostOffice) -> None:
    def write(_: int) -> object:
        try:
            return put(office, 0, text=OURS)
        except TemplateChangedError as error:
            return error.params

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(map(str, crowd.map(write, range(4)))) == sorted(["1", *["{'version': 1}"] * 3])


def test_a_text_is_rolled_back_to_any_version(office: PostOffice) -> None:
    put(office, 0, text=OURS)
    put(office, 1, text="Второй")
    wordings = office.app.wordings

    first = wordings.replace("booking_confirmed", "ru", TemplateReplacement(version=2, restore=1), ADMIN)
    own = wordings.replace("booking_confirmed", "ru", TemplateReplacement(version=3, restore=0), ADMIN)

    assert (first.version, first.restored, first.parts.text) == (3, 1, OURS)
    assert own.parts == parts()
    assert [one.version for one in wordings.versions("booking_confirmed", "ru").data] == [4, 3, 2, 1, 0]
    with pytest.raises(TemplateNotFoundError):
        wordings.replace("booking_confirmed", "ru", TemplateReplacement(version=4, restore=9), ADMIN)


def test_a_text_that_cannot_be_rendered_is_not_put_in_force(office: PostOffice) -> None:
    with pytest.raises(RuleViolationError) as refused:
        put(office, 0, text="{{ booking.nmber }}", sms="{% for one in booking %}")

    assert [fault.field for fault in refused.value.violations] == ["parts.text", "parts.sms"]
    assert office.app.wordings.get("booking_confirmed", "ru").version == 0


def test_nobody_goes_without_a_message_whose_text_fails(office: PostOffice, engine: Engine) -> None:
    put(office, 0, text=OURS)
    with engine.begin() as connection:
        # As a later release might leave it, that knows a fact no more.
        stored = 'UPDATE notification.template_versions SET parts = parts || \'{"text": "{{ booking.gone }}"}\''
        connection.execute(text(stored))

    assert "White Cyclorama" in confirmed(office)
    other = PostOffice(engine)
    assert "White Cyclorama" in confirmed(other)

    failed, read = (office.app.wordings.get("booking_confirmed", "ru", language) for language in ("en", "ru"))
    assert failed.failed_at and str(failed.failure).startswith("text: Something that the text names is not there (")
    assert read.failure == f"text: Чего-то из названного в тексте нет ({str(failed.failure).partition(' (')[2]}"
    # Staff are told once, however many messages there are.
    assert [office.told().count("service.error"), other.told().count("service.error")] == [1, 0]


def test_a_preview_shows_each_way_and_names_nobody(office: PostOffice) -> None:
    confirmed(office)
    trial = TemplateTrial(parts=parts(sms="Бронь {{ booking.number }} {{ url }}"), booking_number=office.number)

    shown = office.app.trying.preview("booking_confirmed", "ru", trial)

    assert shown.mail and shown.sms
    assert office.number in str(shown.mail.subject) and "Анна!" in shown.mail.text and "Ким" not in shown.mail.text
    assert (shown.sms.parts, shown.sms.alphabet) == (1, "unicode")
    assert shown.push.body.startswith(f"Бронь {office.number}")
    with pytest.raises(TrialBookingNotFoundError):
        office.app.trying.preview("booking_confirmed", "ru", TemplateTrial(booking_number="00000000"))
    with pytest.raises(RuleViolationError):
        office.app.trying.preview("booking_confirmed", "ru", TemplateTrial(parts=parts(text="{{ x }}")))


def test_a_test_goes_to_whoever_asks(office: PostOffice) -> None:
    office.people.email = "me@example.test"

    sent = office.app.trying.test("booking_confirmed", "ru", TrialMessage(parts=parts(text=OURS)), ADMIN)

    assert sent.address == "me@example.test"
    assert [(address, message.text) for address, message in office.mail.sent] == [
        ("me@example.test", "До встречи в Большой зал!\n")
    ]
    assert "staff.acted" not in office.told()
    office.mail.trouble = [PermanentDeliveryError("ses_MessageRejected")]
    with pytest.raises(TrialNotSentError, match="ses_MessageRejected"):
        office.app.trying.test("booking_confirmed", "ru", TrialMessage(), ADMIN)
    with pytest.raises(TrialChannelError):
        office.app.trying.test("booking_created", "ru", TrialMessage(channel="sms"), ADMIN)
