"""Messages are in the words of the studio, in the language of their reader."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from notification.bookings.domain import Facts
from notification.writing.studio import Signature
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode, Role
from shared_schemas.events.accounts import CodeRequested
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.events.staff import StaffInvited
from shared_schemas.messages.templates import TemplateTrial
from shared_schemas.staff import PendingInvitation
from tests.support.notification import PostOffice


class Around:
    """A studio with a name in each language, and a hall that has one, too."""

    def signature(self, _hall_id: UUID | None, locale: LocaleCode) -> Signature:
        return Signature("Свет" if locale == "ru" else "Light", phone="+74951112233")

    def in_language(self, facts: Facts, locale: LocaleCode) -> Facts:
        return facts.model_copy(update={"hall_name": "Large hall"}) if locale == "en" else facts


@pytest.fixture
def office(engine: Engine, emptied: None) -> PostOffice:
    return PostOffice(engine, around=Around())


def test_an_english_mail_calls_the_hall_by_its_english_name(office: PostOffice) -> None:
    office.people.locale = "en"
    office.take(office.booking(BookingConfirmed, 2, "confirmed", hall_name="Большой зал"))

    [(_, mail)], [(_, sms)] = office.mail.sent, office.sms.sent
    assert "Large hall" in mail.text and "SUMMARY:Large hall" in str(mail.calendar)
    assert "Large hall" in sms.text
    assert "Большой зал" not in f"{mail}{sms}"


def test_a_code_and_an_invitation_are_signed_by_the_studio(office: PostOffice) -> None:
    asked, invited = uuid4(), uuid4()
    told = {"email": "anna@example.test", "locale": "ru"}
    office.codes.waiting[asked] = PendingCode(
        purpose="sign_in", channel="email", address=told["email"], locale="ru", secret="048152"
    )
    office.codes.invited[invited] = PendingInvitation.model_validate(told | {"link": "https://studio.test/i#1"})

    office.take(
        office.wrap(CodeRequested(code_id=asked, account_id=uuid4(), purpose="sign_in", channel="email"), "gateway")
    )
    office.take(office.wrap(StaffInvited(invitation_id=invited, by=uuid4(), role=Role.MANAGER), "gateway"))

    texts = [mail.text for _, mail in office.mail.sent]
    assert ["Свет" in text and "Studio" not in text for text in texts] == [True, True]


@pytest.mark.parametrize("name", ["booking_confirmed", "sign_in_code", "staff_invitation"])
def test_a_preview_is_signed_by_the_studio(office: PostOffice, name: str) -> None:
    shown = office.app.trying.preview(name, "en", TemplateTrial())  # type: ignore[arg-type]

    assert shown.mail and "Light" in shown.mail.text and "Studio" not in shown.mail.text


def test_a_preview_of_a_real_booking_calls_the_hall_as_its_message_would(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))

    shown = office.app.trying.preview("booking_confirmed", "en", TemplateTrial(booking_number=office.number))

    assert shown.mail and "Large hall" in shown.mail.text
