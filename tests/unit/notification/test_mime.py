"""A mail as it travels."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from notification.channels.email.mime import mime
from notification.errors import PermanentDeliveryError
from notification.writing.attached import File
from shared_schemas.notification import Message
from tests.support.notification import parcel

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
MAIL = Message(text="Ждём вас\n", subject="Бронирование подтверждено", html="<p>Ждём вас</p>", calendar=CALENDAR)
SENDER = "Студия «Свет» <studio@example.test>"


def sent(message: Message = MAIL, to: str = "anna@example.test", files: tuple[File, ...] = ()) -> EmailMessage:
    raw = mime(SENDER, replace(parcel(to, message), files=files))
    assert raw.isascii(), "some providers take seven bits only"
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return message_from_bytes(raw, EmailMessage, policy=default)


def test_it_says_who_writes_and_about_what() -> None:
    mail = sent()
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        SENDER,
        "anna@example.test",
        MAIL.subject,
    )


def test_a_program_may_choose_between_text_html_and_invitation() -> None:
    mail = sent()
    alternative, attached = mail.iter_parts()
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert (mail.get_content_type(), alternative.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "visit.ics")
    assert attached.get_payload(decode=True) == CALENDAR.encode()


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_the_method_is_that_of_the_file(method: str) -> None:
    mail = sent(MAIL.model_copy(update={"calendar": CALENDAR.replace("REQUEST", method)}))
    (calendar,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == method
    assert f"METHOD:{method}" in calendar.get_content()


def test_without_a_file_it_is_two_texts() -> None:
    mail = sent(MAIL.model_copy(update={"calendar": None}))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("address", ["a,b@example.test", "a b@example.test", 'a"b@example.test'])
def test_a_strange_address_stays_one(address: str) -> None:
    (to,) = sent(to=address)["To"].addresses
    assert (to.username, to.domain) == (address.partition("@")[0], "example.test")


@pytest.mark.parametrize("address", ["анна@example.test", "anna@", "anna@.test", "anna\n@example.test"])
def test_what_no_mail_can_go_to_is_refused(address: str) -> None:
    with pytest.raises(PermanentDeliveryError, match="invalid_email"):
        mime(SENDER, parcel(address, MAIL))


def test_a_name_of_other_letters_is_reached_in_its_domain() -> None:
    (to,) = sent(to="anna@студия.рф")["To"].addresses
    assert to.domain == "студия.рф".encode("idna").decode()


@pytest.mark.parametrize("name", ["invoice 7.pdf", "Счёт № 7 «Свет».pdf"])
def test_a_file_keeps_its_name_and_its_bytes(name: str) -> None:
    content = bytes(range(256)) * 20
    attached = list(sent(files=(File(name, "application/pdf", content),)).iter_attachments())[-1]
    assert (attached.get_filename(), attached.get_content_type()) == (name, "application/pdf")
    assert attached.get_payload(decode=True) == content


def test_a_line_of_a_text_ends_as_in_mails() -> None:
    text, *_ = (
        part for part in sent(MAIL.model_copy(update={"text": "Раз\nДва\r\n"})).walk() if not part.is_multipart()
    )
    assert text.get_payload(decode=True) == "Раз\r\nДва\r\n".encode()


def test_a_subject_of_any_length_is_read_as_it_was_written() -> None:
    subject = "Бронирование № 7K3M9QXA подтверждено, ждём вас в субботу в зале " * 3
    assert sent(MAIL.model_copy(update={"subject": subject.strip()}))["Subject"] == subject.strip()


@pytest.mark.parametrize("subject", ["Один\nBcc: all@example.test", "One\r\nBcc: all@example.test"])
def test_a_subject_cannot_become_another_header(subject: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        sent(MAIL.model_copy(update={"subject": subject}))


def test_a_studio_with_a_domain_of_other_letters_writes_in_ascii() -> None:
    raw = mime("Свет <hello@студия.рф>", parcel("anna@example.test", MAIL))
    (sender,) = message_from_bytes(raw, EmailMessage, policy=default)["From"].addresses
    assert (sender.display_name, sender.domain) == ("Свет", "студия.рф".encode("idna").decode())
