"""Which addresses anybody on the internet may mean, and how a host is resolved and checked."""

from ipaddress import ip_address

import pytest

from booking.closures.errors import AddressRefusedError, CalendarUnreachableError
from booking.closures.fetching import CalendarFetcher
from core.safe_http import OutsideClient, is_public


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_of_our_own_side(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("found", [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"]], ids=["alone", "among others"])
def test_a_host_with_a_private_address_is_refused_before_anything_is_sent(found: list[str]) -> None:
    fetcher = CalendarFetcher(OutsideClient(private_addresses=False, resolve=lambda _host, _port: found), 1000)
    with pytest.raises(AddressRefusedError) as refused:
        fetcher.fetch("https://calendar.test/x.ics")
    assert refused.value.params == {"host": "calendar.test"}


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://calendar.test/x.ics",
        "gopher://calendar.test/",
        "https://user:secret@calendar.test/",
        "http:///x.ics",
        "http://calendar.test:0/",
        "http://calendar.test:port/",
        "http://[::1/",
        "http://календарь..test/",
    ],
)
def test_other_addresses_are_refused_unresolved(url: str) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"]

    with pytest.raises(AddressRefusedError):
        CalendarFetcher(OutsideClient(private_addresses=True, resolve=resolve), 1000).fetch(url)
    assert asked == []


def test_an_unknown_host_is_unreachable() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(CalendarUnreachableError):
        CalendarFetcher(OutsideClient(private_addresses=False, resolve=resolve), 1000).fetch("https://calendar.test/")


@pytest.mark.parametrize(
    ("url", "private", "accepted"),
    [
        ("http://10.0.0.1/x", False, False),
        ("webcal://169.254.169.254/latest", False, False),
        ("https://[::1]:8443/x", False, False),
        ("https://10.0.0.1/x", True, True),
        ("https://93.184.216.34/x", False, True),
        ("https://calendar.test/x", False, True),
    ],
)
def test_a_number_that_every_fetch_would_refuse_is_not_accepted(url: str, private: bool, accepted: bool) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise AssertionError

    fetcher = CalendarFetcher(OutsideClient(private_addresses=private, resolve=resolve), 1000)
    if accepted:
        fetcher.check(url)
    else:
        with pytest.raises(AddressRefusedError):
            fetcher.check(url)
