"""Addresses of calendars: what is accepted when one is added is what is fetched."""

import pytest
from pydantic import ValidationError

from core.safe_http import OutsideClient
from shared_schemas.booking.calendar_address import fetched_address
from shared_schemas.booking.closures import ExternalCalendarRequest


@pytest.mark.parametrize(
    ("url", "fetched"),
    [
        ("https://a.example/x.ics", "https://a.example/x.ics"),
        ("HTTPS://A.Example/X.ics?Y=%20", "https://a.example/X.ics?Y=%20"),
        ("webcal://a.example/x.ics", "https://a.example/x.ics"),
        ("WEBCALS://a.example:8443/", "https://a.example:8443/"),
        ("http://пример.рф/зал.ics", "http://xn--e1afmkfd.xn--p1ai/%D0%B7%D0%B0%D0%BB.ics"),
        ("https://ПРИМЕР.РФ", "https://xn--e1afmkfd.xn--p1ai"),
        ("https://xn--e1afmkfd.xn--p1ai/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://[2001:db8::1]:444/a", "https://[2001:db8::1]:444/a"),
        (" https://a.example/x#part ", "https://a.example/x"),
        ("https://a.example/{a}|b", "https://a.example/%7Ba%7D%7Cb"),
    ],
)
def test_an_address_is_fetched_in_one_form(url: str, fetched: str) -> None:
    assert fetched_address(url) == fetched
    assert ExternalCalendarRequest(name="Other", url=url).url == url.strip()
    OutsideClient(private_addresses=True, resolve=lambda _host, _port: ["127.0.0.1"]).check(fetched)
    assert fetched_address(fetched) == fetched


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/x",
        "file:///etc/passwd",
        "https://",
        "https://:443/",
        "https://user:secret@a.example/",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://a.example:x/",
        "https://a..example/",
        f"https://{'a' * 64}.example/",
        f"https://{'я' * 80}.рф/",
        "https://[1:2/",
        "webcal:a.example",
    ],
)
def test_what_every_refresh_would_refuse_is_not_accepted(url: str) -> None:
    with pytest.raises(ValidationError):
        ExternalCalendarRequest(name="Other", url=url)
    assert fetched_address(url) is None
