"""The confirmation shows the code of its booking, to read and to scan."""

import re
from uuid import UUID

import pytest

from notification.channels.email.client import MailSender
from notification.channels.failover import FailOver
from notification.writing.qr import MODULE, qr_table
from notification.writing.rendering import TemplateRenderer
from shared_schemas.common import LocaleCode
from shared_schemas.search.check_in import check_in_code, is_of, number_in
from tests.support.notification import facts

BOOKING, NUMBER = UUID(int=7), "7K3Q9D2M"


def test_a_code_is_the_number_and_a_signature_of_its_own_booking() -> None:
    code = check_in_code(BOOKING, NUMBER)

    assert re.fullmatch("7K3Q9D2M-[0-9A-HJKMNP-TV-Z]{6}", code)
    assert number_in(code) == number_in(f" {code.lower()} ".replace("-", " ").strip()) == NUMBER
    assert is_of(code, BOOKING, NUMBER)
    assert not is_of(code, UUID(int=8), NUMBER) and not is_of(NUMBER, BOOKING, NUMBER)
    assert number_in("7K3Q-9D2M") is None


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_the_confirmation_shows_it(locale: LocaleCode) -> None:
    code = check_in_code(BOOKING, NUMBER)
    words = TemplateRenderer("Studio").words("booking_confirmed", locale, "Anna", facts(), confirmed=True, code=code)
    mail = MailSender(FailOver({})).render(words)

    assert code in mail.text and mail.html and code in mail.html and "<table" in mail.html


def test_the_squares_are_those_of_the_code() -> None:
    import segno

    rows = [
        "".join(("1" if dark == "000000" else "0") * int(length) for length, dark in cells)
        for cells in (re.findall(r'colspan="(\d+)"[^>]*#(\w{6})', row) for row in str(qr_table("ABC")).split("<tr")[1:])
    ]
    wanted = ["".join(map(str, row)) for row in segno.make("ABC", error="m", micro=False, mask=0).matrix_iter(border=4)]
    assert rows == wanted and MODULE > 3
